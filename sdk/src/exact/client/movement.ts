import { readTensor } from "../../onnx/index.ts";
import { broadcastOffsets, broadcastShape } from "./elementwise.ts";
import { badNode } from "./errors.ts";
import { around, gatherOffsets, product, stridesOf } from "./operator.ts";
import type { Call, Operators } from "./operator.ts";
import { allocate, fromTensor } from "./value.ts";
import type { Value } from "./value.ts";

/** The elements at these positions as a tensor of this shape. */
function pick(x: Value, shape: readonly number[], offsets: Float64Array): Value {
  const out = allocate(x.dtype, shape);
  for (let i = 0; i < out.data.length; i++) out.data[i] = x.data[offsets[i] ?? 0] ?? 0;
  return out;
}

/** The same elements with another shape. */
function reshaped(call: Call, x: Value, shape: readonly number[]): Value {
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 0) || product(shape) !== x.data.length)
    throw call.shapeError(`cannot give ${x.data.length} elements the shape [${shape.join(", ")}]`);
  return { ...x, shape };
}

/** 0 keeps a dimension (unless allowzero), one −1 takes what is left. */
function reshape(call: Call): Value[] {
  const x = call.input(0);
  const keepZeros = call.attributes.int("allowzero", 0) === 1;
  const wanted = [...call.input(1).data].map((size, axis) => (size === 0 && !keepZeros ? (x.shape[axis] ?? 0) : size));
  const known = product(wanted.filter((size) => size !== -1));
  const free = known === 0 ? 0 : x.data.length / known;
  let used = false;
  const shape = wanted.map((size) => {
    if (size !== -1 || used) return size;
    used = true;
    return free;
  });
  return [reshaped(call, x, shape)];
}

function flatten(call: Call): Value[] {
  const x = call.input(0);
  const given = call.attributes.int("axis", 1);
  const axis = given === x.shape.length ? given : call.axis(given, x.shape.length);
  return [reshaped(call, x, [product(x.shape.slice(0, axis)), product(x.shape.slice(axis))])];
}

function transpose(call: Call): Value[] {
  const x = call.input(0);
  const order = call.attributes.ints("perm") ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  if (
    order.length !== x.shape.length ||
    new Set(order.map((axis) => call.axis(axis, x.shape.length))).size !== order.length
  )
    throw call.shapeError(`permutes ${x.shape.length} dimensions by [${order.join(", ")}]`);
  const strides = stridesOf(x.shape);
  const shape = order.map((axis) => x.shape[axis] ?? 1);
  return [
    pick(
      x,
      shape,
      gatherOffsets(
        shape,
        order.map((axis) => strides[axis] ?? 0),
      ),
    ),
  ];
}

function concat(call: Call): Value[] {
  const parts = call.inputs.map((_, index) => call.input(index));
  const first = call.input(0);
  const axis = call.axis(call.attributes.int("axis", 0), first.shape.length);
  const matches = ({ shape, dtype }: Value) =>
    dtype === first.dtype &&
    shape.length === first.shape.length &&
    shape.every((size, at) => at === axis || size === first.shape[at]);
  if (!parts.every(matches)) throw call.shapeError("joins tensors whose types or other dimensions differ");
  const total = parts.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const out = allocate(first.dtype, first.shape.with(axis, total));
  const { outer, inner } = around(first.shape, axis);
  let start = 0;
  for (const part of parts) {
    const run = (part.shape[axis] ?? 0) * inner;
    for (let o = 0; o < outer; o++) out.data.set(part.data.subarray(o * run, (o + 1) * run), o * total * inner + start);
    start += run;
  }
  return [out];
}

