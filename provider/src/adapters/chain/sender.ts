import { type ContractCall, estimateCall, explainRevert, GliaError } from "@glia/sdk";
import { type Hex, keccak256, type LocalAccount, type PublicClient } from "viem";

import { fateOf, nextNonce } from "../../domain/journal-rules.ts";
import type { JobPoint, PointObserver } from "../../domain/points.ts";
import type { Logger } from "../../util/log.ts";
import { createMutex } from "../../util/mutex.ts";
import type { Journal } from "../store/journal.ts";
import type { Purpose, TransactionRecord } from "../store/transactions.ts";
import { broadcast } from "./broadcast.ts";
import { signNothing, signReplacement } from "./sign-replacement.ts";

/** A transaction to be made for one or more jobs. */
export interface Submission {
  readonly purpose: Exclude<Purpose, "cancel">;
  readonly jobIds: readonly Hex[];
  readonly call: ContractCall;
  /** See `TransactionRecord.subject`. */
  readonly subject?: string;
  /** Writes that must become durable together with the signed bytes. */
  readonly onRecorded: () => void;
}

/** What became of a transaction that will not be sent again. */
export type Outcome = "mined" | "reverted" | "replaced";

export interface SenderOptions {
  readonly chainId: number;
  readonly publicClient: PublicClient;
  readonly operator: LocalAccount;
  readonly journal: Journal;
  readonly log: Logger;
  readonly onPoint: PointObserver;
  readonly onOutcome: (transaction: TransactionRecord, outcome: Outcome) => void;
  /** Asked before a recorded transaction is sent again: where a reorganisation made it wrong, its nonce goes to one that does nothing. */
  readonly isStillRight: (transaction: TransactionRecord) => Promise<boolean>;
  /** Milliseconds after which an unmined transaction is sent again. */
  readonly resendMs?: number;
}

/** The operator's one queue of nonces: signs, records, sends, and sends the same call again, at a higher fee if need be, until it is mined. */
export interface Sender {
  /**
   * Simulates and signs a call, makes the signed bytes durable, then sends them.
   * @throws GliaError before anything is signed: the contract's own refusal, `INSUFFICIENT_GAS_MONEY`, or a network error.
   */
  submit(submission: Submission): Promise<void>;
  /** Looks after everything unmined: finds receipts, sends again what was lost, raises the fee of what is stuck. */
  tend(): Promise<void>;
}

