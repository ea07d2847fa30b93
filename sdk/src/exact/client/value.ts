import { GliaError } from "../../errors.ts";
import { DTYPES, elementCount, formatShape } from "../../tensors/index.ts";
import type { DType, Tensor } from "../../tensors/index.ts";

/** Types that the interpreter computes with. */
export const VALUE_TYPES = ["float32", "int64", "int32", "uint8", "int8", "bool"] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/**
 * A tensor while it is computed with. Doubles hold every value of every type exactly, int64 up to ±2^53, which is
 * more than positions, labels and sizes need; a float32 operator rounds its result with {@link fit}.
 */
export interface Value {
  readonly dtype: ValueType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Most elements of one tensor: 256 MiB while it is computed with. */
export const MAX_ELEMENTS = 1 << 25;

/** Whether the interpreter computes with this type. */
export function isValueType(dtype: DType): dtype is ValueType {
  return (VALUE_TYPES as readonly string[]).includes(dtype);
}

/**
 * A value full of zeros.
 * @throws GliaError `EXACT_CLIENT_LIMIT` if it has more than {@link MAX_ELEMENTS} elements.
 */
export function allocate(dtype: ValueType, shape: readonly number[]): Value {
  const count = elementCount(shape);
  if (count <= MAX_ELEMENTS) return { dtype, shape, data: new Float64Array(count) };
  throw new GliaError(
    "EXACT_CLIENT_LIMIT",
    `A tensor of shape ${formatShape(shape)} has ${count} elements; the client computes with at most ${MAX_ELEMENTS}.`,
    { kind: "input", hint: "Use smaller inputs.", details: { shape: [...shape], limit: MAX_ELEMENTS } },
  );
}

const WRAP: Readonly<Record<ValueType, (x: number) => number>> = {
  float32: Math.fround,
  int64: (x) => Math.trunc(x),
  int32: (x) => x | 0,
  uint8: (x) => x & 0xff,
  int8: (x) => (x << 24) >> 24,
  bool: (x) => (x === 0 ? 0 : 1),
};

/** Rounds to a type: floats to the nearest, integers modulo their width (int64: to a whole number). */
export function fit(dtype: ValueType): (x: number) => number {
  return WRAP[dtype];
}

/** Element readers and writers of the types, for little-endian bytes. */
const ACCESS: Readonly<
  Record<ValueType, readonly [(view: DataView, at: number) => number, (view: DataView, at: number, x: number) => void]>
> = {
  float32: [(v, at) => v.getFloat32(at, true), (v, at, x) => v.setFloat32(at, x, true)],
  int64: [
    (v, at) => Number(v.getBigInt64(at, true)),
    (v, at, x) => v.setBigInt64(at, BigInt(Number.isFinite(x) ? x : 0), true),
  ],
  int32: [(v, at) => v.getInt32(at, true), (v, at, x) => v.setInt32(at, x, true)],
  uint8: [(v, at) => v.getUint8(at), (v, at, x) => v.setUint8(at, x)],
  int8: [(v, at) => v.getInt8(at), (v, at, x) => v.setInt8(at, x)],
  bool: [(v, at) => v.getUint8(at), (v, at, x) => v.setUint8(at, x)],
};

/**
 * Takes a tensor in.
 * @throws GliaError `EXACT_CLIENT_TYPE` for a type the interpreter does not know, `EXACT_CLIENT_LIMIT`.
 */
export function fromTensor(tensor: Tensor, name: string): Value {
  const { dtype, shape, bytes } = tensor;
  if (!isValueType(dtype)) {
    throw new GliaError(
      "EXACT_CLIENT_TYPE",
      `The tensor "${name}" is ${dtype}; the client computes with ${VALUE_TYPES.join(", ")}.`,
      { kind: "input", hint: "Export the model with float32 inputs and constants.", details: { name, dtype } },
    );
  }
  const value = allocate(dtype, shape);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [get] = ACCESS[dtype];
  const width = DTYPES[dtype].bytes;
  for (let i = 0; i < value.data.length; i++) value.data[i] = get(view, i * width);
  return value;
}

/** Gives a value out as bytes. */
export function toTensor({ dtype, shape, data }: Value): Tensor {
  const width = DTYPES[dtype].bytes;
  const bytes = new Uint8Array(data.length * width);
  const view = new DataView(bytes.buffer);
  const [, set] = ACCESS[dtype];
  data.forEach((x, i) => set(view, i * width, x));
  return { dtype, shape: [...shape], bytes };
}
