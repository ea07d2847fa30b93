import { z } from "zod";
import { address, bytes32, fixedBytes, smallUint, someBytes, uint } from "./json-types.ts";

/** The provider's public HTTP interface, version 1: one schema per document, shared by buyers and nodes. */

/** `JobSpec` on the wire. Unknown members are refused, so that nobody prices a spec that it does not understand. */
export const jobSpecSchema = z.strictObject({
  buyer: address,
  payer: address,
  modelId: bytes32,
  modelDigest: bytes32,
  batchRoot: bytes32,
  inputDigest: bytes32,
  items: smallUint(32).min(1),
  maxItemOutputBytes: smallUint(32),
  token: address,
  startPrice: uint(128),
  maxPrice: uint(128),
  auctionStart: uint(64),
  auctionEnd: uint(64),
  rejectWindow: smallUint(32),
  executionWindow: smallUint(32),
  challengeWindow: smallUint(32),
  level: smallUint(8),
  checkBps: smallUint(16),
  sampleSize: smallUint(8),
  auditPot: uint(128),
  declaredGain: uint(128),
  minStake: uint(96),
  capabilities: uint(64),
  determinism: smallUint(8),
  allowedProviders: bytes32,
  salt: bytes32,
});

/** `Quote` on the wire. */
export const quoteSchema = z.strictObject({
  provider: address,
  jobId: bytes32,
  price: uint(128),
  collateral: uint(96),
  expiry: uint(64),
  nonce: smallUint(32),
});

/** A gateway URL or a multiaddr where the job's bytes can be had. */
const source = z.string().min(1).max(512);

/**
 * Body of `POST /v1/quotes`. `signature` is EIP-712 `QuoteRequest` by `spec.buyer` (EOA or ERC-1271; at most 4 KiB). The sizes of
 * ONNX file and batch file, in bytes, are what a price by the megabyte is made for; larger files are refused when they come.
 */
export const quoteRequestSchema = z.strictObject({
  spec: jobSpecSchema,
  modelBytes: smallUint(48),
  inputBytes: smallUint(48),
  sources: z.array(source).max(16),
  deadline: uint(64),
  signature: someBytes(4096),
});

/** Answer of `POST /v1/quotes`. `needsContent`: the node lacks the bytes and knows no source; upload a CAR before hiring. */
export const quoteResponseSchema = z.object({
  quote: quoteSchema,
  signature: someBytes(4096),
  needsContent: z.boolean(),
});

/** Price list of one token, in its smallest units. */
export const priceSchema = z.object({
  base: uint(128),
  perItem: uint(128),
  /** Per started 2^20 bytes of the model file, of the batch file, and of the largest output that the spec allows. */
  perMegabyteModel: uint(128),
  perMegabyteInput: uint(128).optional(),
  perMegabyteOutput: uint(128).optional(),
});

/** Answer of `GET /v1/info`. */
export const infoSchema = z.object({
  provider: address,
  operator: address,
  chainId: z.number().int().min(1),
  market: address,
  version: z.string().max(64),
  peers: z.array(z.string().max(512)).max(32),
  limits: z.object({
    maxCarBytes: z.number().int().min(0),
    maxModelBytes: z.number().int().min(0),
    maxItems: z.number().int().min(0),
    maxOutputBytes: z.number().int().min(0),
  }),
  prices: z.record(z.string().regex(/^0x[0-9a-fA-F]{40}$/), priceSchema),
  capabilities: uint(64),
  executionProviders: z.array(z.string().max(64)).max(32),
});

/** Where a job stands inside the node; finer than the chain's status. */
export const PROVIDER_JOB_STATES = [
  "quoted",
  "assigned",
  "fetching",
  "running",
  "storing",
  "committed",
  "revealing",
  "revealed",
  "settled",
  "rejected",
  "failed",
] as const;
export type ProviderJobState = (typeof PROVIDER_JOB_STATES)[number];

/** What an operator signs once the result is on chain (EIP-712 `ResultStatement`). */
export const resultStatementSchema = z.object({
  resultRoot: bytes32,
  outputDigest: bytes32,
  runtime: z.string().min(1).max(128),
  signature: fixedBytes(65),
});

/** `GliaError.toJSON()` as read from a stranger: strings are capped. */
export const errorSchema = z.object({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/),
  kind: z.enum(["usage", "input", "funds", "network", "refused", "verification", "timeout", "internal"]),
  message: z.string().max(2000),
  hint: z.string().max(2000).optional(),
  retryable: z.boolean().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** Answer of `GET /v1/jobs/{jobId}`. `result` appears with state `revealed` and stays. */
export const jobProgressSchema = z.object({
  jobId: bytes32,
  state: z.enum(PROVIDER_JOB_STATES),
  itemsDone: z.number().int().min(0),
  items: z.number().int().min(0),
  error: errorSchema.optional(),
  result: resultStatementSchema.optional(),
});

/**
 * Body of `POST /v1/jobs/{jobId}/audit`. `signature` is EIP-712 `AuditRequest` by the auditor's operator; the answer is a CAR of the
 * job's model and inputs.
 */
export const auditRequestSchema = z.strictObject({
  auditor: address,
  deadline: uint(64),
  signature: someBytes(4096),
});

/** Answer of `PUT /v1/quotes/{jobId}/content`. */
export const contentResponseSchema = z.object({ ok: z.literal(true) });

/** Every answer with a status of 400 or above. */
export const errorResponseSchema = z.object({ error: errorSchema });

export type AuditRequestBody = z.output<typeof auditRequestSchema>;
export type QuoteResponse = z.output<typeof quoteResponseSchema>;
export type QuoteRequestBody = z.output<typeof quoteRequestSchema>;
export type ProviderInfo = z.output<typeof infoSchema>;
export type ProviderPrice = z.output<typeof priceSchema>;
export type JobProgress = z.output<typeof jobProgressSchema>;
export type SignedResult = z.output<typeof resultStatementSchema>;
