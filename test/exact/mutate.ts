import type { ModelProto } from "@glia/sdk";
import { decodeModel, encodeModel } from "@glia/sdk";

import type { Random } from "../../sdk/src/exact/random.ts";

/** Numbers at which readers stumble; small ones are listed often, since they are the ones that fit somewhere. */
const INTEGERS = [
  0n,
  1n,
  2n,
  3n,
  4n,
  7n,
  13n,
  255n,
  -1n,
  -2n,
  1n << 24n,
  1n << 31n,
  (1n << 32n) + 1n,
  (1n << 63n) - 1n,
  -(1n << 63n),
];
const FLOATS = [0, -0, 1, -1, 0.5, 2 ** -130, 2 ** -149, 2 ** -126, 3.4e38, 1e30, 1e-30, Infinity, -Infinity, NaN];

/** A file and all that can be changed in it. */
export interface Seed {
  readonly file: Uint8Array;
  readonly model: ModelProto;
  /** Every field and list element of the model, as the keys that lead to it. */
  readonly places: readonly Path[];
  /** Every text in it. */
  readonly texts: readonly string[];
}

type Path = readonly string[];

export function prepareSeed(file: Uint8Array): Seed {
  const model = decodeModel(file);
  const places: Path[] = [];
  const texts: string[] = [];
  collect(model, [], places, texts);
  return { file, model, places, texts };
}

function collect(value: unknown, path: Path, places: Path[], texts: string[]): void {
  if (path.length > 0) places.push(path);
  if (typeof value === "string") texts.push(value);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  for (const [key, inner] of Object.entries(value)) collect(inner, [...path, key], places, texts);
}

/** One damaged or changed copy of an ONNX file: bytes cut, flipped, inserted or spliced, or a field of a message set to something else. */
export function mutate(random: Random, seeds: readonly Seed[]): Uint8Array {
  const seed = random.pick(seeds);
  // Most changed bytes end in the reader; changed fields reach what lies behind it.
  if (random.below(4) === 0) return mutateBytes(random, seed.file, random.pick(seeds).file);
  let model: unknown = seed.model;
  for (let count = 1 + random.below(2); count > 0; count--) {
    model = replaceAt(model, random.pick(seed.places), (value) => changed(random, value, seed.texts));
  }
  return encodeModel(model as ModelProto);
}

/** A copy of `holder` in which one place has another value; a path that an earlier change cut off leads nowhere. */
function replaceAt(holder: unknown, [key, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (key === undefined) return change(holder);
  if (typeof holder !== "object" || holder === null || !(key in holder)) return holder;
  const inner = replaceAt((holder as Record<string, unknown>)[key], rest, change);
  return Array.isArray(holder) ? holder.with(Number(key), inner) : { ...holder, [key]: inner };
}

function mutateBytes(random: Random, file: Uint8Array, other: Uint8Array): Uint8Array {
  const at = random.below(file.length);
  const length = 1 + random.below(16);
  switch (random.below(5)) {
    case 0:
      return file.slice(0, at);
    case 1: {
      const copy = file.slice();
      for (let count = 1 + random.below(4); count > 0; count--) copy[random.below(copy.length)] = random.below(256);
      return copy;
    }
    case 2:
      return join(file.subarray(0, at), random.bytes(length), file.subarray(at));
    case 3:
      return join(file.subarray(0, at), file.subarray(at + length));
    default:
      return join(file.subarray(0, at), other.subarray(random.below(other.length)));
  }
}

function changed(random: Random, value: unknown, texts: readonly string[]): unknown {
  if (typeof value === "string") return random.below(8) === 0 ? "" : random.pick(texts);
  if (typeof value === "bigint") return random.pick(INTEGERS);
  if (typeof value === "number") return random.below(2) === 0 ? random.below(25) : random.pick(FLOATS);
  if (value instanceof Uint8Array) return changedBytes(random, value);
  if (Array.isArray(value)) return changedList(random, value);
  return value;
}

/** Contents of tensors: other bytes, a float or an integer that readers stumble over, or the wrong length. */
function changedBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (copy.length === 0) return random.bytes(1 + random.below(8));
  switch (random.below(4)) {
    case 0:
      return copy.slice(0, random.below(copy.length));
    case 1:
      copy[random.below(copy.length)] = random.below(256);
      return copy;
    case 2:
      if (copy.length >= 4) view.setFloat32(4 * random.below(Math.floor(copy.length / 4)), random.pick(FLOATS), true);
      return copy;
    default:
      if (copy.length >= 8)
        view.setBigInt64(8 * random.below(Math.floor(copy.length / 8)), random.pick(INTEGERS), true);
      return copy;
  }
}

function changedList(random: Random, list: readonly unknown[]): unknown[] {
  const copy = [...list];
  const at = random.below(copy.length + 1);
  switch (random.below(3)) {
    case 0:
      copy.splice(at, 1);
      return copy;
    case 1:
      if (copy.length > 0) copy.splice(at, 0, random.pick(copy));
      return copy;
    default:
      if (at + 1 < copy.length) [copy[at], copy[at + 1]] = [copy[at + 1], copy[at]];
      return copy;
  }
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
