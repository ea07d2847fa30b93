import { refuseModel } from "../errors.ts";
import { makeValue } from "../../onnx/index.ts";
import type { Item } from "../../tensors/index.ts";
import { writeGraph } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";
import { Histogram } from "./histogram.ts";
import { Moments } from "./moments.ts";
import { floatsOf } from "./numbers.ts";
import type { FloatRunner } from "./runner.ts";

/** What calibration found. */
export interface Calibration {
  readonly histograms: ReadonlyMap<string, Histogram>;
  readonly moments: ReadonlyMap<string, Moments>;
  /** Shapes of the tensors for the first sample. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly samples: number;
}

/** A file with the same inputs whose outputs are these float tensors; those that are inputs themselves pass through. */
export function probeFile(graph: FloatGraph, tensors: readonly string[]): Uint8Array {
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const outputs = tensors.filter((name) => !inputs.has(name)).map((name) => unshaped(name));
  return writeGraph(graph, outputs);
}

/** A declaration without dimensions: whoever runs the file infers them. */
function unshaped(name: string) {
  const { type } = makeValue(name, "float32", []);
  return { ...makeValue(name, "float32", []), type: { ...type, tensorType: { elemType: 1 } } } as ReturnType<
    typeof makeValue
  >;
}

/**
 * Runs the float network on samples and gathers the values of some of its tensors.
 * @throws GliaError `EXACT_QUANTISE_SAMPLES` (none), `EXACT_QUANTISE_NOT_FINITE` (NaN or infinity in an activation), and what the runner throws
 */
export async function calibrate(
  graph: FloatGraph,
  tensors: readonly string[],
  samples: AsyncIterable<Item>,
  run: FloatRunner,
  onSample: (done: number) => void,
): Promise<Calibration> {
  const histograms = new Map(tensors.map((name) => [name, new Histogram()]));
  const moments = new Map(tensors.map((name) => [name, new Moments()]));
  const shapes = new Map<string, readonly number[]>();
  const inputs = graph.inputs.filter(({ name }) => histograms.has(name)).map(({ name }) => name);
  const waiting: Item[] = [];
  const noted = async function* (): AsyncGenerator<Item> {
    for await (const item of samples) {
      if (inputs.length > 0) waiting.push(item);
      yield item;
    }
  };
  let count = 0;
  for await (const results of run(probeFile(graph, tensors), noted())) {
    const item = inputs.length > 0 ? waiting.shift() : undefined;
    for (const [name, histogram] of histograms) {
      const tensor = results.get(name) ?? item?.get(name);
      if (tensor === undefined) throw new TypeError(`The float runner gave no tensor "${name}".`);
      if (count === 0) shapes.set(name, tensor.shape);
      const values = floatsOf(tensor);
      histogram.add(values);
      moments.get(name)?.add(tensor.shape, values);
      if (histogram.broken !== undefined) throw notFinite(name, histogram.broken, count);
    }
    onSample(++count);
  }
  if (count === 0)
    throw refuseModel(
      "EXACT_QUANTISE_SAMPLES",
      "There is no calibration sample; at least one is needed, and a hundred or more of what the model will see are better.",
      "Give inputs with --calibrate, or samples that are not empty.",
    );
  return { histograms, moments, shapes, samples: count };
}

function notFinite(name: string, value: number, sample: number): Error {
  return refuseModel(
    "EXACT_QUANTISE_NOT_FINITE",
    `The tensor "${name}" holds ${value} for sample ${sample}; no byte stands for that.`,
    "Check the sample and how it is scaled; if it is right, the float model itself overflows.",
    { tensor: name, sample },
  );
}
