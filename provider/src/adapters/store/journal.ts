import { type AttestedStore, createAttestedStore } from "./attested.ts";
import { type AuctionStore, createAuctionStore } from "./auctions.ts";
import { type AuditStore, createAuditStore } from "./audits.ts";
import { type BlockStore, createBlockStore } from "./blocks.ts";
import { type ChallengeStore, createChallengeStore } from "./challenges.ts";
import { type CommitmentStore, createCommitmentStore } from "./commitments.ts";
import { atomically, openDatabase } from "./database.ts";
import { createJobStore, type JobStore } from "./jobs.ts";
import { createQuoteStore, type QuoteStore } from "./quotes.ts";
import { createResultStore, type ResultStore } from "./results.ts";
import { createSettingStore, type SettingStore } from "./settings.ts";
import { createTransactionStore, type TransactionStore } from "./transactions.ts";

/** The node's durable memory. Every write is on disk when its call returns. */
export interface Journal {
  readonly quotes: QuoteStore;
  readonly auctions: AuctionStore;
  readonly jobs: JobStore;
  readonly results: ResultStore;
  readonly commitments: CommitmentStore;
  readonly attested: AttestedStore;
  readonly challenges: ChallengeStore;
  readonly audits: AuditStore;
  readonly transactions: TransactionStore;
  readonly blocks: BlockStore;
  readonly settings: SettingStore;
  /** Makes all writes of `work` durable together, or none. `work` is synchronous. */
  atomic<T>(work: () => T): T;
  close(): void;
}

/** Opens the journal at `path`, made if it is not there; `:memory:` for one that nobody keeps. */
export function openJournal(path: string): Journal {
  const database = openDatabase(path);
  return {
    quotes: createQuoteStore(database),
    auctions: createAuctionStore(database),
    jobs: createJobStore(database),
    results: createResultStore(database),
    commitments: createCommitmentStore(database),
    attested: createAttestedStore(database),
    challenges: createChallengeStore(database),
    audits: createAuditStore(database),
    transactions: createTransactionStore(database),
    blocks: createBlockStore(database),
    settings: createSettingStore(database),
    atomic: (work) => atomically(database, work),
    close: () => database.close(),
  };
}
