import { type ContractCall, estimateCall, explainRevert, GliaError } from "@glia/sdk";
import { type Hex, keccak256, type LocalAccount, type PublicClient } from "viem";

import { fateOf, nextNonce } from "../../domain/journal-rules.ts";
import type { JobPoint, PointObserver } from "../../domain/points.ts";
import type { Logger } from "../../util/log.ts";
import { createMutex } from "../../util/mutex.ts";
import type { Journal } from "../store/journal.ts";
import type { Purpose, TransactionRecord } from "../store/transactions.ts";
import { broadcast } from "./broadcast.ts";

/** A transaction to be made for one or more jobs. */
export interface Submission {
  readonly purpose: Purpose;
  readonly jobIds: readonly Hex[];
  readonly call: ContractCall;
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
  /** Milliseconds after which an unmined transaction is sent again. */
  readonly resendMs?: number;
}

/** The operator's one queue of nonces: signs, records, sends, and sends the same bytes again until they are mined. */
export interface Sender {
  /**
   * Simulates and signs a call, makes the signed bytes durable, then sends them.
   * @throws GliaError before anything is signed: the contract's own refusal, `INSUFFICIENT_GAS_MONEY`, or a network error.
   */
  submit(submission: Submission): Promise<void>;
  /** Looks after everything unmined: finds receipts, sends again what was lost. */
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
      journal.transactions.record({ hash, nonce, purpose, raw, jobIds });
      onRecorded();
    });
    return { hash, raw };
  }

  async function send({ hash, raw }: Pick<TransactionRecord, "hash" | "raw">): Promise<void> {
    await broadcast(publicClient, raw);
    sentAt.set(hash, Date.now());
    journal.transactions.setState(hash, "sent");
  }

  function observe(purpose: Purpose, step: "signed" | "sent", jobIds: readonly Hex[]): void {
    const point: JobPoint = `${purpose}-${step}`;
    for (const jobId of jobIds) onPoint(point, jobId);
  }

  async function tendOne(transaction: TransactionRecord, chainNonce: number): Promise<void> {
    const { hash, nonce, purpose } = transaction;
    const receipt = await findReceipt(publicClient, hash);
    const fate = fateOf(transaction, chainNonce, receipt !== undefined);
    if (fate === "resend") {
      if (Date.now() - (sentAt.get(hash) ?? 0) < resendMs) return;
      await send(transaction);
      log.info({ hash, nonce, purpose }, "sent a recorded transaction again");
      return;
    }
    const outcome = receipt === undefined ? "replaced" : receipt.status === "success" ? "mined" : "reverted";
    journal.atomic(() => {
      journal.transactions.setState(hash, outcome, receipt?.blockNumber);
      options.onOutcome(transaction, outcome);
    });
    sentAt.delete(hash);
    log[outcome === "mined" ? "info" : "warn"](
      { hash, nonce, purpose, jobIds: transaction.jobIds },
      `transaction ${outcome}`,
    );
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
        for (const transaction of unmined) await tendOne(transaction, chainNonce);
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