/** Creates the {@link Sender} of one operator key; there must be no other for the same key. */
export function createSender(options: SenderOptions): Sender {
  const { chainId, publicClient, operator, journal, log, onPoint, resendMs = 30_000 } = options;
  const exclusive = createMutex();
  const sentAt = new Map<Hex, number>();

  async function sign({
    call,
    purpose,
    jobIds,
    subject,
    onRecorded,
  }: Submission): Promise<Pick<TransactionRecord, "hash" | "raw">> {
    const cost = await estimateCall(publicClient, operator.address, call);
    const [count, balance] = await Promise.all([
      publicClient.getTransactionCount({ address: operator.address, blockTag: "latest" }),
      publicClient.getBalance({ address: operator.address }),
    ]);
    if (balance < cost.total) {
      throw new GliaError(
        "INSUFFICIENT_GAS_MONEY",
        `The operator ${operator.address} holds ${balance} wei; to ${call.what} may cost up to ${cost.total} wei`,
        { kind: "funds", retryable: true, hint: "Send native coin to the operator." },
      );
    }
    const nonce = nextNonce(count, journal.transactions.listUnmined().at(-1)?.nonce);
    const raw = await operator.signTransaction({
      type: "eip1559",
      chainId,
      nonce,
      to: call.to,
      data: call.data,
      value: call.value ?? 0n,
      gas: cost.gas,
      maxFeePerGas: cost.maxFeePerGas,
      maxPriorityFeePerGas: cost.maxPriorityFeePerGas,
    });
    const hash = keccak256(raw);
    journal.atomic(() => {
      journal.transactions.record({ hash, nonce, purpose, raw, jobIds, subject });
      onRecorded();
    });
    return { hash, raw };
  }

  async function send({ hash, raw }: Pick<TransactionRecord, "hash" | "raw">): Promise<void> {
    await broadcast(publicClient, raw);
    sentAt.set(hash, Date.now());
    journal.transactions.setState(hash, "sent");
  }

  function observe(purpose: Submission["purpose"], step: "signed" | "sent", jobIds: readonly Hex[]): void {
    const point: JobPoint = `${purpose}-${step}`;
    for (const jobId of jobIds) onPoint(point, jobId);
  }

  /** Tends the transactions of one nonce: the first, and what replaced it. Only one of them can be mined. */
  async function tendNonce(group: readonly TransactionRecord[], chainNonce: number): Promise<void> {
    const newest = group.at(-1);
    if (newest === undefined) return;
    const receipts = await Promise.all(group.map(({ hash }) => findReceipt(publicClient, hash)));
    const mined = receipts.findIndex((receipt) => receipt !== undefined);
    const transaction = group[mined] ?? newest;
    const receipt = receipts[mined];
    const { hash, nonce, purpose, jobIds } = transaction;
    if (fateOf(transaction, chainNonce, receipt !== undefined) === "resend") {
      await resend(transaction);
      return;
    }
    const outcome = receipt === undefined ? "replaced" : receipt.status === "success" ? "mined" : "reverted";
    journal.atomic(() => {
      for (const other of group) journal.transactions.setState(other.hash, "replaced");
      journal.transactions.setState(hash, outcome, receipt?.blockNumber);
      options.onOutcome(transaction, outcome);
      for (const other of group) if (other.purpose !== purpose) options.onOutcome(other, "replaced");
    });
    for (const other of group) sentAt.delete(other.hash);
    log[outcome === "mined" ? "info" : "warn"]({ hash, nonce, purpose, jobIds }, `transaction ${outcome}`);
  }

  /** Sends an unmined transaction again, or the same call at a higher fee if the network asks for more now. */
  async function resend(transaction: TransactionRecord): Promise<void> {
    const { hash, nonce, purpose, raw, jobIds, subject } = transaction;
    if (Date.now() - (sentAt.get(hash) ?? 0) < resendMs) return;
    if (!(await options.isStillRight(transaction))) {
      const nothing = await signNothing(publicClient, operator, raw);
      journal.transactions.record({ ...nothing, nonce, purpose: "cancel", jobIds });
      await send(nothing);
      log.warn({ hash, nonce, purpose, jobIds }, "gives up a transaction that a reorganisation made wrong");
      return;
    }
    const replacement = await signReplacement(publicClient, operator, raw);
    if (replacement !== undefined) journal.transactions.record({ ...replacement, nonce, purpose, jobIds, subject });
    await send(replacement ?? transaction);
    const text = replacement === undefined ? "sent a recorded transaction again" : "sent a transaction at a higher fee";
    log.info({ hash: replacement?.hash ?? hash, nonce, purpose }, text);
  }

  return {
    submit: (submission) =>
      exclusive(async () => {
        const signed = await sign(submission);
        observe(submission.purpose, "signed", submission.jobIds);
        try {
          await send(signed);
        } catch (error) {
          log.warn({ hash: signed.hash, err: explainRevert(error) }, "a recorded transaction could not be sent yet");
          return;
        }
        observe(submission.purpose, "sent", submission.jobIds);
      }),
    tend: () =>
      exclusive(async () => {
        const unmined = journal.transactions.listUnmined();
        if (unmined.length === 0) return;
        const chainNonce = await publicClient.getTransactionCount({ address: operator.address, blockTag: "latest" });
        const nonces = new Set(unmined.map(({ nonce }) => nonce));
        for (const nonce of nonces) {
          await tendNonce(
            unmined.filter((transaction) => transaction.nonce === nonce),
            chainNonce,
          );
        }
      }),
  };
}

async function findReceipt(
  publicClient: PublicClient,
  hash: Hex,
): Promise<{ status: "success" | "reverted"; blockNumber: bigint } | undefined> {
  try {
    return await publicClient.getTransactionReceipt({ hash });
  } catch (error) {
    if (error instanceof Error && error.name === "TransactionReceiptNotFoundError") return undefined;
    throw explainRevert(error);
  }
}
