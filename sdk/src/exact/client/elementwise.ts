import { badNode } from "./errors.ts";
import { gatherOffsets, stridesOf } from "./operator.ts";
import type { Call, Operator, Operators } from "./operator.ts";
import { roundHalfEven } from "../canonicalise/numbers.ts";
import { allocate, fit } from "./value.ts";
import type { Value } from "./value.ts";

/**
 * The shape that both shapes are repeated to: sizes of 1, and missing leading ones, take the other's.
 * @throws GliaError `EXACT_CLIENT_SHAPE`
 */
export function broadcastShape(call: Call, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1)
      throw call.shapeError(`cannot match the shapes [${a.join(", ")}] and [${b.join(", ")}]`);
    return sizeA === 1 ? sizeB : sizeA;
  });
}

/** For each element of the larger shape, where it lies in a value that is repeated to it. */
export function broadcastOffsets(value: Value, shape: readonly number[]): Float64Array {
  const missing = shape.length - value.shape.length;
  const own = stridesOf(value.shape);
  return gatherOffsets(
    shape,
    shape.map((_, axis) => (axis < missing || value.shape[axis - missing] === 1 ? 0 : (own[axis - missing] ?? 0))),
  );
}

type Binary = (a: number, b: number) => number;

function binary(compute: Binary, result?: "bool"): Operator {
  return (call) => [combine(call, call.input(0), call.input(1), compute, result)];
}

function combine(call: Call, a: Value, b: Value, compute: Binary, result?: "bool"): Value {
  const out = allocate(result ?? a.dtype, broadcastShape(call, a.shape, b.shape));
  const round = fit(out.dtype);
  const offsetsA = broadcastOffsets(a, out.shape);
  const offsetsB = broadcastOffsets(b, out.shape);
  for (let i = 0; i < out.data.length; i++)
    out.data[i] = round(compute(a.data[offsetsA[i] ?? 0] ?? 0, b.data[offsetsB[i] ?? 0] ?? 0));
  return out;
}

/** Min and Max: any number of inputs. */
function folded(compute: Binary): Operator {
  return (call) => {
    let total = call.input(0);
    for (let index = 1; index < call.inputs.length; index++) total = combine(call, total, call.input(index), compute);
    return [total];
  };
}

/** Applies a function to each element. */
function mapped(compute: (x: number, call: Call) => number): Operator {
  return (call) => {
    const x = call.input(0);
    const round = fit(x.dtype);
    const out = allocate(x.dtype, x.shape);
    for (let i = 0; i < out.data.length; i++) out.data[i] = round(compute(x.data[i] ?? 0, call));
    return [out];
  };
}

function divide(call: Call): Value[] {
  const isFloat = call.input(0).dtype === "float32";
  return [
    combine(call, call.input(0), call.input(1), (a, b) => {
      if (!isFloat && b === 0) throw badNode(call.node, "EXACT_CLIENT_DIVISION", "divides a whole number by 0");
      return isFloat ? a / b : Math.trunc(a / b);
    }),
  ];
}

/** min(max(x, low), high), as the specification has it where low > high. */
function clip(call: Call): Value[] {
  const low = call.scalar(1) ?? call.attributes.float("min", -Infinity);
  const high = call.scalar(2) ?? call.attributes.float("max", Infinity);
  return [...mapped((x) => Math.min(Math.max(x, low), high))(call)];
}

/** Whole floats towards zero, others saturated where the type ends; NaN has no integer. */
function cast(call: Call): Value[] {
  const types = { 1: "float32", 2: "uint8", 3: "int8", 6: "int32", 7: "int64", 9: "bool" } as const;
  const code = call.attributes.int("to", 0);
  const target = types[code as keyof typeof types] as (typeof types)[keyof typeof types] | undefined;
  if (target === undefined) {
    throw badNode(
      call.node,
      "EXACT_CLIENT_TYPE",
      `casts to the ONNX type ${code}, which the client does not compute with`,
    );
  }
  const x = call.input(0);
  const round = fit(target);
  const whole = target !== "float32" && target !== "bool";
  const out = allocate(target, x.shape);
  x.data.forEach((value, i) => {
    if (whole && !Number.isFinite(value))
      throw badNode(call.node, "EXACT_CLIENT_NAN", `casts ${value} to ${target}, which has no such value`);
    out.data[i] = round(whole ? Math.trunc(value) : value);
  });
  return [out];
}

function where(call: Call): Value[] {
  const [condition, a, b] = [call.input(0), call.input(1), call.input(2)];
  const out = allocate(a.dtype, broadcastShape(call, condition.shape, broadcastShape(call, a.shape, b.shape)));
  const [at, atA, atB] = [condition, a, b].map((value) => broadcastOffsets(value, out.shape));
  for (let i = 0; i < out.data.length; i++)
    out.data[i] = (condition.data[at?.[i] ?? 0] === 0 ? b.data[atB?.[i] ?? 0] : a.data[atA?.[i] ?? 0]) ?? 0;
  return [out];
}

/** 1 / (1 + e^-x) without overflow. */
function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** Operators that treat each element by itself. Each is rounded once, to the type of its output. */
export const ELEMENTWISE: Operators = {
  Abs: mapped(Math.abs),
  Add: binary((a, b) => a + b),
  And: binary((a, b) => a * b, "bool"),
  Cast: cast,
  Ceil: mapped(Math.ceil),
  Clip: clip,
  Div: divide,
  Equal: binary((a, b) => (a === b ? 1 : 0), "bool"),
  Exp: mapped(Math.exp),
  Floor: mapped(Math.floor),
  Greater: binary((a, b) => (a > b ? 1 : 0), "bool"),
  GreaterOrEqual: binary((a, b) => (a >= b ? 1 : 0), "bool"),
  Identity: (call) => [call.input(0)],
  LeakyRelu: mapped((x, { attributes }) => (x < 0 ? x * attributes.float("alpha", Math.fround(0.01)) : x)),
  Less: binary((a, b) => (a < b ? 1 : 0), "bool"),
  LessOrEqual: binary((a, b) => (a <= b ? 1 : 0), "bool"),
  Log: mapped(Math.log),
  Max: folded(Math.max),
  Min: folded(Math.min),
  Mul: binary((a, b) => a * b),
  Neg: mapped((x) => -x),
  Not: mapped((x) => (x === 0 ? 1 : 0)),
  Or: binary((a, b) => (a + b === 0 ? 0 : 1), "bool"),
  Pow: binary(Math.pow),
  Reciprocal: mapped((x) => 1 / x),
  Relu: mapped((x) => (x < 0 ? 0 : x)),
  Round: mapped(roundHalfEven),
  Sigmoid: mapped(sigmoid),
  Sqrt: mapped(Math.sqrt),
  Sub: binary((a, b) => a - b),
  Tanh: mapped(Math.tanh),
  Where: where,
};
