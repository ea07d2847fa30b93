import { around, product } from "./operator.ts";
import type { Call, Operator, Operators } from "./operator.ts";
import { allocate, fit } from "./value.ts";
import type { Value } from "./value.ts";

interface Reduction {
  readonly start: number;
  readonly step: (total: number, x: number) => number;
  readonly end?: (total: number, count: number) => number;
}

/** One axis at a time would round in between, so all reduced axes are gone through at once, in double precision. */
function reduce({ start, step, end }: Reduction): Operator {
  return (call) => {
    const x = call.input(0);
    const given = call.axes(1, x.shape.length) ?? [];
    if (given.length === 0 && call.attributes.int("noop_with_empty_axes", 0) === 1) return [x];
    const reduced = new Set(given.length === 0 ? x.shape.keys() : given);
    const kept = x.shape.map((size, axis) => (reduced.has(axis) ? 1 : size));
    const keep = call.attributes.int("keepdims", 1) === 1;
    const out = allocate(x.dtype, keep ? kept : kept.filter((_, axis) => !reduced.has(axis)));
    out.data.fill(start);
    const position = positions(x.shape, reduced);
    x.data.forEach((value, i) => {
      const at = position(i);
      out.data[at] = step(out.data[at] ?? 0, value);
    });
    const count = product(x.shape.filter((_, axis) => reduced.has(axis)));
    const round = fit(x.dtype);
    for (let i = 0; i < out.data.length; i++) {
      const total = out.data[i] ?? 0;
      out.data[i] = round(end === undefined ? total : end(total, count));
    }
    return [out];
  };
}

/** Where element i of a tensor goes when some axes are reduced. */
function positions(shape: readonly number[], reduced: ReadonlySet<number>): (i: number) => number {
  const steps: [size: number, stride: number][] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    steps.push([size, reduced.has(axis) ? 0 : stride]);
    if (!reduced.has(axis)) stride *= size;
  }
  return (i) => {
    let rest = i;
    let at = 0;
    for (const [size, step] of steps) {
      at += (rest % size) * step;
      rest = Math.floor(rest / size);
    }
    return at;
  };
}

/** Visits each run of elements along an axis: where it begins, the distance between its elements, and where its result goes. */
function runs(
  x: Value,
  axis: number,
  visit: (begin: number, step: number, length: number, index: number) => void,
): void {
  const { outer, length, inner } = around(x.shape, axis);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) visit(o * length * inner + i, inner, length, o * inner + i);
}

/** The largest element is taken away first, so that nothing overflows. */
function softmax(logarithm: boolean): Operator {
  return (call) => {
    const x = call.input(0);
    const out = allocate(x.dtype, x.shape);
    runs(x, call.axis(call.attributes.int("axis", -1), x.shape.length), (begin, step, length) => {
      let largest = -Infinity;
      for (let k = 0; k < length; k++) largest = Math.max(largest, x.data[begin + k * step] ?? 0);
      let sum = 0;
      for (let k = 0; k < length; k++) sum += Math.exp((x.data[begin + k * step] ?? 0) - largest);
      for (let k = 0; k < length; k++) {
        const shifted = (x.data[begin + k * step] ?? 0) - largest;
        out.data[begin + k * step] = Math.fround(logarithm ? shifted - Math.log(sum) : Math.exp(shifted) / sum);
      }
    });
    return [out];
  };
}

function argument(better: (candidate: number, best: number) => boolean): Operator {
  return (call) => {
    const x = call.input(0);
    const axis = call.axis(call.attributes.int("axis", 0), x.shape.length);
    const last = call.attributes.int("select_last_index", 0) === 1;
    const keep = call.attributes.int("keepdims", 1) === 1;
    const out = allocate(
      "int64",
      x.shape.flatMap((size, at) => (at !== axis ? [size] : keep ? [1] : [])),
    );
    runs(x, axis, (begin, step, length, index) => {
      let best = 0;
      for (let k = 1; k < length; k++) {
        const [candidate, champion] = [x.data[begin + k * step] ?? 0, x.data[begin + best * step] ?? 0];
        if (better(candidate, champion) || (last && candidate === champion)) best = k;
      }
      out.data[index] = best;
    });
    return [out];
  };
}

/** Of equal elements the one with the smaller position comes first. */
function topK(call: Call): Value[] {
  const x = call.input(0);
  const axis = call.axis(call.attributes.int("axis", -1), x.shape.length);
  const count = call.scalar(1) ?? 0;
  const sign = call.attributes.int("largest", 1) === 1 ? -1 : 1;
  const size = x.shape[axis] ?? 1;
  if (count < 0 || count > size) throw call.shapeError(`wants ${count} elements of ${size}`);
  const shape = x.shape.with(axis, count);
  const [values, places] = [allocate(x.dtype, shape), allocate("int64", shape)];
  const { inner } = around(x.shape, axis);
  runs(x, axis, (begin, step, length, index) => {
    const order = Array.from({ length }, (_, k) => k);
    const at = (k: number) => x.data[begin + k * step] ?? 0;
    order.sort((a, b) => sign * (at(a) - at(b)) || a - b);
    const start = Math.floor(index / inner) * count * inner + (index % inner);
    for (let rank = 0; rank < count; rank++) {
      const k = order[rank] ?? 0;
      values.data[start + rank * inner] = at(k);
      places.data[start + rank * inner] = k;
    }
  });
  return [values, places];
}

/** Operators along one or several axes. */
export const REDUCTIONS: Operators = {
  ArgMax: argument((candidate, best) => candidate > best),
  ArgMin: argument((candidate, best) => candidate < best),
  LogSoftmax: softmax(true),
  ReduceL2: reduce({ start: 0, step: (total, x) => total + x * x, end: Math.sqrt }),
  ReduceMax: reduce({ start: -Infinity, step: Math.max }),
  ReduceMean: reduce({ start: 0, step: (total, x) => total + x, end: (total, count) => total / count }),
  ReduceMin: reduce({ start: Infinity, step: Math.min }),
  ReduceSum: reduce({ start: 0, step: (total, x) => total + x }),
  Softmax: softmax(false),
  TopK: topK,
};
