import type { NodeProto } from "../../onnx/index.ts";
import type { Calibration } from "./calibrate.ts";
import { usesOf } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";
import type { Histogram } from "./histogram.ts";
import { floatsOf, roundUpToBits } from "./numbers.ts";
import { roleOf } from "./operators.ts";
import type { Regions } from "./regions.ts";
import { usefulPart } from "./useful-range.ts";

/** How the range of a tensor follows from its values. */
export interface RangeChoice {
  /** Extremes, a percentile on each side, or the least squared error. */
  readonly method: "minmax" | "percentile" | "mse";
  /** For `percentile`: share of the values inside, in percent. */
  readonly percentile: number;
}

/** A byte b stands for scale · (b − zero). */
export interface Quantisation {
  readonly scale: number;
  readonly zero: number;
}

/** Significant bits of an activation's scale: seven cost at most one part in 64 of the range, and products of two such scales stay exact. */
const SCALE_BITS = 7;
/** Scale of tensors that were 0 throughout. */
const IDLE_SCALE = 2 ** -7;
/** Smaller scales would make multipliers and weights' scales leave the normal numbers. */
const SMALLEST_SCALE = 2 ** -60;

/** Tensors that share a scale, since between them bytes are moved or compared. */
class Classes {
  readonly #parent = new Map<string, string>();

