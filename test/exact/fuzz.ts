import assert from "node:assert/strict";

import { decodeModel, encodeModel, GliaError } from "@glia/sdk";
import type { ModelProto } from "@glia/sdk";
import { canonicalise, exactModelId, runLaw, sizeOf } from "@glia/sdk/exact";
import type { CanonicalModel } from "@glia/sdk/exact";

import { createRandom } from "../../sdk/src/exact/random.ts";
import { mutate, prepareSeed } from "./mutate.ts";

/** How many hostile files ended how. */
export interface FuzzCount {
  /** Refusals by the code of their error. */
  readonly refused: Map<string, number>;
  /** Files that are exact models: with an id of their own, or with a seed's. */
  other: number;
  same: number;
}

/** A model of which one knows the id and what it computes. */
interface Known {
  readonly canonical: CanonicalModel;
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** Models that cost more are accepted without being run. */
const MOST_ELEMENTS = 1 << 16;

/**
 * Gives `cases` damaged files to the canonicaliser. Each is refused by a named error, or is an exact model whose id does not depend on
 * how the file is written; and if its id is a seed's, it computes what the seed does.
 * @throws AssertionError with the case's number if one does something else.
 */
export async function fuzz(files: readonly Uint8Array[], cases: number, seed: number): Promise<FuzzCount> {
  const known = new Map<string, Known>();
  const random = createRandom(seed);
  for (const file of files) {
    const canonical = canonicalise(file);
    const inputs = canonical.model.inputs.map(({ shape }) => random.bytes(sizeOf(shape)));
    known.set(await exactModelId(canonical.model), { canonical, inputs, outputs: outputsOf(canonical, inputs) });
  }
  const seeds = files.map(prepareSeed);
  const count: FuzzCount = { refused: new Map(), other: 0, same: 0 };
  for (let index = 0; index < cases; index++) {
    // Each case has its own chance, so that it can be repeated alone.
    const file = mutate(createRandom(seed * 1_000_003 + index), seeds);
    try {
      await judge(file, known, count, index % 16 === 0);
    } catch (cause) {
      throw new Error(`Case ${index} of seed ${seed}: ${String(cause)}`, { cause });
    }
  }
  return count;
}

async function judge(
  file: Uint8Array,
  known: ReadonlyMap<string, Known>,
  count: FuzzCount,
  rewrite: boolean,
): Promise<void> {
  let canonical: CanonicalModel;
  try {
    canonical = canonicalise(file);
  } catch (error) {
    assert.ok(error instanceof GliaError && /^(EXACT|ONNX|MODEL|TENSOR)_/.test(error.code), String(error));
    assert.ok(error.message.length < 2000, "an error's message is as long as the file likes");
    count.refused.set(error.code, (count.refused.get(error.code) ?? 0) + 1);
    return;
  }
  const elements = [...canonical.model.inputs, ...canonical.model.nodes].reduce(
    (sum, { shape }) => sum + sizeOf(shape),
    0,
  );
  if (elements > MOST_ELEMENTS) {
    count.other++;
    return;
  }
  const id = await exactModelId(canonical.model);
  if (rewrite) {
    const other = canonicalise(reordered(decodeModel(file)));
    assert.equal(await exactModelId(other.model), id, "the id depends on how the file is written");
  }
  const seed = known.get(id);
  if (seed === undefined) {
    count.other++;
    // Whatever it computes: it must compute something.
    outputsOf(
      canonical,
      canonical.model.inputs.map(({ shape }) => new Uint8Array(sizeOf(shape)).fill(200)),
    );
    return;
  }
  count.same++;
  assert.deepEqual(outputsOf(canonical, seed.inputs), seed.outputs, "the same id, but not the same function");
}

/** The same model, written another way: initialisers in reverse, documentation added. */
function reordered(model: ModelProto): Uint8Array {
  const graph = model.graph;
  if (graph === undefined) return encodeModel(model);
  const initializer = graph.initializer.toReversed();
  return encodeModel({ ...model, producerName: "somebody else", graph: { ...graph, initializer, docString: "text" } });
}

function outputsOf({ model }: CanonicalModel, inputs: readonly Uint8Array[]): Uint8Array[] {
  const tensors = runLaw(model, inputs);
  return model.outputs.map(({ tensor }) => tensors[tensor] ?? new Uint8Array());
}
