import { exactItemRoot, traceRoots } from "@glia/sdk/exact";
import type { Pair } from "../models/exact/pair.ts";
import { timeInTurns } from "./exact-time.ts";

/** Parts of one inference's time that commitments and a trace take. */
export interface Costs {
  /** One inference of the exact model, in milliseconds. */
  readonly inferenceMs: number;
  /** Layout and roots of an item's inputs and outputs, as part of it. */
  readonly commitOverhead: number;
  /** All tensors of one item and the roots of all of them, in inferences. */
  readonly traceCost: number;
}

/** Measures both against plain inference of the same input. */
export async function measureCosts(pair: Pair, input: Float32Array, rounds: number): Promise<Costs> {
  const { runner } = pair;
  const { model } = pair.canonical;
  const inputs = pair.head(input);
  const outputs = await runner.run(inputs);
  const inference = () => runner.run(inputs);
  const commit = async () => [await exactItemRoot(model.inputs, inputs), await exactItemRoot(model.outputs, outputs)];
  const commits = await timeInTurns(rounds, [inference, commit]);
  const trace = async () => traceRoots(model, await runner.trace(inputs));
  const traces = await timeInTurns(Math.ceil(rounds / 5), [inference, trace]);
  return {
    inferenceMs: commits.ms[0] ?? NaN,
    commitOverhead: commits.ratios[1] ?? NaN,
    traceCost: traces.ratios[1] ?? NaN,
  };
}
