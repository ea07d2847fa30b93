import { GliaError } from "../errors.ts";
import type { DType } from "./dtype.ts";
import { fromElements, readElements } from "./elements.ts";
import type { Element } from "./elements.ts";
import { MAX_RANK } from "./tensor.ts";
import type { Item, Tensor } from "./tensor.ts";

/** Nested arrays of numbers, booleans and numeric strings, as JSON holds a tensor; a bare value is a scalar. */
export type JsonTensor = number | boolean | string | readonly JsonTensor[];

const NON_FINITE: Readonly<Record<string, number>> = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

/**
 * Turns nested arrays into a tensor of the given type; the nesting is the shape.
 * 64-bit integers beyond ±2^53 are strings of digits; "NaN", "Infinity" and "-Infinity" are strings too.
 * @throws GliaError `TENSOR_JSON_INVALID` for ragged nesting or values that are no numbers, `TENSOR_VALUE_OUT_OF_RANGE`.
 */
export function fromJsonTensor(value: unknown, dtype: DType): Tensor {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0] as unknown) {
    if (shape.length === MAX_RANK) throw invalid(`is nested more than ${MAX_RANK} deep`);
    shape.push(level.length);
  }
  return fromElements(dtype, shape, flatten(value, shape, 0, dtype));
}

/** Nested arrays of a tensor, exactly: 64-bit integers beyond ±2^53 and non-finite floats become strings; `bool` becomes true and false. */
export function toJsonTensor(tensor: Tensor): JsonTensor {
  const elements = readElements(tensor);
  const nest = (axis: number): JsonTensor => {
    const size = tensor.shape[axis];
    if (size === undefined) return toJsonValue(elements.next().value as Element, tensor.dtype);
    return Array.from({ length: size }, () => nest(axis + 1));
  };
  return nest(0);
}

/** Items as plain JSON: one object `{name: nested arrays}` each. */
export function toJsonItems(items: Iterable<Item>): Record<string, JsonTensor>[] {
  return Array.from(items, (item) =>
    Object.fromEntries([...item].map(([name, tensor]) => [name, toJsonTensor(tensor)])),
  );
}

function* flatten(value: unknown, shape: readonly number[], axis: number, dtype: DType): Generator<Element> {
  if (axis === shape.length) {
    yield fromJsonValue(value, dtype);
    return;
  }
  if (!Array.isArray(value)) throw invalid(`has ${describe(value)} where its nesting needs a list of ${shape[axis]}`);
  if (value.length !== shape[axis])
    throw invalid(`is ragged: a list has ${value.length} members where others have ${shape[axis]}`);
  for (const part of value) yield* flatten(part, shape, axis + 1, dtype);
}

function fromJsonValue(value: unknown, dtype: DType): Element {
  if (typeof value === "number") return value;
  if (typeof value === "boolean" && dtype === "bool") return value ? 1 : 0;
  if (typeof value === "string") {
    if (/^-?\d{1,20}$/.test(value))
      return dtype.startsWith("float") || dtype === "bfloat16" ? Number(value) : BigInt(value);
    const special = NON_FINITE[value];
    if (special !== undefined && Object.hasOwn(NON_FINITE, value)) return special;
  }
  throw invalid(
    `has ${describe(value)} where ${dtype === "bool" ? "true, false, 0 or 1" : `a number for ${dtype}`} must stand`,
  );
}

function toJsonValue(value: Element, dtype: DType): number | boolean | string {
  if (dtype === "bool") return value !== 0;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString();
}

function describe(value: unknown): string {
  return Array.isArray(value) ? "a list" : value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);
}

function invalid(reason: string): GliaError {
  return new GliaError("TENSOR_JSON_INVALID", `The JSON tensor ${reason}.`, {
    kind: "input",
    hint: "Write nested lists of equal lengths, such as [[1, 2], [3, 4]].",
  });
}
