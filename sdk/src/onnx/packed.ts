import protobuf from "protobufjs/minimal.js";
import { toSigned64, toUnsigned64 } from "./long.ts";
import type { PackedKind } from "./schema.ts";

/** A tensor's numbers as they stand in a typed field. */
export type PackedArray = Int32Array | BigInt64Array | BigUint64Array | Float32Array | Float64Array;

/** Allocators by kind; at worst a varint of one byte becomes eight in memory. */
const MAKE: Readonly<Record<PackedKind, (length: number) => PackedArray>> = {
  int32s: (length) => new Int32Array(length),
  int64s: (length) => new BigInt64Array(length),
  uint64s: (length) => new BigUint64Array(length),
  floats: (length) => new Float32Array(length),
  doubles: (length) => new Float64Array(length),
};

const WIRE_TYPE: Readonly<Record<PackedKind, number>> = { int32s: 0, int64s: 0, uint64s: 0, floats: 5, doubles: 1 };

/** Whether a field's kind is an array of numbers. */
export function isPackedKind(kind: string): kind is PackedKind {
  return Object.hasOwn(MAKE, kind);
}

/** Wire type of a single, unpacked number of the kind. */
export function packedWireType(kind: PackedKind): number {
  return WIRE_TYPE[kind];
}

/**
 * Reads the numbers of a field from all the pieces in which it stands in the file, in one array.
 * @throws RangeError if a piece ends inside a number.
 */
export function readPacked(kind: PackedKind, pieces: readonly Uint8Array[]): PackedArray {
  // Counted before allocating, so that a false length cannot make us reserve more than the file can fill.
  const array = MAKE[kind](pieces.reduce((count, piece) => count + countNumbers(kind, piece), 0));
  let index = 0;
  for (const piece of pieces) {
    const reader = new protobuf.Reader(piece);
    while (reader.pos < reader.len) readOne(array, index++, reader);
  }
  return array;
}

function countNumbers(kind: PackedKind, piece: Uint8Array): number {
  const width = { 0: 0, 1: 8, 5: 4 }[WIRE_TYPE[kind]] ?? 0;
  if (width !== 0) {
    if (piece.length % width !== 0)
      throw new RangeError(`${piece.length} bytes are no whole number of ${width}-byte values`);
    return piece.length / width;
  }
  if ((piece.at(-1) ?? 0) >= 0x80) throw new RangeError("the last number is cut off");
  return piece.reduce((count, byte) => (byte < 0x80 ? count + 1 : count), 0);
}

function readOne(array: PackedArray, index: number, reader: protobuf.Reader): void {
  if (array instanceof Float32Array) array[index] = reader.float();
  else if (array instanceof Float64Array) array[index] = reader.double();
  else if (array instanceof Int32Array) array[index] = reader.int32();
  else if (array instanceof BigInt64Array) array[index] = toSigned64(reader.int64());
  else array[index] = toUnsigned64(reader.uint64());
}
