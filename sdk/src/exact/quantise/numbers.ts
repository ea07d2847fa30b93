import { castTensor, createTensor } from "../../tensors/index.ts";
import type { Tensor } from "../../tensors/index.ts";

/** The elements of a float tensor as an aligned array of their own. */
export function floatsOf(tensor: Tensor): Float32Array {
  const { bytes } = castTensor(tensor, "float32");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const floats = new Float32Array(bytes.length / 4);
  for (let i = 0; i < floats.length; i++) floats[i] = view.getFloat32(i * 4, true);
  return floats;
}

/** A float32 tensor of these numbers. */
export function floatTensor(shape: readonly number[], values: ArrayLike<number>): Tensor {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i] ?? 0, true);
  return createTensor("float32", shape, new Uint8Array(view.buffer));
}

/** An int64 tensor of rank 1, the type of shapes and axes. */
export function intTensor(values: readonly number[]): Tensor {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, i) => view.setBigInt64(i * 8, BigInt(value), true));
  return createTensor("int64", [values.length], new Uint8Array(view.buffer));
}

/** Whether a double is a positive, finite, normal single-precision number. */
export function isNormalFloat(x: number): boolean {
  return x >= 2 ** -126 && x < 2 ** 128 && Math.fround(x) === x;
}

const scratch = new DataView(new ArrayBuffer(4));

/** The single-precision number `steps` places above (below, if negative) a positive one. */
export function neighbour(x: number, steps: number): number {
  scratch.setFloat32(0, x);
  scratch.setUint32(0, scratch.getUint32(0) + steps);
  return scratch.getFloat32(0);
}

/** The smallest number of at most `bits` significant bits that is at least x > 0. */
export function roundUpToBits(x: number, bits: number): number {
  const step = 2 ** (Math.floor(Math.log2(x)) - bits + 1);
  return Math.ceil(x / step) * step;
}

/** Number of significant bits of a positive single-precision number: 1 for powers of two. */
export function significantBits(x: number): number {
  let odd = x;
  while (odd !== Math.floor(odd)) odd *= 2;
  while (odd % 2 === 0) odd /= 2;
  return Math.floor(Math.log2(odd)) + 1;
}
