import type { Hex } from "viem";
import { createTensor, readElements } from "../../tensors/index.ts";
import type { Item } from "../../tensors/index.ts";
import type { CanonicalModel } from "../canonicalise/index.ts";
import { isClients } from "./operators.ts";
import { runHead, runTail } from "../client/index.ts";
import { exactModelId } from "../commit/index.ts";
import { runLaw } from "../law/index.ts";
import type { ExactModel } from "../model.ts";
import { toLogical, toPhysical } from "../order.ts";
import { probeFile } from "./calibrate.ts";
import { argMax, Comparison } from "./compare.ts";
import type { Emitted } from "./emit.ts";
import { usesOf } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";
import { floatsOf } from "./numbers.ts";
import type { Regions } from "./regions.ts";
import type { FloatRunner } from "./runner.ts";
import type { Quantisation } from "./scales.ts";
import { usefulPart } from "./useful-range.ts";

/** Gives every tensor of an exact model by its number, in physical order: the law, or what agrees with it. */
export type ExactTrace = (
  model: ExactModel,
  inputs: readonly Uint8Array[],
) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;

/** How near an output of the file is to the float model's. */
export interface OutputReport {
  readonly name: string;
  readonly cosine: number;
  /** Largest difference of an element, in the output's unit. */
  readonly maxError: number;
  /** Share of the samples whose largest element is the same one; absent where the output is no list of scores. */
  readonly top1?: number;
}

/** How near a tensor inside is to the float model's. */
export interface TensorReport {
  readonly name: string;
  /** The ONNX node that gives it, with its operator. */
  readonly node: string;
  readonly operator: string;
  /** Signal-to-noise ratio in decibels; each byte's rounding alone costs about 50. Infinite where nothing differs. */
  readonly decibels: number;
}

/** A node that the client computes in floats. */
export interface ClientNodeReport {
  readonly node: string;
  readonly operator: string;
  /** Why it is not in the exact part. */
  readonly reason: string;
  /** Whether `runHead` and `runTail` can compute it; if not, the buyer needs another program for it. */
  readonly supported: boolean;
}

/** What quantisation did to a model. */
export interface QuantiseReport {
  /** Identity of the exact model; see docs/EXACT.md. */
  readonly modelId: Hex;
  /** Calibration samples. */
  readonly samples: number;
  /** Samples on which float and exact model were compared. */
  readonly compared: number;
  readonly outputs: readonly OutputReport[];
  /** Quantised tensors, the noisiest first. */
  readonly tensors: readonly TensorReport[];
  /** Bytes of the float and of the exact file. */
  readonly sizes: { readonly before: number; readonly after: number };
  /** Number of nodes of the exact model by kind. */
  readonly nodes: Readonly<Record<string, number>>;
  readonly client: readonly ClientNodeReport[];
  /** Output channels whose weights are coarser than they could be, so that their accumulator stays below 2^24. */
  readonly widened: readonly { readonly node: string; readonly channels: readonly number[] }[];
}

/** What a report is made from. */
export interface ReportParts {
  readonly before: Uint8Array;
  readonly graph: FloatGraph;
  readonly regions: Regions;
  readonly scales: ReadonlyMap<string, Quantisation>;
  readonly emitted: Emitted;
  readonly canonical: CanonicalModel;
  readonly samples: number;
  readonly kept: readonly Item[];
  readonly run: FloatRunner;
  readonly trace: ExactTrace | undefined;
}

