import type { Call } from "../call.ts";
import { broadcastDims } from "../dims.ts";
import { domainOf } from "../graph.ts";
import { planReshape } from "../move/index.ts";
import { addTable } from "../resolve.ts";
import { apply, constant, tableOf, X } from "../table/index.ts";
import type { Expression } from "../table/index.ts";
import { depthAround, isReal, joinOrigins } from "../value.ts";
import type { QuantisedReal, Real, UnaryReal, Value } from "../value.ts";
import { scalarConstant } from "../weights.ts";
import { lineOf, QUANTISE_BETWEEN, withConstant } from "./channels.ts";

/** Operators in a function of one tensor, counted as often as they are used. */
const MAX_SIZE = 1024;

/** Any operator that works element by element: on one quantised tensor a table, on a contraction what folds into it, on two tensors a sum or product. */
export function elementwise(call: Call): Value[] {
  for (const value of call.inputs) {
    if (value?.kind === "opaque") throw value.error;
    if (value?.kind === "head")
      throw call.unsupported("mixes values that are quantised with inputs that are not", QUANTISE_BETWEEN);
    if (value?.kind === "exact") return [clipBytes(call)];
  }
  const reals = call.inputs.filter(isReal);
  const [first] = reals;
  if (first === undefined) throw call.unsupported("computes with constants only, and is not folded");
  const dims = broadcast(call);
  if ((call.type === "Clip" || call.type === "Relu") && first.kind !== "quantised" && first.kind !== "unary")
    return [clip(call, first)];
  const unary = asUnary(call, dims);
  if (unary !== undefined) return [unary];
  if (reals.length === 1) return [reshaped(call, withConstant(call, first, dims), dims)];
  return [pair(call, dims)];
}

/** A function of a single tensor, with scalar constants: anything that the tables know. */
function asUnary(call: Call, dims: readonly number[]): Value | undefined {
  const { node, inputs } = call;
  let source: QuantisedReal | undefined;
  const args: (Expression | undefined)[] = [];
  for (const value of inputs) {
    if (value === undefined) args.push(undefined);
    else if (value.kind === "quantised" || value.kind === "unary") {
      const own = value.kind === "quantised" ? value : value.source;
      if (source !== undefined && !sameSource(source, own)) return undefined;
      source ??= own;
      args.push(value.kind === "quantised" ? X : value.expression);
    } else {
      const number = scalarConstant(call, value);
      if (number === undefined) return undefined;
      args.push(constant(number));
    }
  }
  if (source === undefined) return undefined;
  const { opset } = call;
  // The operators of com.microsoft that stand for a float operator carry that one's name, which is in ONNX's own domain.
  const domain = call.type === node.opType ? domainOf(node) : "";
  const size = inputs.reduce((total, value) => total + (value?.kind === "unary" ? value.size : 1), 1);
  if (size > MAX_SIZE)
    throw call.unsupported(`ends a function of ${size} operators; at most ${MAX_SIZE} are taken`, QUANTISE_BETWEEN);
  const expression = apply({ domain, type: call.type, opset, attributes: call.attributes.scalars() }, args);
  const [x] = inputs;
  const onGrid = call.type === "Relu" && (x?.kind === "quantised" || (x?.kind === "unary" && x.onGrid));
  const from = joinOrigins(inputs, node);
  const value: UnaryReal = {
    kind: "unary",
    source,
    expression,
    line: lineOf(call),
    onGrid,
    size,
    dims: source.dims,
    from,
  };
  return reshaped(call, value, dims);
}

function sameSource(a: QuantisedReal, b: QuantisedReal): boolean {
  return a.tensor === b.tensor && a.scale === b.scale && a.zero === b.zero && a.dims.join() === b.dims.join();
}

/** A constant of more dimensions than the value gives it leading ones. */
function reshaped(call: Call, value: Real, dims: readonly number[]): Real {
  if (value.dims.join() === dims.join()) return value;
  const plan = planReshape(value.dims, dims);
  return {
    kind: "moved",
    of: [value],
    plan: () => plan,
    fill: 0,
    dims,
    from: [call.node],
    depth: depth(call, [value]),
  };
}

