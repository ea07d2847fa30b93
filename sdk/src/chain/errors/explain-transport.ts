import {
  BaseError,
  ChainMismatchError,
  ContractFunctionZeroDataError,
  FeeCapTooLowError,
  HttpRequestError,
  InsufficientFundsError,
  NonceTooHighError,
  NonceTooLowError,
  TimeoutError,
  TransactionReceiptNotFoundError,
  UserRejectedRequestError,
  WaitForTransactionReceiptTimeoutError,
  WebSocketRequestError,
} from "viem";
import { GliaError } from "../../errors.ts";
import type { ErrorKind } from "../../errors.ts";
import { tame } from "./fill.ts";

interface Rule {
  readonly when: (part: Error) => boolean;
  readonly code: string;
  readonly kind: ErrorKind;
  readonly says: string;
  readonly next: string;
  readonly retryable?: boolean;
}

function isOne(...types: readonly (abstract new (...args: never[]) => Error)[]): (part: Error) => boolean {
  return (part) => types.some((type) => part instanceof type);
}

/** What can go wrong between us and the chain, most telling first. */
const RULES: readonly Rule[] = [
  {
    when: (part) => part.name === "AbortError",
    code: "ABORTED",
    kind: "timeout",
    says: "The operation was cancelled.",
    next: "Start it again; a job goes on where it stood.",
  },
  {
    when: (part) => part instanceof UserRejectedRequestError || ("code" in part && part.code === 4001),
    code: "USER_REJECTED",
    kind: "refused",
    says: "The wallet's owner declined to sign.",
    next: "Sign the request in the wallet to go on; nothing was sent.",
  },
  {
    when: isOne(ChainMismatchError),
    code: "WRONG_CHAIN",
    kind: "usage",
    says: "The wallet is on another chain than the market.",
    next: "Switch the wallet to the market's chain.",
  },
  {
    when: isOne(InsufficientFundsError),
    code: "INSUFFICIENT_GAS_MONEY",
    kind: "funds",
    says: "The account cannot pay the gas of this transaction in the chain's native coin.",
    next: "Send native coin to the account, then try again.",
  },
  {
    when: isOne(NonceTooLowError, NonceTooHighError),
    code: "NONCE_CONFLICT",
    kind: "refused",
    says: "Another transaction of this account came in between.",
    next: "Wait until the account's other transactions are mined, then try again.",
    retryable: true,
  },
  {
    when: isOne(FeeCapTooLowError),
    code: "FEE_TOO_LOW",
    kind: "refused",
    says: "The chain's base fee rose above what the transaction offered.",
    next: "Try again; the fee is estimated anew.",
    retryable: true,
  },
  {
    when: isOne(WaitForTransactionReceiptTimeoutError, TransactionReceiptNotFoundError),
    code: "TX_PENDING",
    kind: "timeout",
    says: "The transaction was sent but is not mined yet.",
    next: "Wait and resume; do not send it a second time.",
    retryable: true,
  },
  {
    when: isOne(HttpRequestError, WebSocketRequestError, TimeoutError),
    code: "RPC_UNREACHABLE",
    kind: "network",
    says: "The RPC endpoint does not answer.",
    next: "Check the URL and the connection, or use another endpoint.",
    retryable: true,
  },
  {
    when: isOne(ContractFunctionZeroDataError),
    code: "NO_CONTRACT",
    kind: "usage",
    says: "There is no such contract at that address on this chain.",
    next: "Check that the RPC endpoint is on the market's chain, and the contract addresses.",
  },
];

/** An error without revert data: the wallet, the RPC endpoint or the network. */
export function explainTransport(error: unknown): GliaError {
  const causes = chainOfCauses(error);
  for (const rule of RULES) {
    if (!causes.some(rule.when)) continue;
    return new GliaError(rule.code, rule.says, {
      kind: rule.kind,
      hint: rule.next,
      retryable: rule.retryable ?? false,
      cause: error,
    });
  }
  const first = causes[0];
  if (first instanceof BaseError) {
    const said = tame(first.details || first.shortMessage);
    if (/revert/i.test(said)) {
      return new GliaError("REVERTED", "The contract refused without giving a reason.", {
        kind: "refused",
        hint: "Check the job's status, the amounts and the contract addresses.",
        cause: error,
      });
    }
    return new GliaError("RPC_ERROR", `The RPC endpoint answered: ${said}`, {
      kind: "network",
      hint: "Try again or use another endpoint.",
      retryable: true,
      cause: error,
    });
  }
  return new GliaError("UNEXPECTED", `Something unexpected happened: ${tame(first?.message ?? String(error))}`, {
    kind: "internal",
    hint: "Please report this with the steps that led to it.",
    cause: error,
  });
}

function chainOfCauses(error: unknown): Error[] {
  const causes: Error[] = [];
  let part: unknown = error;
  while (part instanceof Error && causes.length < 20) {
    causes.push(part);
    part = part.cause;
  }
  return causes;
}
