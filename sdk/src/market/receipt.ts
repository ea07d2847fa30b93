import { z } from "zod";
import type { Address } from "viem";
import type { AuditView } from "../chain/audit-from-events.ts";
import type { JobView } from "../chain/job-from-events.ts";
import type { MarketDomain } from "../chain/types.ts";
import { GliaError } from "../errors.ts";
import { digestToCid } from "../storage/cid.ts";
import { jobSpecSchema, quoteSchema, resultStatementSchema } from "./api.ts";
import type { JobRecord } from "./job-record.ts";
import { address, bytes32, parseWith, smallUint, someBytes, toJson, uint } from "./json-types.ts";

/** Name and version of the format. */
export const RECEIPT_SCHEMA = "glia.receipt.v1";

const placeSchema = z.strictObject({ transactionHash: bytes32, blockNumber: uint(64), blockHash: bytes32 });
const cid = z.string().max(100);

const receiptSchema = z.strictObject({
  schema: z.literal(RECEIPT_SCHEMA),
  chainId: z.number().int().min(1),
  market: address,
  jobId: bytes32,
  spec: jobSpecSchema,
  model: z.strictObject({ id: bytes32, digest: bytes32, cid }),
  inputs: z.strictObject({ root: bytes32, digest: bytes32, cid, items: smallUint(32) }),
  outputs: z.strictObject({ root: bytes32, digest: bytes32, cid, items: smallUint(32) }),
  /** 0: any runtime; 1: the exact profile. */
  determinism: smallUint(8),
  provider: address,
  /** The hot key that signed for the provider. */
  operator: address,
  /** The provider's signed offer; missing where the job was auctioned or taken over without it. */
  quote: z.strictObject({ quote: quoteSchema, signature: someBytes(4096) }).optional(),
  /** The operator's signed word about result and runtime; missing where the provider gave none. */
  statement: resultStatementSchema.optional(),
  assigned: placeSchema,
  revealed: placeSchema,
  /** How the result was checked before it was revealed; missing at level optimistic. */
  assurance: z
    .strictObject({
      /** The spec's assurance level. */
      level: smallUint(8),
      /** Whether the lot chose the job for a check. */
      drawn: z.boolean(),
      /** Auditors that ran a sample again and attested what they got; with none the job was not checked, drawn or not. */
      attestations: smallUint(16),
    })
    .optional(),
  /** That it was paid; missing where the result was refuted. */
  settlement: placeSchema.extend({ paid: uint(128), fee: uint(128) }).optional(),
  /** That it was proven wrong and the price refunded; GLIA units that were burned, and kept for whoever proved it. */
  refuted: placeSchema.extend({ burned: uint(96), reward: uint(96) }).optional(),
});

/** A portable proof of what was computed, by whom, how it was checked, and how it ended; checked by `verifyReceipt` without the marketplace. */
export type Receipt = z.output<typeof receiptSchema>;

/** The receipt of a job that was paid. */
export type PaidReceipt = Receipt & { readonly settlement: NonNullable<Receipt["settlement"]> };

/** Whether a receipt is of a job that was paid. */
export function isPaid(receipt: Receipt): receipt is PaidReceipt {
  return receipt.settlement !== undefined;
}

/**
 * Makes the receipt of a job that was settled or refuted.
 * @param audit what the job's assurance module says about it: `auditFromEvents`
 * @throws GliaError `NOT_SETTLED`.
 */
export function createReceipt(
  view: JobView,
  { chainId, market }: MarketDomain,
  record: Pick<JobRecord, "offer" | "statement"> = {},
  audit?: AuditView,
): Receipt {
  const { jobId, spec, job, outputDigest, assigned, revealed, settlement, refuted, provider } = view;
  if (
    (settlement === undefined && refuted === undefined) ||
    assigned === undefined ||
    revealed === undefined ||
    outputDigest === undefined ||
    provider === undefined
  ) {
    throw new GliaError("NOT_SETTLED", `Job ${jobId} is not settled; there is no receipt yet.`, {
      kind: "refused",
      hint: "Accept the result, or wait until the challenge window has passed and settle.",
      retryable: true,
    });
  }
  const { offer, statement } = record;
  return {
    schema: RECEIPT_SCHEMA,
    chainId,
    market,
    jobId,
    spec,
    model: { id: spec.modelId, digest: spec.modelDigest, cid: digestToCid(spec.modelDigest).toString() },
    inputs: {
      root: spec.batchRoot,
      digest: spec.inputDigest,
      cid: digestToCid(spec.inputDigest).toString(),
      items: spec.items,
    },
    outputs: {
      root: job.resultRoot,
      digest: outputDigest,
      cid: digestToCid(outputDigest).toString(),
      items: spec.items,
    },
    determinism: spec.determinism,
    provider,
    operator: job.operator,
    ...(offer === undefined || !sameAddress(offer.provider, provider)
      ? {}
      : { quote: { quote: offer.quote, signature: offer.signature } }),
    ...(statement === undefined ? {} : { statement }),
    assigned,
    revealed,
    ...assuranceOf(spec.level, audit),
    ...(settlement === undefined ? {} : { settlement }),
    ...(refuted === undefined ? {} : { refuted }),
  };
}

function assuranceOf(level: number, audit: AuditView | undefined): Pick<Receipt, "assurance"> {
  if (audit?.revealed === undefined) return {};
  const { drawn, attestations } = audit.revealed;
  return { assurance: { level, drawn, attestations } };
}

/** The receipt as JSON text, to be kept as a file. */
export function encodeReceipt(receipt: Receipt): string {
  return `${toJson(receipt, 2)}\n`;
}

/** @throws GliaError `RECEIPT_INVALID`. */
export function decodeReceipt(text: string): Receipt {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Refused below like any other malformed receipt.
  }
  return parseWith(receiptSchema, value, { code: "RECEIPT_INVALID", kind: "input", what: "The receipt" });
}

function sameAddress(a: Address, b: Address): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
