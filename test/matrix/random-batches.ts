/** Batches on random models: one item of each is wrong in one way, and the honest twin, whom a liar challenges. */
import { itemRootOfRoots } from "../../sdk/src/exact/commit/index.ts";
import { hashTree, resultTree, traceOf } from "../../sdk/src/exact/dispute/index.ts";
import type { FullTrace } from "../../sdk/src/exact/dispute/index.ts";
import { traceTopOf } from "../../sdk/src/exact/dispute/trace-top.ts";
import { runLaw } from "../../sdk/src/exact/law/index.ts";
import { sizeOf } from "../../sdk/src/exact/model.ts";
import type { ExactModel, ExactNode } from "../../sdk/src/exact/model.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import type { Random } from "../../sdk/src/exact/random.ts";
import { FAULTS, faultyRun } from "../exact/faulty-models.ts";
import type { Fault, FaultyRun } from "../exact/faulty-models.ts";
import type { Claimed } from "./lies.ts";

/** One random model, what a cheat and an honest provider claim of the same batch, and what a liar says instead. */
export interface RandomBatch {
  readonly fault: Fault;
  readonly cheat: Claimed;
  readonly honest: Claimed;
  /** The item's tensors as a lying challenger has them: a byte of one node's output is another. */
  readonly slander: readonly Uint8Array[];
}

/** The batch number `number`, of two items; faults come by turns. */
export async function randomBatch(number: number): Promise<RandomBatch> {
  const random = createRandom(0x200 + number);
  const fault = FAULTS[number % FAULTS.length] ?? "a random root";
  const { provable, right, tensors, claimed } = await binding(random, fault);
  const { model } = provable;
  const item = random.below(2);
  const beside = runLaw(
    model,
    model.inputs.map(({ shape }) => random.bytes(sizeOf(shape))),
  );
  const besideTrace = traceOf(provable, beside);
  const both = <T>(own: T, other: T): readonly T[] => (item === 0 ? [own, other] : [other, own]);
  const rights = both(right, besideTrace);
  const inputRoots = rights.map((trace) => itemRootOfRoots(trace.inputRoots));
  const claim = (traces: readonly FullTrace[]): Claimed => {
    const outputRoots = traces.map(outputRoot);
    return {
      ...{ subject: { model, node: 0 }, provable, item, inputRoots, outputRoots, claimed: traces },
      tensors: both(tensors, beside),
      // Nothing of them is delivered.
      claimedTensors: [],
      rightRoots: rights.map(outputRoot),
      batchRoot: resultTree(provable.keccak, inputRoots).root,
      resultRoot: resultTree(provable.keccak, outputRoots).root,
    };
  };
  return {
    fault,
    cheat: claim(both(claimed, besideTrace)),
    honest: claim(rights),
    slander: slander(random, model, tensors),
  };
}

/** A hash above those that a response shows is in nobody's claim: a trace that is wrong only there is right. */
async function binding(random: Random, fault: Fault): Promise<FaultyRun> {
  for (;;) {
    const run = await faultyRun(random, fault);
    const { keccak, trace } = run.claimed;
    if (hashTree(keccak, traceTopOf(trace)).root === trace.root) return run;
  }
}

/** Another byte somewhere in a node's output; one for which an own proof can be written. */
function slander(random: Random, model: ExactModel, tensors: readonly Uint8Array[]): readonly Uint8Array[] {
  for (;;) {
    const node = random.below(model.nodes.length);
    const number = model.inputs.length + node;
    const bytes = tensors[number] ?? new Uint8Array();
    const at = random.below(bytes.length);
    const old = bytes[at] ?? 0;
    const value = anotherValue(random, model.nodes[node], old);
    if (value !== old) return tensors.map((own, tensor) => (tensor === number ? bytes.with(at, value) : own));
  }
}

/** An ArgMax names a place along its axis; a maximum said to be larger would need the element that is. */
function anotherValue(random: Random, law: ExactNode | undefined, old: number): number {
  if (law?.kind === "ArgMax") return random.below(law.length);
  return law?.kind === "MaxPool" ? random.below(old + 1) : random.below(256);
}

function outputRoot(trace: FullTrace): ReturnType<typeof itemRootOfRoots> {
  return itemRootOfRoots(trace.model.outputs.map(({ tensor }) => trace.tensor(tensor).root));
}
