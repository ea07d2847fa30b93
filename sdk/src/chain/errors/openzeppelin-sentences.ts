import type { SentenceTable } from "./sentence.ts";

/** Refusals that the contracts inherit from OpenZeppelin. */
export const OPENZEPPELIN_SENTENCES: SentenceTable = {
  ERC20InsufficientBalance: {
    kind: "funds",
    says: "The wallet {sender} holds {balance} token units; {needed} are needed.",
    next: "Get more of the token, or use less.",
  },
  ERC20InsufficientAllowance: {
    kind: "funds",
    says: "{spender} may take {allowance} token units from the wallet; {needed} are needed.",
    next: "Approve the amount, or sign a permit.",
  },
  ERC20InvalidApprover: { kind: "input", says: "{approver} cannot approve.", next: "Approve from a real account." },
  ERC20InvalidReceiver: {
    kind: "input",
    says: "{receiver} cannot receive tokens.",
    next: "Give another recipient.",
  },
  ERC20InvalidSender: { kind: "input", says: "{sender} cannot send tokens.", next: "Send from a real account." },
  ERC20InvalidSpender: { kind: "input", says: "{spender} cannot be a spender.", next: "Approve a real account." },
  ERC20ExceededCap: {
    kind: "refused",
    says: "The supply would be {increasedSupply} units; the cap is {cap}.",
    next: "Mint less at once.",
  },
  ERC20InvalidCap: { kind: "input", says: "{cap} is no valid cap.", next: "Deploy with a cap above zero." },
  ERC20ExceededSafeSupply: {
    kind: "refused",
    says: "The supply would be {increasedSupply} units, above the {cap} that votes can count.",
    next: "Mint less at once.",
  },
  ERC2612ExpiredSignature: {
    kind: "timeout",
    says: "The permit expired at Unix time {deadline}.",
    next: "Sign a new permit.",
  },
  ERC2612InvalidSigner: {
    kind: "verification",
    says: "The permit was signed by {signer}, not by the owner {owner}.",
    next: "Sign with the owner's account on this chain.",
  },
  InvalidAccountNonce: {
    kind: "refused",
    says: "The signature of {account} has a used nonce; the next one is {currentNonce}.",
    next: "Sign anew with the current nonce.",
  },
  ERC5805FutureLookup: {
    kind: "input",
    says: "Votes at {timepoint} are not known yet; the clock stands at {clock}.",
    next: "Ask for a time in the past.",
  },
  VotesExpiredSignature: {
    kind: "timeout",
    says: "The signed delegation expired at Unix time {expiry}.",
    next: "Sign it again.",
  },
  CheckpointUnorderedInsertion: {
    kind: "network",
    says: "The RPC endpoint ran the call at a time before the last block's.",
    next: "Try again; if that does not help, use another endpoint.",
    retryable: true,
  },
  SafeCastOverflowedUintDowncast: {
    kind: "input",
    says: "The number {value} does not fit into {bits} bits.",
    next: "Use a smaller number.",
  },
  SafeERC20FailedOperation: {
    kind: "refused",
    says: "The token {token} refused the transfer.",
    next: "Check the wallet's balance and approval, and that the token does not block this account.",
  },
  ReentrancyGuardReentrantCall: {
    kind: "refused",
    says: "A contract called back into Glia in the middle of a call.",
    next: "Do not use this token or contract wallet here.",
  },
  ECDSAInvalidSignature: {
    kind: "verification",
    says: "A signature is malformed.",
    next: "Sign again; do not change the signature's bytes.",
  },
  ECDSAInvalidSignatureLength: {
    kind: "verification",
    says: "A signature has {length} bytes; it must have 65.",
    next: "Sign again with an ordinary key.",
  },
  ECDSAInvalidSignatureS: {
    kind: "verification",
    says: "A signature is not in its canonical form (its s is too high).",
    next: "Sign again with a client that makes canonical signatures.",
  },
  InvalidShortString: {
    kind: "internal",
    says: "A name in the contract cannot be read.",
    next: "This must not happen; please report it.",
  },
  StringTooLong: { kind: "input", says: 'The text "{str}" is too long.', next: "Use at most 31 bytes." },
};
