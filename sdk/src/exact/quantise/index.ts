/** From a float network to an exact one: an ONNX file in QDQ form that `canonicalise` takes, with a report of what it costs. */
import { decodeModel, readSignature } from "../../onnx/index.ts";
import type { Item } from "../../tensors/index.ts";
import { canonicalise } from "../canonicalise/index.ts";
import { calibrate } from "./calibrate.ts";
import { emit } from "./emit.ts";
import { prepareGraph } from "./prepare.ts";
import { findRegions } from "./regions.ts";
import { makeReport } from "./report.ts";
import type { ExactTrace, QuantiseReport } from "./report.ts";
import type { FloatRunner } from "./runner.ts";
import { checkedSamples } from "./samples.ts";
import { chooseScales } from "./scales.ts";
import type { RangeChoice } from "./scales.ts";
import { sliceOutputs } from "./slices.ts";
export type { ClientNodeReport, ExactTrace, OutputReport, QuantiseReport, TensorReport } from "./report.ts";
export { ortFloatRunner } from "./runner.ts";
export type { FloatOrt, FloatRunner } from "./runner.ts";

/** Choices of the quantiser. */
export interface QuantiseOptions {
  /** How a tensor's range follows from its values. */
  readonly method?: RangeChoice["method"];
  /** For `percentile`: share of the values that the range holds, in percent; 99.99 unless given. */
  readonly percentile?: number;
  /**
   * Bytes for each element of an output that a Conv or Gemm computes, added up by the client: so many times 255 steps. 4 unless given, fewer where an
   * output would get more than 4,096 bytes.
   */
  readonly outputSlices?: 1 | 2 | 4 | 8;
  /** Most calibration samples that are taken; 1,000 unless given. */
  readonly maxSamples?: number;
  /** Samples on which float and exact model are compared; 32 unless given. */
  readonly reportSamples?: number;
  /** Sizes of the model's dynamic dimensions by name; the first one of an input is 1 unless given. */
  readonly dims?: Readonly<Record<string, number>>;
  /** Computes the exact side of the report; the law unless given. */
  readonly traceExact?: ExactTrace;
  readonly onProgress?: (progress: { readonly stage: "calibrate" | "compare"; readonly done: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Quantises a float network: weights to 7 bits per output channel, activations to u8 with ranges measured on samples of what the model will see.
 * The result is a standard ONNX file (operator set 13 and up) with the same inputs and outputs; what has no exact form stays float at its ends.
 * @param file float32 ONNX file, operator set 7 and up
 * @param samples items of the model's inputs, one at a time
 * @param runFloat runs a file on items; see {@link ortFloatRunner}
 * @throws GliaError `EXACT_QUANTISE_SAMPLES`, `EXACT_QUANTISE_SAMPLE_MISMATCH`, `EXACT_QUANTISE_NOT_FINITE`, `EXACT_QUANTISE_WEIGHTS`, `EXACT_QUANTISE_SCALE`, `EXACT_QUANTISE_OPERATOR`
 * (with node, reason and remedy), `EXACT_QUANTISE_NOTHING`, `EXACT_QUANTISE_ALREADY`, `EXACT_QUANTISE_OPSET`, `EXACT_QUANTISE_GRAPH`, what reading an ONNX file
 * throws, and what `canonicalise` finds in the result
 */
export async function quantise(
  file: Uint8Array,
  samples: AsyncIterable<Item> | Iterable<Item>,
  runFloat: FloatRunner,
  options: QuantiseOptions = {},
): Promise<{ file: Uint8Array; report: QuantiseReport }> {
  const { dims = {}, signal, onProgress } = options;
  const { inputs } = readSignature(decodeModel(file));
  const graph = prepareGraph(file);
  const regions = findRegions(graph);
  const kept: Item[] = [];
  const limits = { maxSamples: options.maxSamples ?? 1000, reportSamples: options.reportSamples ?? 32, dims, signal };
  const checked = checkedSamples(samples, inputs, limits, kept);
  const calibration = await calibrate(graph, regions.quantised, checked, runFloat, (done) =>
    onProgress?.({ stage: "calibrate", done }),
  );
  const choice = { method: options.method ?? "mse", percentile: options.percentile ?? 99.99 };
  const chosen = { graph, regions, scales: chooseScales(graph, regions, calibration, choice) };
  const scaled = sliceOutputs(chosen, calibration, options.outputSlices ?? 4);
  const emitted = emit(scaled, calibration.moments);
  signal?.throwIfAborted();
  const canonical = canonicalise(emitted.file, { dims });
  const report = await makeReport({
    ...scaled,
    ...{ before: file, emitted, canonical, kept },
    ...{ samples: calibration.samples, run: runFloat, trace: options.traceExact },
  });
  return { file: emitted.file, report };
}