/** Starts and ends beyond the tensor mean its border, as the specification has it. */
function slice(call: Call): Value[] {
  const x = call.input(0);
  const rank = x.shape.length;
  const starts = [...call.input(1).data];
  const ends = [...call.input(2).data];
  const axes = call.axes(3, rank) ?? starts.map((_, axis) => call.axis(axis, rank));
  const steps = call.inputs[4] === undefined ? starts.map(() => 1) : [...call.inputs[4].data];
  const strides = stridesOf(x.shape);
  const shape = [...x.shape];
  let base = 0;
  axes.forEach((axis, k) => {
    const size = x.shape[axis] ?? 1;
    const step = steps[k] ?? 0;
    if (step === 0) throw call.shapeError("has a step of 0 or none");
    const clamp = (at: number, low: number, high: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
    const start = step > 0 ? clamp(starts[k] ?? 0, 0, size) : clamp(starts[k] ?? 0, 0, size - 1);
    const end = step > 0 ? clamp(ends[k] ?? 0, 0, size) : clamp(ends[k] ?? 0, -1, size - 1);
    shape[axis] = Math.max(0, Math.ceil((end - start) / step));
    base += start * (strides[axis] ?? 0);
    strides[axis] = (strides[axis] ?? 0) * step;
  });
  return [pick(x, shape, gatherOffsets(shape, strides, base))];
}

/** Sizes as an input or attribute, else equal parts, the last one smaller. */
function split(call: Call): Value[] {
  const x = call.input(0);
  const axis = call.axis(call.attributes.int("axis", 0), x.shape.length);
  const { outer, length, inner } = around(x.shape, axis);
  const count = call.node.output.length;
  const each = Math.ceil(length / count);
  const equal = call.node.output.map((_, part) => Math.max(0, Math.min(each, length - part * each)));
  const sizes = call.inputs[1] === undefined ? (call.attributes.ints("split") ?? equal) : [...call.inputs[1].data];
  if (sizes.length !== count || sizes.some((size) => size < 0) || sizes.reduce((sum, size) => sum + size, 0) !== length)
    throw call.shapeError(`splits ${length} into [${sizes.join(", ")}] for ${count} outputs`);
  let start = 0;
  return sizes.map((size) => {
    const out = allocate(x.dtype, x.shape.with(axis, size));
    for (let o = 0; o < outer; o++) {
      const from = (o * length + start) * inner;
      out.data.set(x.data.subarray(from, from + size * inner), o * size * inner);
    }
    start += size;
    return out;
  });
}

function squeeze(call: Call): Value[] {
  const x = call.input(0);
  const axes = call.axes(1, x.shape.length);
  const gone = (size: number, axis: number) => (axes === undefined ? size === 1 : axes.includes(axis));
  return [
    reshaped(
      call,
      x,
      x.shape.filter((size, axis) => !gone(size, axis)),
    ),
  ];
}

function unsqueeze(call: Call): Value[] {
  const x = call.input(0);
  const count = call.inputs[1]?.data.length ?? call.attributes.ints("axes")?.length ?? 0;
  const rank = x.shape.length + count;
  const axes = new Set(call.axes(1, rank));
  if (axes.size !== count) throw call.shapeError("names an axis twice");
  const sizes = x.shape.values();
  return [
    reshaped(
      call,
      x,
      Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (sizes.next().value ?? 1))),
    ),
  ];
}

function gather(call: Call): Value[] {
  const [x, positions] = [call.input(0), call.input(1)];
  const axis = call.axis(call.attributes.int("axis", 0), x.shape.length);
  const { outer, length, inner } = around(x.shape, axis);
  const out = allocate(x.dtype, [...x.shape.slice(0, axis), ...positions.shape, ...x.shape.slice(axis + 1)]);
  const count = positions.data.length;
  positions.data.forEach((position, k) => {
    const at = call.axis(position, length);
    for (let o = 0; o < outer; o++) {
      const from = (o * length + at) * inner;
      out.data.set(x.data.subarray(from, from + inner), (o * count + k) * inner);
    }
  });
  return [out];
}

function expand(call: Call): Value[] {
  const x = call.input(0);
  const shape = broadcastShape(call, x.shape, [...call.input(1).data]);
  allocate(x.dtype, shape); // refuses what is too large before positions are counted out
  return [pick(x, shape, broadcastOffsets(x, shape))];
}

function shapeOf(call: Call): Value[] {
  const { shape } = call.input(0);
  const end = call.attributes.int("end", shape.length);
  const sizes = shape.slice(call.attributes.int("start", 0), end);
  return [{ dtype: "int64", shape: [sizes.length], data: Float64Array.from(sizes) }];
}

function constant(call: Call): Value[] {
  const { attributes, node } = call;
  const tensor = attributes.tensor("value");
  if (tensor !== undefined) return [fromTensor(readTensor(tensor), node.output[0] ?? "")];
  if (attributes.has("value_float"))
    return [{ dtype: "float32", shape: [], data: Float64Array.of(attributes.float("value_float", 0)) }];
  if (attributes.has("value_int"))
    return [{ dtype: "int64", shape: [], data: Float64Array.of(attributes.int("value_int", 0)) }];
  const floats = attributes.floats("value_floats");
  if (floats !== undefined) return [{ dtype: "float32", shape: [floats.length], data: Float64Array.from(floats) }];
  const ints = attributes.ints("value_ints");
  if (ints !== undefined) return [{ dtype: "int64", shape: [ints.length], data: Float64Array.from(ints) }];
  throw badNode(node, "EXACT_CLIENT_ATTRIBUTE", "has neither a tensor nor numbers as its value");
}

/** Operators that move elements without changing them. */
export const MOVEMENT: Operators = {
  Concat: concat,
  Constant: constant,
  Expand: expand,
  Flatten: flatten,
  Gather: gather,
  Reshape: reshape,
  Shape: shapeOf,
  Slice: slice,
  Split: split,
  Squeeze: squeeze,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};
