/** What a provider asks in one token; all prices in the token's smallest units. */
export interface PriceList {
  /** Per job. */
  readonly base: bigint;
  /** Per inference. */
  readonly perItem: bigint;
  /** Per started 2^20 bytes of the model file. */
  readonly perMegabyteModel: bigint;
  /** Per started 2^20 bytes of the batch file. */
  readonly perMegabyteInput: bigint;
  /** Per started 2^20 bytes of the largest output that the spec allows. */
  readonly perMegabyteOutput: bigint;
}

/** How much work a job is, in items and bytes. */
export interface JobSize {
  readonly items: number;
  readonly modelBytes: number;
  readonly inputBytes: number;
  /** Upper bound. */
  readonly outputBytes: number;
}

const MEGABYTE = 2 ** 20;
const BPS = 10_000n;

function startedMegabytes(bytes: number): bigint {
  return BigInt(Math.ceil(bytes / MEGABYTE));
}

/** The price of a job in token units; every started megabyte counts whole, so it never rounds against the provider. */
export function priceJob(list: PriceList, size: JobSize): bigint {
  return (
    list.base +
    list.perItem * BigInt(size.items) +
    list.perMegabyteModel * startedMegabytes(size.modelBytes) +
    list.perMegabyteInput * startedMegabytes(size.inputBytes) +
    list.perMegabyteOutput * startedMegabytes(size.outputBytes)
  );
}

/** `price` plus a margin in basis points, rounded up. */
export function withMargin(price: bigint, marginBps: number): bigint {
  return (price * (BPS + BigInt(marginBps)) + BPS - 1n) / BPS;
}