/** Depth of a wrapper around other values. */
export function depth(call: Call, parts: readonly Real[]): number {
  const found = depthAround(parts);
  if (found !== undefined) return found;
  throw call.unsupported("stands behind more than 256 others without a QuantizeLinear between them", QUANTISE_BETWEEN);
}

/** Relu or Clip of what is not computed yet. */
function clip(call: Call, of: Real): Value {
  const bound = (index: number, otherwise: number) =>
    call.inputs[index] === undefined
      ? otherwise
      : (scalarConstant(call, call.inputs[index]) ?? call.scalar(index, "bound"));
  const [low, high] = call.type === "Relu" ? [0, Infinity] : [bound(1, -Infinity), bound(2, Infinity)];
  if (Number.isNaN(low) || Number.isNaN(high))
    throw call.unsupported("has a bound that is no number", "Give it numbers.");
  return { kind: "clipped", of, low, high, dims: of.dims, from: [call.node], depth: depth(call, [of]) };
}

/** Clip (opset 12 and up) and Relu (opset 14 and up) of u8 or i8 themselves. */
function clipBytes(call: Call): Value {
  const { node, builder } = call;
  const value = call.exact(0);
  if (call.type !== "Clip" && call.type !== "Relu")
    throw call.unsupported(
      "computes with whole numbers",
      "Put DequantizeLinear before the node and QuantizeLinear behind it.",
    );
  const shift = value.type === "int8" ? 128 : 0;
  const bound = (index: number, otherwise: number) =>
    call.inputs[index] === undefined ? otherwise : call.scalar(index, "bound") + shift;
  const [low, high] = call.type === "Relu" ? [shift, 255] : [bound(1, 0), bound(2, 255)];
  const table = Uint8Array.from({ length: 256 }, (_, x) => Math.min(Math.max(x, low), high));
  return { ...value, tensor: addTable(builder, value.tensor, table, builder.quantisation(value.tensor), [node]) };
}

/** Add, Sub or Mul of two quantised tensors. */
function pair(call: Call, dims: readonly number[]): Value {
  const operations = { Add: "add", Sum: "add", Sub: "sub", Mul: "mul" } as const;
  const [a, b, ...more] = call.inputs.map((value) =>
    value?.kind === "unary" ? (onGrid(call, value) ?? value) : value,
  );
  if (!Object.hasOwn(operations, call.type) || more.length > 0)
    throw call.unsupported(
      "combines several computed values; a sum, difference or product of two has an exact form",
      QUANTISE_BETWEEN,
    );
  if (a?.kind !== "quantised" || b?.kind !== "quantised")
    throw call.refuse(
      "EXACT_NOT_QUANTISED",
      "combines two values of which one is not quantised; both need 8 bits",
      QUANTISE_BETWEEN,
    );
  const operation = operations[call.type as keyof typeof operations];
  return { kind: "pair", operation, a, b, dims, from: joinOrigins([a, b], call.node) };
}

/** Relu of a quantised tensor is a quantised tensor of the same scale. */
export function onGrid(call: Call, { source, expression, onGrid, from }: UnaryReal): QuantisedReal | undefined {
  if (!onGrid) return undefined;
  const { builder } = call;
  return {
    ...source,
    from,
    tensor: addTable(builder, source.tensor, tableOf(expression, source, source), source, from),
  };
}

/** Dimensions of the result. */
function broadcast(call: Call): number[] {
  const all = call.inputs.flatMap((value, index) => (value === undefined ? [] : [call.dims(index)]));
  const dims = broadcastDims(all);
  if (dims !== undefined) return dims;
  throw call.refuse(
    "EXACT_SHAPE_MISMATCH",
    `combines shapes that do not fit: ${all.map((sizes) => `[${sizes.join(", ")}]`).join(" and ")}`,
    "Export the model again.",
  );
}
