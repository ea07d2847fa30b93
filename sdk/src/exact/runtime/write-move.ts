import { makeTensor } from "../../onnx/index.ts";
import { FILL, sizeOf } from "../model.ts";
import type { SelectNode, Shape, ViewNode } from "../model.ts";
import { dimsOf } from "./builder.ts";
import type { GraphBuilder } from "./builder.ts";
import { splitView } from "./split-view.ts";
import type { SplitView } from "./split-view.ts";

/** Largest output for which a view that no operators make may take a list of indices (4 bytes each). */
const MOST_INDICES = 1 << 22;

/** Above so many runs of neighbours, picking positions one by one is faster than cutting and joining. */
const MOST_RUNS = 32;

/**
 * Writes a view as Reshape, Slice, Transpose and Expand, those of them that do something; as a list of indices where they cannot make it.
 * @throws RangeError if the list would be too long.
 */
export function writeView(graph: GraphBuilder, node: ViewNode, from: Shape, x: string, y: string): void {
  const split = splitView(node, sizeOf(from));
  const moved = split === undefined ? writeIndices(graph, node, x) : writeSplit(graph, split, x);
  graph.node("Reshape", [moved, graph.ints(dimsOf(node.shape))], y);
}

function writeSplit(graph: GraphBuilder, { sizes, slices, order, single, repeated }: SplitView, x: string): string {
  const sliced = [...slices.keys()].filter((axis) => slices[axis]?.count !== sizes[axis] || slices[axis]?.step !== 1);
  const transposed = order.some((axis, k) => axis !== k);
  const expanded = repeated.some((size, k) => size !== single[k]);
  let flow = x;
  if (sliced.length > 0 || transposed) flow = graph.step("Reshape", [flow, graph.ints(sizes)]);
  if (sliced.length > 0) {
    const cuts = sliced.map((axis) => slices[axis] ?? { start: 0, count: 1, step: 1 });
    // An end before the first element is written as one far below: −1 would mean the last.
    const ends = cuts.map(({ start, count, step }) => (start + count * step < 0 ? -(2 ** 31) : start + count * step));
    const starts = cuts.map(({ start }) => start);
    const steps = cuts.map(({ step }) => step);
    flow = graph.step("Slice", [flow, ...[starts, ends, sliced, steps].map((values) => graph.ints(values))]);
  }
  if (transposed) flow = graph.step("Transpose", [flow], { perm: order.map(BigInt) });
  if (!expanded) return flow;
  return graph.step("Expand", [graph.step("Reshape", [flow, graph.ints(single)]), graph.ints(repeated)]);
}

function writeIndices(graph: GraphBuilder, { shape, base, digits }: ViewNode, x: string): string {
  if (sizeOf(shape) > MOST_INDICES) throw new RangeError("The view is too large for a list of indices.");
  const indices = new Int32Array(sizeOf(shape)).fill(base);
  let block = indices.length;
  for (const { radix, stride } of digits) {
    const inner = block / radix;
    for (let i = 0; i < indices.length; i++) {
      const digit = Math.floor((i % block) / inner);
      indices[i] = (indices[i] ?? 0) + digit * stride;
    }
    block = inner;
  }
  return graph.step("GatherElements", [graph.step("Reshape", [x, graph.ints([-1])]), graph.int32s(indices)]);
}

/** Neighbours that are taken together: positions of an input, or the constant (no input). */
interface Run {
  readonly input: number | undefined;
  readonly start: number;
  readonly count: number;
}

/** Writes a select: few runs of neighbours are cut out and joined; many positions are gathered from the joined inputs. */
export function writeSelect(
  graph: GraphBuilder,
  node: SelectNode,
  shapes: readonly Shape[],
  inputs: readonly string[],
  y: string,
): void {
  const { outer, inner, sources } = node;
  const lengths = shapes.map((shape) => sizeOf(shape) / outer / inner);
  const arrays = inputs.map((name, k) => graph.step("Reshape", [name, graph.ints([outer, lengths[k] ?? 0, inner])]));
  const constant = (count: number) =>
    graph.step("ConstantOfShape", [graph.ints([outer, count, inner])], {
      value: makeTensor("", "uint8", [1], Uint8Array.of(node.fill)),
    });
  const runs = runsOf(sources);
  const join = (parts: readonly string[]) => (parts.length > 1 ? graph.step("Concat", parts, { axis: 1n }) : parts[0]);
  const cut = ({ input, start, count }: Run) => {
    if (input === undefined) return constant(count);
    const array = arrays[input] ?? "";
    if (count === lengths[input]) return array;
    return graph.step("Slice", [array, graph.ints([start]), graph.ints([start + count]), graph.ints([1])]);
  };
  const gather = () => {
    const filled = sources.includes(FILL);
    const all = join(filled ? [...arrays, constant(1)] : arrays) ?? "";
    return graph.step("Gather", [all, graph.ints(positions(sources, lengths))], { axis: 1n });
  };
  const result = runs.length <= MOST_RUNS ? join(runs.map(cut)) : gather();
  graph.node("Reshape", [result ?? "", graph.ints(dimsOf(node.shape))], y);
}

function runsOf(sources: Uint32Array): Run[] {
  const runs: { input: number | undefined; start: number; count: number }[] = [];
  for (const source of sources) {
    const input = source === FILL ? undefined : Math.floor(source / 2 ** 24);
    const start = source === FILL ? 0 : source % 2 ** 24;
    const last = runs.at(-1);
    const follows = last?.input === input && (input === undefined || last?.start === start - (last?.count ?? 0));
    if (last !== undefined && follows) last.count++;
    else runs.push({ input, start, count: 1 });
  }
  return runs;
}

/** Positions in all inputs joined one after the other; the constant stands behind them. */
function positions(sources: Uint32Array, lengths: readonly number[]): number[] {
  const before = [0];
  for (const length of lengths) before.push((before.at(-1) ?? 0) + length);
  return Array.from(sources, (source) =>
    source === FILL ? (before.at(-1) ?? 0) : (before[Math.floor(source / 2 ** 24)] ?? 0) + (source % 2 ** 24),
  );
}
