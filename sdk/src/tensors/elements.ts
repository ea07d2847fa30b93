import { GliaError } from "../errors.ts";
import { DTYPES } from "./dtype.ts";
import type { DType } from "./dtype.ts";
import { bfloatToNumber, halfToNumber, numberToBfloat, numberToHalf } from "./half.ts";
import { tensorSize } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";

/** One element: a bigint for 64-bit integers, else a number; `bool` is 0 or 1. */
export type Element = number | bigint;

interface Access {
  readonly get: (view: DataView, offset: number) => Element;
  readonly set: (view: DataView, offset: number, value: Element) => void;
  /** Smallest and largest integer; absent for floats. */
  readonly range?: readonly [bigint, bigint];
}

const bits = (width: bigint, signed: boolean): readonly [bigint, bigint] =>
  signed ? [-(1n << (width - 1n)), (1n << (width - 1n)) - 1n] : [0n, (1n << width) - 1n];

const ACCESS: Readonly<Record<DType, Access>> = {
  float32: { get: (v, o) => v.getFloat32(o, true), set: (v, o, x) => v.setFloat32(o, Number(x), true) },
  float64: { get: (v, o) => v.getFloat64(o, true), set: (v, o, x) => v.setFloat64(o, Number(x), true) },
  float16: {
    get: (v, o) => halfToNumber(v.getUint16(o, true)),
    set: (v, o, x) => v.setUint16(o, numberToHalf(Number(x)), true),
  },
  bfloat16: {
    get: (v, o) => bfloatToNumber(v.getUint16(o, true)),
    set: (v, o, x) => v.setUint16(o, numberToBfloat(Number(x)), true),
  },
  int8: { get: (v, o) => v.getInt8(o), set: (v, o, x) => v.setInt8(o, Number(x)), range: bits(8n, true) },
  int16: {
    get: (v, o) => v.getInt16(o, true),
    set: (v, o, x) => v.setInt16(o, Number(x), true),
    range: bits(16n, true),
  },
  int32: {
    get: (v, o) => v.getInt32(o, true),
    set: (v, o, x) => v.setInt32(o, Number(x), true),
    range: bits(32n, true),
  },
  int64: {
    get: (v, o) => v.getBigInt64(o, true),
    set: (v, o, x) => v.setBigInt64(o, BigInt(x), true),
    range: bits(64n, true),
  },
  uint8: { get: (v, o) => v.getUint8(o), set: (v, o, x) => v.setUint8(o, Number(x)), range: bits(8n, false) },
  uint16: {
    get: (v, o) => v.getUint16(o, true),
    set: (v, o, x) => v.setUint16(o, Number(x), true),
    range: bits(16n, false),
  },
  uint32: {
    get: (v, o) => v.getUint32(o, true),
    set: (v, o, x) => v.setUint32(o, Number(x), true),
    range: bits(32n, false),
  },
  uint64: {
    get: (v, o) => v.getBigUint64(o, true),
    set: (v, o, x) => v.setBigUint64(o, BigInt(x), true),
    range: bits(64n, false),
  },
  bool: { get: (v, o) => v.getUint8(o), set: (v, o, x) => v.setUint8(o, Number(x)), range: [0n, 1n] },
};

/** The elements of a tensor in row-major order. */
export function* readElements({ dtype, bytes }: Tensor): Generator<Element> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { get } = ACCESS[dtype];
  for (let offset = 0; offset < bytes.length; offset += DTYPES[dtype].bytes) yield get(view, offset);
}

/**
 * Builds a tensor from elements in row-major order. Floats are rounded to the type; integers must fit it exactly.
 * @throws GliaError `TENSOR_VALUE_OUT_OF_RANGE` naming the first value that the type cannot hold, `TENSOR_SIZE_MISMATCH` for a wrong count.
 */
export function fromElements(dtype: DType, shape: readonly number[], elements: Iterable<Element>): Tensor {
  const bytes = new Uint8Array(tensorSize(dtype, shape));
  const view = new DataView(bytes.buffer);
  const { set, range } = ACCESS[dtype];
  const width = DTYPES[dtype].bytes;
  let offset = 0;
  for (const value of elements) {
    if (offset >= bytes.length) throw countError(dtype, shape, "more");
    if (!fits(value, dtype, range)) throw rangeError(value, dtype, range);
    set(view, offset, value);
    offset += width;
  }
  if (offset !== bytes.length) throw countError(dtype, shape, "fewer");
  return { dtype, shape: [...shape], bytes };
}

/** Largest finite magnitude before rounding gives infinity; overflow is an error, an explicit infinity is not. */
const OVERFLOW: Partial<Record<DType, number>> = {
  float16: 65520,
  bfloat16: 3.3961775292304e38,
  float32: 3.4028235677973366e38,
};

function fits(value: Element, dtype: DType, range: readonly [bigint, bigint] | undefined): boolean {
  if (range === undefined) {
    const limit = OVERFLOW[dtype];
    const number = Number(value);
    return limit === undefined || !Number.isFinite(number) || Math.abs(number) < limit;
  }
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) return false;
    return value >= Number(range[0]) && value <= Number(range[1]);
  }
  return value >= range[0] && value <= range[1];
}

function rangeError(value: Element, dtype: DType, range: readonly [bigint, bigint] | undefined): GliaError {
  const right = range === undefined ? "a number that it can hold" : `whole numbers from ${range[0]} to ${range[1]}`;
  return new GliaError("TENSOR_VALUE_OUT_OF_RANGE", `${value} does not fit ${dtype}, which takes ${right}.`, {
    kind: "input",
    ...(dtype.endsWith("64") ? { hint: "Write integers beyond ±2^53 as strings of digits." } : {}),
    details: { dtype, value: value.toString() },
  });
}

function countError(dtype: DType, shape: readonly number[], which: "more" | "fewer"): GliaError {
  return new GliaError(
    "TENSOR_SIZE_MISMATCH",
    `There are ${which} values than a ${dtype} tensor of shape [${shape.join(", ")}] has.`,
    {
      kind: "input",
    },
  );
}