/** Compares float and exact model on the kept samples. */
export async function makeReport(parts: ReportParts): Promise<QuantiseReport> {
  const { canonical, emitted, graph, kept, regions, run } = parts;
  const unsupported = new Set(graph.nodes.filter((node) => regions.zones.get(node) === "tail" && !isClients(node)));
  const outputs = new Map<string, { comparison: Comparison; same: number; scores: boolean }>();
  const tensors = new Map(regions.quantised.map((name) => [name, new Comparison()]));
  const originals = run(parts.before, kept)[Symbol.asyncIterator]();
  const { consumers } = usesOf(graph);
  const insides = run(probeFile(graph, regions.quantised), kept)[Symbol.asyncIterator]();
  for (const item of kept) {
    const float = await next(originals);
    const inside = await next(insides);
    const exact = await runExact(canonical, item, parts.trace);
    for (const [name, comparison] of tensors) {
      const number = canonical.tensors.get(emitted.bytesOf.get(name) ?? "");
      const tensor = inside.get(name) ?? item.get(name);
      const bytes = number === undefined ? undefined : exact[number];
      const quantisation = parts.scales.get(name);
      if (tensor === undefined || bytes === undefined || quantisation === undefined) continue;
      const restored = Float64Array.from(
        toLogical(tensor.shape, bytes),
        (byte) => (byte - quantisation.zero) * quantisation.scale,
      );
      // What lies beyond the range that its readers make use of is cut off on purpose.
      const [low, high] = usefulPart([-Infinity, Infinity], regions.open.has(name) ? [] : (consumers.get(name) ?? []));
      const used = floatsOf(tensor).map((value) => Math.min(Math.max(value, low), high));
      comparison.add(used, restored);
    }
    if (unsupported.size > 0) continue;
    compareOutputs(outputs, float, runTail(canonical, outputItem(canonical, exact)));
  }
  return {
    modelId: await exactModelId(canonical.model),
    samples: parts.samples,
    compared: kept.length,
    outputs: [...outputs].map(([name, { comparison, same, scores }]) => ({
      name,
      cosine: comparison.cosine,
      maxError: comparison.maxError,
      ...(scores ? { top1: same / kept.length } : {}),
    })),
    tensors: tensorReports(graph, tensors),
    sizes: { before: parts.before.length, after: emitted.file.length },
    nodes: kinds(canonical.model),
    client: clientNodes(graph, regions),
    widened: emitted.widened,
  };
}

async function next(items: AsyncIterator<Item>): Promise<Item> {
  const result = await items.next();
  if (result.done === true) throw new TypeError("The float runner gave fewer results than it got items.");
  return result.value;
}

async function runExact(
  canonical: CanonicalModel,
  item: Item,
  trace: ExactTrace = runLaw,
): Promise<readonly Uint8Array[]> {
  const sent = runHead(canonical, item);
  const inputs = canonical.model.inputs.map(({ name, dims }) =>
    toPhysical(dims, sent.get(name)?.bytes ?? new Uint8Array()),
  );
  return trace(canonical.model, inputs);
}

function outputItem({ model }: CanonicalModel, tensors: readonly Uint8Array[]): Item {
  return new Map(
    model.outputs.map(({ name, tensor, dims }) => {
      const bytes = toLogical(dims, tensors[tensor] ?? new Uint8Array());
      return [name, createTensor("uint8", dims, bytes)];
    }),
  );
}

type Outputs = Map<string, { comparison: Comparison; same: number; scores: boolean }>;

function compareOutputs(outputs: Outputs, float: Item, exact: Item): void {
  for (const [name, tensor] of exact) {
    const original = float.get(name);
    if (original === undefined) continue;
    const [a, b] = [original, tensor].map((one) => Float64Array.from(readElements(one), Number));
    if (a === undefined || b?.length !== a.length) continue; // as many boxes as were found, say
    const entry = outputs.get(name) ?? {
      comparison: new Comparison(),
      same: 0,
      scores: looksLikeScores(original.dtype, original.shape),
    };
    entry.comparison.add(a, b);
    if (argMax(a) === argMax(b)) entry.same++;
    outputs.set(name, entry);
  }
}

/** One list of at least two floats. */
function looksLikeScores(dtype: string, shape: readonly number[]): boolean {
  const last = shape.at(-1) ?? 1;
  return dtype === "float32" && last > 1 && shape.slice(0, -1).every((size) => size === 1);
}

function tensorReports(graph: FloatGraph, tensors: ReadonlyMap<string, Comparison>): TensorReport[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const reports = [...tensors].map(([name, comparison]) => {
    const producer = producers.get(name);
    return { name, node: producer?.name ?? name, operator: producer?.opType ?? "input", decibels: comparison.decibels };
  });
  return reports.sort((a, b) => a.decibels - b.decibels);
}

function kinds({ nodes }: ExactModel): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of nodes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function clientNodes(graph: FloatGraph, { zones, reasons }: Regions): ClientNodeReport[] {
  return graph.nodes.flatMap((node) => {
    const zone = zones.get(node);
    if (zone !== "head" && zone !== "tail") return [];
    const reason =
      reasons.get(node) ?? (zone === "head" ? "comes before the first contraction" : "nothing exact needs its result");
    return [{ node: node.name, operator: node.opType, reason, supported: isClients(node) }];
  });
}
