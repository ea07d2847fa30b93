import type { SentenceTable } from "./sentence.ts";

/** Refusals of the JobMarket. */
export const MARKET_SENTENCES: SentenceTable = {
  OutOfBounds: {
    kind: "input",
    says: "A value is out of bounds: {field} is {value}; it must be between {min} and {max}.",
    next: "Choose a value between {min} and {max}.",
  },
  WrongStatus: {
    kind: "refused",
    says: "Job {jobId} is {status}; this is only possible while it is {allowed}.",
    next: "Look at the job's status; if it is final, nothing remains to be done, and a new job needs another salt.",
  },
  WrongJob: {
    kind: "refused",
    says: "The struct given for job {jobId} is not the one that the chain keeps.",
    next: "Read the job again from its latest event, then repeat the call.",
    retryable: true,
  },
  MalformedSpec: {
    kind: "input",
    says: "A member of the spec does not fit into its type.",
    next: "Encode the spec with this library, which packs each member as the contract reads it.",
  },
  NotBuyer: {
    kind: "refused",
    says: "The caller {caller} is not the job's buyer {buyer}.",
    next: "Sign with the buyer's account.",
  },
  NotProvider: {
    kind: "refused",
    says: "The caller {caller} is neither the provider {provider} nor its operator.",
    next: "Sign with the provider's or its operator's key.",
  },
  NotVault: {
    kind: "refused",
    says: "Only the Vault may call this, not {caller}.",
    next: "Call Vault.depositAndCall, or hire directly.",
  },
  NotModule: {
    kind: "refused",
    says: "Only the job's assurance module {module} may do this, not {caller}.",
    next: "Use the module's own function; a job without a module is revealed by its provider.",
  },
  IntakePaused: {
    kind: "refused",
    says: "The market takes no new jobs until Unix time {until}.",
    next: "Wait until then; running jobs go on and withdrawals work.",
    retryable: true,
  },
  PayerNotBuyer: {
    kind: "input",
    says: "The spec names the payer {payer}, but the buyer is {buyer}.",
    next: "Make them equal, or hire with the payer's signed sponsorship.",
  },
  TokenNotListed: {
    kind: "input",
    says: "The market does not take the token {token}.",
    next: "Price the job in a listed token.",
  },
  StaleRate: {
    kind: "refused",
    says: "The GLIA rate of the token {token} dates from Unix time {updatedAt}, older than {maxAge} seconds.",
    next: "Price the job in another token, or wait until governance renews the rate.",
    retryable: true,
  },
  LevelUnavailable: {
    kind: "input",
    says: "The assurance level {level} is not available at this market.",
    next: "Choose another level; 0 is optimistic.",
  },
  GainBelowPrice: {
    kind: "input",
    says: "The declared gain {declaredGain} is below the price {price}.",
    next: "Declare a gain of at least the price.",
  },
  CollateralTooLow: {
    kind: "refused",
    says: "The offered collateral of {collateral} GLIA units is below the {required} that this job needs.",
    next: "Ask for new quotes, or lower the declared gain.",
  },
  PriceTooHigh: {
    kind: "refused",
    says: "The price {price} is above the spec's highest price {maxPrice}.",
    next: "Choose a cheaper quote, or raise the highest price.",
  },
  QuoteForOtherJob: {
    kind: "verification",
    says: "The quote is for job {quoted}, not for {jobId}.",
    next: "Ask for a quote for this very spec.",
  },
  QuoteExpired: {
    kind: "timeout",
    says: "The quote expired at Unix time {expiry}.",
    next: "Ask for a new quote and hire within its lifetime.",
  },
  QuoteCancelled: {
    kind: "refused",
    says: "The provider cancelled its quotes: this one has nonce {nonce}, the provider is at {current}.",
    next: "Ask for a new quote.",
  },
  InvalidSignature: {
    kind: "verification",
    says: "The signature is not {signer}'s.",
    next: "Ask for a fresh quote or sponsorship; check that chain and market are the ones that were signed for.",
  },
  InvalidCallData: {
    kind: "input",
    says: "The data for the market is not the encoding of a spec, a quote and a signature.",
    next: "Encode it with encodeHireData.",
  },
  SponsorshipMismatch: {
    kind: "input",
    says: "The sponsorship is for another payer, buyer or token than the spec.",
    next: "Use a sponsorship for this buyer and token, with its payer in the spec.",
  },
  SponsorshipExpired: {
    kind: "timeout",
    says: "The sponsorship expired at Unix time {expiry}.",
    next: "Ask the sponsor for a new one.",
  },
  SponsorshipCapExceeded: {
    kind: "funds",
    says: "The sponsorship's cap is {cap}; {spent} is spent, and this job needs {needed} more.",
    next: "Ask the sponsor for a higher cap, or buy a cheaper job.",
  },
  ProviderNotAllowed: {
    kind: "refused",
    says: "The provider {provider} is not among those that this job admits.",
    next: "Take another job, or give the proof of membership.",
  },
  DeadlinePassed: {
    kind: "timeout",
    says: "The deadline was Unix time {deadline}.",
    next: "It is too late for this step; look at the job for what can still be done.",
  },
  DeadlineNotReached: {
    kind: "refused",
    says: "This is possible only after Unix time {deadline}.",
    next: "Wait until then.",
    retryable: true,
  },
  ZeroRoot: {
    kind: "input",
    says: "A result root of zero cannot be revealed.",
    next: "Reveal the root of the outputs.",
  },
  ChallengesOpen: {
    kind: "refused",
    says: "Job {jobId} has {open} open challenges.",
    next: "Wait until they are decided.",
    retryable: true,
  },
  NoChallengeOpen: {
    kind: "refused",
    says: "Job {jobId} has no open challenge.",
    next: "Nothing needs to be closed.",
  },
  TooManyChallenges: {
    kind: "refused",
    says: "Job {jobId} has as many challenges as can be counted.",
    next: "Wait until some are decided.",
    retryable: true,
  },
  BatchTooLarge: {
    kind: "input",
    says: "{length} entries are too many; one call takes at most {max}.",
    next: "Split the batch.",
  },
  AlreadyListed: {
    kind: "refused",
    says: "The token {token} is already listed.",
    next: "Set its rate instead.",
  },
  RateChangeTooLarge: {
    kind: "refused",
    says: "The rate {rate} is too far from the last one; today it may be {min} to {max}.",
    next: "Go there in several days' steps.",
  },
  PauseTooSoon: {
    kind: "refused",
    says: "A new pause may not begin before Unix time {notBefore}.",
    next: "Wait until then.",
    retryable: true,
  },
};