  find(name: string): string {
    let root = name;
    for (let parent = this.#parent.get(root); parent !== undefined; parent = this.#parent.get(root)) root = parent;
    return root;
  }

  join(a: string, b: string): void {
    const [rootA, rootB] = [this.find(a), this.find(b)];
    if (rootA !== rootB) this.#parent.set(rootA, rootB);
  }
}

/** Gives every quantised tensor its scale and zero point. */
export function chooseScales(
  graph: FloatGraph,
  regions: Regions,
  calibration: Calibration,
  choice: RangeChoice,
): Map<string, Quantisation> {
  const classes = classesOf(graph, regions);
  const ranges = new Map<string, readonly [number, number]>();
  // A range that a Clip ends is rounded to the nearest scale, not up, so that saturation can do the Clip's work.
  const clips = graph.nodes.filter((node) => node.opType === "Clip" && regions.fused.has(node));
  const { consumers } = usesOf(graph);
  const saturating = new Set(clips.flatMap(({ output }) => output));
  for (const name of regions.quantised) {
    const histogram = calibration.histograms.get(name);
    if (histogram === undefined) continue;
    const [low, high] = saturating.has(name)
      ? [histogram.minimum, histogram.maximum * (1 - 2 ** -SCALE_BITS)]
      : regions.open.has(name)
        ? [histogram.minimum, histogram.maximum]
        : usefulPart(rangeOf(histogram, choice), consumers.get(name) ?? []);
    const root = classes.find(name);
    const [lowest, highest] = ranges.get(root) ?? [0, 0];
    ranges.set(root, [Math.min(low, lowest), Math.max(high, highest)]);
  }
  for (const node of graph.nodes) includeFiller(node, graph, regions, classes, ranges);
  const scales = new Map([...ranges].map(([root, range]) => [root, quantisationOf(range)]));
  exactProducts(graph, regions, classes, ranges, scales);
  evenSums(graph, regions, classes, scales);
  return new Map(regions.quantised.map((name) => [name, scales.get(classes.find(name)) ?? quantisationOf([0, 0])]));
}

function rangeOf(histogram: Histogram, { method, percentile }: RangeChoice): readonly [number, number] {
  if (method === "percentile") return histogram.percentile(percentile);
  return method === "mse" ? histogram.leastSquares() : [histogram.minimum, histogram.maximum];
}

/** A short scale that covers a range which includes 0. */
export function quantisationOf([low, high]: readonly [number, number], bits = SCALE_BITS): Quantisation {
  const step = (high - low) / 255;
  if (step === 0) return { scale: IDLE_SCALE, zero: 0 };
  const scale = roundUpToBits(Math.max(step, SMALLEST_SCALE), bits);
  return { scale, zero: zeroPoint(low, scale) };
}

function classesOf(graph: FloatGraph, { zones, quantised }: Regions): Classes {
  const classes = new Classes();
  const known = new Set(quantised);
  for (const node of graph.nodes) {
    const role = roleOf(node, graph.constants);
    if (zones.get(node) !== "exact" || (role !== "movement" && role !== "largest")) continue;
    const tensors = [...(node.opType === "Concat" ? node.input : node.input.slice(0, 1)), ...node.output];
    const [first, ...others] = tensors.filter((name) => known.has(name));
    if (first !== undefined) for (const other of others) classes.join(first, other);
  }
  return classes;
}

/** Padding with another number than 0 must be in range. */
function includeFiller(
  { opType, input, output }: NodeProto,
  { constants }: FloatGraph,
  { quantised }: Regions,
  classes: Classes,
  ranges: Map<string, readonly [number, number]>,
): void {
  const filler = opType === "Pad" ? constants.get(input[2] ?? "") : undefined;
  const [name = ""] = output;
  if (filler === undefined || !quantised.includes(name)) return;
  const [value = 0] = floatsOf(filler);
  const root = classes.find(name);
  const [low, high] = ranges.get(root) ?? [0, 0];
  if (Number.isFinite(value)) ranges.set(root, [Math.min(low, value), Math.max(high, value)]);
}

/**
 * A product of two tensors needs a multiplier a · b / y of at most seven significant bits. So one factor's scale (the one with fewer
 * elements, a gate) becomes a power of two, and the product's scale gets the other factor's digits.
 */
function exactProducts(
  graph: FloatGraph,
  { zones, roots, fused, quantised }: Regions,
  classes: Classes,
  ranges: ReadonlyMap<string, readonly [number, number]>,
  scales: Map<string, Quantisation>,
): void {
  const known = new Set(quantised);
  const fixed = new Set<string>();
  for (const node of graph.nodes) {
    if (node.opType !== "Mul" || zones.get(node) !== "exact" || node.output.some((name) => roots.has(name))) continue;
    const [a, b] = node.input.map((name) => (known.has(name) ? classes.find(name) : undefined));
    const after = graph.nodes.find((other) => fused.has(other) && other.input[0] === node.output[0]);
    const y = (after ?? node).output.map((name) => classes.find(name))[0];
    if (a === undefined || b === undefined || y === undefined || a === y || b === y) continue;
    const gate = fixed.has(b) || isGate(ranges.get(b)) || !isGate(ranges.get(a)) ? b : a;
    const other = gate === b ? a : b;
    if (!fixed.has(gate)) scales.set(gate, powerOfTwo(ranges.get(gate) ?? [0, 0]));
    const target = scales.get(y);
    const digits = scales.get(other);
    if (target !== undefined && digits !== undefined && !fixed.has(y))
      scales.set(y, likeDigits(ranges.get(y) ?? [0, 0], digits.scale));
    for (const root of [a, b, y]) fixed.add(root);
  }
}

/** A sum with an even zero point can be computed by ONNX Runtime's fused operator, which is faster: half a step of range pays for it. */
function evenSums(
  graph: FloatGraph,
  { zones, roots, fused }: Regions,
  classes: Classes,
  scales: Map<string, Quantisation>,
): void {
  for (const node of graph.nodes) {
    if (node.opType !== "Add" || zones.get(node) !== "exact" || fused.has(node)) continue;
    if (node.output.some((name) => roots.has(name))) continue;
    const after = graph.nodes.find((other) => fused.has(other) && other.input[0] === node.output[0]);
    const root = classes.find((after ?? node).output[0] ?? "");
    const chosen = scales.get(root);
    if (chosen !== undefined) scales.set(root, { ...chosen, zero: chosen.zero - (chosen.zero % 2) });
  }
}

/** Whether a tensor lies between 0 and 1, as gates do. */
function isGate(range: readonly [number, number] | undefined): boolean {
  return range?.[0] === 0 && range[1] <= 1;
}

/** A power of two; that it may miss a 255th of the range keeps gates, which end at 1, at 1/256. */
function powerOfTwo([low, high]: readonly [number, number]): Quantisation {
  const step = (high - low) / 256;
  if (step === 0) return { scale: IDLE_SCALE, zero: 0 };
  const scale = 2 ** Math.ceil(Math.log2(Math.max(step, SMALLEST_SCALE)));
  return { scale, zero: zeroPoint(low, scale) };
}

/** The smallest scale that covers a range and is another one times a power of two. */
function likeDigits([low, high]: readonly [number, number], digits: number): Quantisation {
  const step = Math.max((high - low) / 255, SMALLEST_SCALE);
  let scale = digits;
  while (scale < step) scale *= 2;
  while (scale / 2 >= step) scale /= 2;
  return { scale, zero: zeroPoint(low, scale) };
}

/** The byte that stands for 0: the nearest whole number to −low / scale. */
function zeroPoint(low: number, scale: number): number {
  return Math.min(255, Math.round(Math.abs(low) / scale));
}
