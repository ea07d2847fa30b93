import { z } from "zod";
import { jobSpecSchema, quoteSchema, resultStatementSchema } from "./api.ts";
import { address, bytes32, parseWith, someBytes, toJson, uint } from "./json-types.ts";

/** A transaction that a job's buyer made or was about to make. */
const transactionSchema = z.object({
  what: z.string().max(100),
  /** The account's nonce, recorded before signing: whether it was used tells whether the transaction went out. */
  nonce: z.number().int().min(0),
  hash: bytes32.optional(),
  /** Gas used and wei paid, once mined. */
  gasUsed: uint(64).optional(),
  fee: uint(128).optional(),
});

const recordSchema = z.object({
  version: z.literal(1),
  jobId: bytes32,
  chainId: z.number().int().min(1),
  market: address,
  spec: jobSpecSchema,
  /** Where providers may fetch the bytes. */
  sources: z.array(z.string().max(512)).max(16),
  offer: z
    .object({
      provider: address,
      endpoint: z.string().max(512),
      quote: quoteSchema,
      signature: someBytes(4096),
      needsContent: z.boolean(),
      latency: z.number(),
    })
    .optional(),
  sponsor: z
    .object({
      sponsorship: z.object({
        payer: address,
        buyer: address,
        token: address,
        cap: uint(128),
        expiry: uint(64),
        salt: bytes32,
      }),
      signature: someBytes(4096),
    })
    .optional(),
  transactions: z.array(transactionSchema),
  /** What the provider signed about its result. */
  statement: resultStatementSchema.optional(),
  /** All hashes were recomputed from the bytes and found right. */
  verified: z.boolean(),
  /** Block of the hire, from which on events are read. */
  hiredIn: uint(64).optional(),
});

/** All that a buyer must remember to finish a job after a crash; everything else is on chain. */
export type JobRecord = z.output<typeof recordSchema>;
export type JobTransaction = z.output<typeof transactionSchema>;

/** Where job records are kept. `save` must be durable when it resolves: a transaction may follow at once. */
export interface JobStore {
  save(record: JobRecord): Promise<void>;
  load(jobId: string): Promise<JobRecord | undefined>;
  list(): Promise<JobRecord[]>;
}

/** One record as JSON text. */
export function encodeJobRecord(record: JobRecord): string {
  return toJson(record, 2);
}

/** @throws GliaError `JOB_RECORD_INVALID`. */
export function decodeJobRecord(text: string): JobRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Refused below like any other malformed record.
  }
  return parseWith(recordSchema, value, { code: "JOB_RECORD_INVALID", kind: "input", what: "The job record" });
}

/** Keeps records in memory: for browsers that accept that a closed tab forgets, and for tests. */
export function memoryJobStore(): JobStore {
  const records = new Map<string, string>();
  return {
    save: (record) => {
      records.set(record.jobId, encodeJobRecord(record));
      return Promise.resolve();
    },
    load: (jobId) => {
      const text = records.get(jobId.toLowerCase());
      return Promise.resolve(text === undefined ? undefined : decodeJobRecord(text));
    },
    list: () => Promise.resolve([...records.values()].map(decodeJobRecord)),
  };
}
