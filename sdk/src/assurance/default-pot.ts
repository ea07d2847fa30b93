/** Auditors that a checked job draws on average, as the assurance module is deployed. */
const EXPECTED_AUDITORS = 3n;

/**
 * The audit pot that a job gets unless the buyer says otherwise: what the sampled share of the work would cost at the job's price, for three
 * auditors, ⌈3 · price · min(k, items) / items⌉ in token units. It is paid only if the job is drawn (with probability p), so on average
 * p times that. Zero for numbers that are none of a batch, which `checkSpec` refuses by name.
 */
export function defaultAuditPot(price: bigint, items: number, sampleSize: number): bigint {
  if (!Number.isSafeInteger(items) || !Number.isSafeInteger(sampleSize) || items < 1) return 0n;
  const count = BigInt(items);
  const sampled = BigInt(Math.min(sampleSize, items));
  return (EXPECTED_AUDITORS * price * sampled + count - 1n) / count;
}
