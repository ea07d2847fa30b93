import { decodeModel, readSignature, createTensor } from "@glia/sdk";
import type { Item, Tensor } from "@glia/sdk";
import { canonicalise, ortFloatRunner, quantise, runHead, runTail, toLogical, toPhysical } from "@glia/sdk/exact";
import type { CanonicalModel } from "@glia/sdk/exact";
import { createExactRunner } from "@glia/sdk/exact/runtime";
import type { ExactRunner } from "@glia/sdk/exact/runtime";

// Before the module is loaded, which reads it once.
process.env["ORT_DISABLE_TELEMETRY"] = "1";
const runtime = await import("onnxruntime-node");

/** A float network with one input, and some inputs to calibrate on; `dims` are an input's. */
export interface FloatNetwork {
  readonly name: string;
  readonly file: Uint8Array;
  readonly dims: readonly number[];
  readonly calibration: readonly Float32Array[];
}

/** A float network and its exact version, both loaded, each with one thread. */
export interface Pair {
  readonly name: string;
  readonly canonical: CanonicalModel;
  readonly runner: ExactRunner;
  /** One inference of the float original in ONNX Runtime at its default settings; the declared outputs. */
  float(input: Float32Array): Promise<Float32Array[]>;
  /** What the client makes of an input: physical u8 tensors for the exact model. */
  head(input: Float32Array): Uint8Array[];
  /** What the client makes of the exact outputs: the file's declared outputs. */
  tail(outputs: readonly Uint8Array[]): Float32Array[];
  release(): Promise<void>;
}

/** The exact version of a network, as an ONNX file; equal inputs give equal bytes. */
export async function quantiseNetwork({ name, file, dims, calibration }: FloatNetwork): Promise<Uint8Array> {
  const input = inputOf(name, file);
  const samples = calibration.map((values) => itemOf(input, dims, values));
  const quantised = await quantise(file, samples, ortFloatRunner(runtime, { threads: 1 }), { reportSamples: 0 });
  return quantised.file;
}

/** Loads a network and its exact version, which passes its self-test first. */
export async function openPair({ name, file, dims }: FloatNetwork, exact: Uint8Array): Promise<Pair> {
  const input = inputOf(name, file);
  const canonical = canonicalise(exact);
  const { inputs, outputs } = canonical.model;
  const runner = await createExactRunner(canonical.model, runtime, { threads: 1 });
  const session = await runtime.InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  return {
    name,
    canonical,
    runner,
    async float(values) {
      const results = await session.run({ [input]: new runtime.Tensor("float32", values, dims) });
      return session.outputNames.map((output) => results[output]?.data as Float32Array);
    },
    head(values) {
      const item = runHead(canonical, itemOf(input, dims, values));
      return inputs.map((port) => toPhysical(port.dims, item.get(port.name)?.bytes ?? new Uint8Array()));
    },
    tail(bytes) {
      const item = new Map<string, Tensor>();
      for (const [index, { name: port, dims: portDims }] of outputs.entries()) {
        const ordered = toLogical(portDims, bytes[index] ?? new Uint8Array());
        item.set(port, createTensor("uint8", portDims, ordered));
      }
      return [...runTail(canonical, item).values()].map((tensor) => new Float32Array(tensor.bytes.slice().buffer));
    },
    async release() {
      await runner.release();
      await session.release();
    },
  };
}

function inputOf(name: string, file: Uint8Array): string {
  const [input, ...more] = readSignature(decodeModel(file)).inputs;
  if (input === undefined || more.length > 0) throw new Error(`${name} must have one input`);
  return input.name;
}

function itemOf(input: string, dims: readonly number[], values: Float32Array): Item {
  return new Map([[input, createTensor("float32", dims, new Uint8Array(values.slice().buffer))]]);
}
