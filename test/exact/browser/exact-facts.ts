import { canonicalise, exactItemRoot, exactModelId, runLaw, sizeOf, traceRoots } from "@glia/sdk/exact";

import { createRandom } from "../../../sdk/src/exact/random.ts";

/** What two engines must agree on: per file the id, the root of seeded inputs, the roots of all nodes and the outputs' bytes. */
export default async function exactFacts({ files }: { readonly files: readonly string[] }): Promise<object[]> {
  const facts: object[] = [];
  for (const [index, file] of files.entries()) {
    const { model } = canonicalise(Uint8Array.from(atob(file), (char) => char.charCodeAt(0)));
    const random = createRandom(index);
    const inputs = model.inputs.map(({ shape }) => random.bytes(sizeOf(shape)));
    const tensors = runLaw(model, inputs);
    facts.push({
      id: await exactModelId(model),
      input: await exactItemRoot(model.inputs, inputs),
      trace: await traceRoots(model, tensors),
      outputs: model.outputs.map(({ tensor }) => [...(tensors[tensor] ?? [])]),
    });
  }
  return facts;
}
