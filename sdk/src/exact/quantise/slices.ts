import { makeNode } from "../../onnx/index.ts";
import type { NodeProto } from "../../onnx/index.ts";
import { product } from "../client/operator.ts";
import type { Calibration } from "./calibrate.ts";
import { freshName, namesOf, usesOf } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";
import { floatsOf, floatTensor, intTensor } from "./numbers.ts";
import type { Regions, Zone } from "./regions.ts";
import { quantisationOf } from "./scales.ts";
import type { Quantisation } from "./scales.ts";

/** A network with its division and scales. */
export interface ScaledGraph {
  readonly graph: FloatGraph;
  readonly regions: Regions;
  readonly scales: ReadonlyMap<string, Quantisation>;
}

/** Sliced outputs have at most this many bytes. */
const MAX_BYTES = 4096;

/**
 * Gives small outputs more than 256 steps. A contraction that computes an output y computes k clipped differences instead, y − t_j in [0, w] with
 * t_j = t_0 + j·w, each with a byte of its own, and the client adds them up: y = t_0 + Σ clip(y − t_j, 0, w). One of them is between its bounds, the
 * others are at one, exactly; so the steps are k times as fine. Without that, two classes with nearly the same score often get the same byte.
 * @param most largest k: 1, 2, 4 or 8
 */
export function sliceOutputs(scaled: ScaledGraph, calibration: Calibration, most: number): ScaledGraph {
  return [...scaled.regions.open].reduce((current, name) => {
    const { consumers, producer } = usesOf(current.graph);
    const node = producer.get(name);
    const shape = calibration.shapes.get(name);
    const histogram = calibration.histograms.get(name);
    const { zones } = current.regions;
    const inner = (consumers.get(name) ?? []).some((reader) => zones.get(reader) !== "tail");
    if (node === undefined || shape === undefined || histogram === undefined || inner) return current;
    if (zones.get(node) !== "exact" || (node.opType !== "Conv" && node.opType !== "Gemm")) return current;
    let slices = most;
    while (product(shape) * slices > MAX_BYTES && slices > 1) slices /= 2;
    const range = [histogram.minimum, histogram.maximum] as const;
    return slices === 1 || range[0] === range[1] ? current : slice(current, node, range, slices);
  }, scaled);
}

function slice(
  { graph, regions, scales }: ScaledGraph,
  node: NodeProto,
  [low, high]: readonly [number, number],
  slices: number,
): ScaledGraph {
  const taken = namesOf(graph);
  const [x = "", w = "", b = ""] = node.input;
  const [y = ""] = node.output;
  const constants = new Map(graph.constants);
  const fresh = (label: string) => freshName(taken, `${y}_${label}`);
  const constant = (label: string, tensor: ReturnType<typeof floatTensor>) => {
    const name = fresh(label);
    constants.set(name, tensor);
    return name;
  };
  const { scale } = quantisationOf([0, (high - low) / slices]);
  const width = scale * 255;
  const bias = floatsOf(constants.get(b) ?? floatTensor([], []));
  const steps = Array.from({ length: slices }, (_, j) => j);
  const shifted = steps.flatMap((j) => Array.from(bias, (term) => term - (low + j * width)));
  const wide = constants.get(w) ?? floatTensor([], []);
  const isConv = node.opType === "Conv";
  const inputs = [
    x,
    constant(
      "weights",
      isConv ? repeatRows(wide.shape, floatsOf(wide), slices) : repeatColumns(wide.shape, floatsOf(wide), slices),
    ),
    constant("bias", floatTensor([shifted.length], shifted)),
  ];
  const [differences, clipped] = [fresh("differences"), fresh("slices")];
  const parts = steps.map(() => fresh("slice"));
  const sizes = constant("sizes", intTensor(steps.map(() => bias.length)));
  const start = constant("start", floatTensor([], [low]));
  const many = { ...node, input: inputs, output: [differences] };
  const clip = makeNode(
    "Clip",
    [differences, constant("least", floatTensor([], [0])), constant("most", floatTensor([], [width]))],
    [clipped],
    {},
    { name: `${node.name}_clip` },
  );
  const tail = [makeNode("Split", [clipped, sizes], parts, { axis: 1n }, { name: `${node.name}_split` })];
  let sum = start;
  parts.forEach((part, j) => {
    const next = j === slices - 1 ? y : fresh("sum");
    tail.push(makeNode("Add", [sum, part], [next], {}, { name: `${node.name}_add_${j}` }));
    sum = next;
  });
  const zones = new Map<NodeProto, Zone>([
    ...regions.zones,
    [many, "exact"],
    [clip, "exact"],
    ...tail.map((added) => [added, "tail"] as const),
  ]);
  zones.delete(node);
  const reasons = new Map([
    ...regions.reasons,
    ...tail.map((added) => [added, "adds up the slices of an output"] as const),
  ]);
  const rename = (name: string) => (name === y ? clipped : name);
  return {
    graph: {
      ...graph,
      constants,
      nodes: graph.nodes.flatMap((other) => (other === node ? [many, clip, ...tail] : [other])),
    },
    regions: {
      ...regions,
      ...{ zones, reasons, fused: new Set([...regions.fused, clip]) },
      quantised: regions.quantised.map(rename),
      open: new Set([...regions.open].map(rename)),
    },
    scales: new Map([...[...scales].filter(([name]) => name !== y), [clipped, { scale, zero: 0 }]]),
  };
}

/** A convolution's weights [output, …], `count` times. */
function repeatRows(shape: readonly number[], weights: Float32Array, count: number) {
  const all = new Float32Array(weights.length * count);
  for (let k = 0; k < count; k++) all.set(weights, k * weights.length);
  return floatTensor([(shape[0] ?? 0) * count, ...shape.slice(1)], all);
}

/** A matrix's weights [input, output], `count` times side by side. */
function repeatColumns([rows = 0, columns = 0]: readonly number[], weights: Float32Array, count: number) {
  const all = new Float32Array(weights.length * count);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < count; k++)
      all.set(weights.subarray(row * columns, (row + 1) * columns), (row * count + k) * columns);
  return floatTensor([rows, columns * count], all);
}
