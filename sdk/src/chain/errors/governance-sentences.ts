import type { SentenceTable } from "./sentence.ts";

/** Refusals of the access manager, which carries out what governance decides. */
export const GOVERNANCE_SENTENCES: SentenceTable = {
  AccessManagedUnauthorized: {
    kind: "refused",
    says: "{caller} may not do this; governance decides who may.",
    next: "Propose it to governance, or sign with the account that has the role.",
  },
  AccessManagedInvalidAuthority: {
    kind: "input",
    says: "{authority} is no authority contract.",
    next: "Give the address of the access manager.",
  },
  AccessManagedRequiredDelay: {
    kind: "refused",
    says: "{caller} may do this only {delay} seconds after scheduling it.",
    next: "Schedule it in the access manager, then wait.",
  },
  AccessManagerAlreadyScheduled: {
    kind: "refused",
    says: "The operation {operationId} is already scheduled.",
    next: "Wait until it may be executed, or cancel it first.",
  },
  AccessManagerBadConfirmation: {
    kind: "input",
    says: "The confirmation does not name the caller.",
    next: "Pass the caller's own address as confirmation.",
  },
  AccessManagerExpired: {
    kind: "timeout",
    says: "The operation {operationId} was not executed in time.",
    next: "Schedule it again.",
  },
  AccessManagerInvalidInitialAdmin: {
    kind: "input",
    says: "{initialAdmin} cannot be the first admin.",
    next: "Give the account that sets the access manager up.",
  },
  AccessManagerLockedFunction: {
    kind: "refused",
    says: "The function {selector} is locked to its role.",
    next: "Choose another function; this one cannot be reassigned.",
  },
  AccessManagerLockedRole: {
    kind: "refused",
    says: "The role {roleId} is locked.",
    next: "Choose another role; admin and public roles cannot be changed.",
  },
  AccessManagerNotReady: {
    kind: "refused",
    says: "The operation {operationId} may not be executed yet.",
    next: "Wait until its delay is over.",
    retryable: true,
  },
  AccessManagerNotScheduled: {
    kind: "refused",
    says: "The operation {operationId} is not scheduled.",
    next: "Schedule it first.",
  },
  AccessManagerUnauthorizedAccount: {
    kind: "refused",
    says: "{msgsender} does not have the role {roleId}.",
    next: "Sign with an account that has it, or have it granted.",
  },
  AccessManagerUnauthorizedCall: {
    kind: "refused",
    says: "{caller} may not call {selector} of {target}.",
    next: "Propose it to governance, or sign with the account that has the role.",
  },
  AccessManagerUnauthorizedCancel: {
    kind: "refused",
    says: "{msgsender} may not cancel what {caller} scheduled.",
    next: "Sign with the account that scheduled it, or with a guardian of its role.",
  },
  AccessManagerUnauthorizedConsume: {
    kind: "refused",
    says: "{target} may not consume scheduled operations.",
    next: "Call the function through the access manager.",
  },
  AddressEmptyCode: {
    kind: "input",
    says: "There is no contract at {target}.",
    next: "Check the address and the chain.",
  },
  FailedCall: {
    kind: "refused",
    says: "A call to another contract failed without a reason.",
    next: "Check what was to be called; then try again.",
  },
  // The overload of OpenZeppelin's Address library; the Vault's own has the account and the token.
  "InsufficientBalance(uint256,uint256)": {
    kind: "funds",
    says: "The contract holds {balance} wei; {needed} are needed.",
    next: "Send it native coin first.",
  },
};
