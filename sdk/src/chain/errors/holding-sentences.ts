import type { SentenceTable } from "./sentence.ts";

/** Refusals of the Vault, the ProviderRegistry and the GLIA token itself. */
export const HOLDING_SENTENCES: SentenceTable = {
  InsufficientBalance: {
    kind: "funds",
    says: "The Vault balance of {account} is {balance} units of {token}; {needed} are needed.",
    next: "Deposit the difference into the Vault, then try again.",
  },
  InsufficientAllowance: {
    kind: "funds",
    says: "{account} allows the market {market} to use {allowance} units of {token}; {needed} are needed.",
    next: "Raise the market's allowance in the Vault.",
  },
  InsufficientEscrow: {
    kind: "internal",
    says: "The market {market} holds {escrow} units of {token} in escrow; {needed} were to be paid.",
    next: "This must not happen; please report it.",
  },
  EscrowFull: {
    kind: "refused",
    says: "The market {market} can hold no more of the token {token} in escrow.",
    next: "Wait until running jobs are settled, or price the job in another token.",
    retryable: true,
  },
  NotAContract: {
    kind: "input",
    says: "There is no contract at {account}.",
    next: "Check the address and the chain.",
  },
  ZeroAmount: { kind: "input", says: "The amount is zero.", next: "Give an amount above zero." },
  ZeroAddress: { kind: "input", says: "An address is zero.", next: "Give the address that is meant." },
  NothingReceived: {
    kind: "refused",
    says: "The token {token} reported the transfer of {amount} units, but nothing arrived.",
    next: "Do not use this token.",
  },
  DepositTooLarge: {
    kind: "input",
    says: "A deposit of {credited} units of {token} is above the limit of {max}.",
    next: "Deposit less at once.",
  },
  TokenOvercharged: {
    kind: "refused",
    says: "The token {token} took {taken} units from the Vault where {sent} were sent.",
    next: "The token charges a fee on top of transfers; it cannot be withdrawn this way.",
  },
  InvalidRecipient: {
    kind: "input",
    says: "{to} cannot be the recipient.",
    next: "Give the address of an account that can use the money.",
  },
  NotRegistered: {
    kind: "refused",
    says: "{provider} is not a registered provider.",
    next: "Register first, or choose a registered provider.",
  },
  AlreadyRegistered: {
    kind: "refused",
    says: "{provider} is already registered.",
    next: "Update the entry instead.",
  },
  StakeBelowMinimum: {
    kind: "funds",
    says: "The stake of {provider} is {stake} GLIA units; at least {minimum} are needed.",
    next: "Stake more GLIA at this market, or leave at least the minimum in.",
  },
  InsufficientFreeStake: {
    kind: "funds",
    says: "{provider} has {free} free GLIA units at the market {market}; {needed} are needed.",
    next: "Stake more, or wait until running jobs end; buyers choose another provider.",
    retryable: true,
  },
  InsufficientLockedStake: {
    kind: "internal",
    says: "{provider} has {locked} locked GLIA units at the market {market}; {needed} were to be released.",
    next: "This must not happen; please report it.",
  },
  MissingCapabilities: {
    kind: "refused",
    says: "{provider} has the capability bits {has}; the job needs {needs}.",
    next: "Choose another provider, or require less.",
  },
  InvalidEndpoint: {
    kind: "input",
    says: "The endpoint has {length} bytes; it must have 1 to 256.",
    next: "Give the URL of the quote server.",
  },
  InvalidOperator: {
    kind: "input",
    says: "{operator} cannot be an operator.",
    next: "Give the address of the node's hot key.",
  },
  ZeroStake: { kind: "input", says: "The amount of stake is zero.", next: "Give an amount above zero." },
  ZeroMarket: { kind: "input", says: "The market's address is zero.", next: "Give the address of the market." },
};
