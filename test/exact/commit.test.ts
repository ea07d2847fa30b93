import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesToHex } from "viem";
import { batchTree, verifyItem } from "../../sdk/src/commitments/index.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import {
  commitModel,
  exactItemRoot,
  exactModelId,
  tensorRoot,
  traceRoot,
  traceRoots,
} from "../../sdk/src/exact/commit/index.ts";
import { sizeOf } from "../../sdk/src/exact/model.ts";
import { randomModel, randomShape, randomTensors } from "./commit-models.ts";
import { naiveItemRoot, naiveModel, naiveRoot, naiveTensorRoot } from "./commit-naive.ts";

describe("exact commitments against a second implementation", () => {
  it("agrees on the roots of tensors of all channel counts and many shapes", async () => {
    const random = createRandom(1);
    for (let c = 1; c <= 130; c++) {
      const shape = { n: 1, h: 1 + random.below(4), w: 1 + random.below(3), c };
      const bytes = random.bytes(sizeOf(shape));
      assert.equal(await tensorRoot(shape, bytes), naiveTensorRoot(shape, bytes), JSON.stringify(shape));
    }
    for (let i = 0; i < 100; i++) {
      const shape = randomShape(random);
      const bytes = random.bytes(sizeOf(shape));
      assert.equal(await tensorRoot(shape, bytes), naiveTensorRoot(shape, bytes), JSON.stringify(shape));
    }
  });

  it("agrees on records, nodesRoot and modelId of models of all kinds, on item roots and traces", async () => {
    const random = createRandom(2);
    for (let i = 0; i < 40; i++) {
      const model = randomModel(random);
      const naive = naiveModel(model);
      const commitment = await commitModel(model);
      assert.deepEqual(
        commitment.records.map((record) => [...record]),
        naive.records,
      );
      assert.equal(commitment.nodesRoot, naive.nodesRoot);
      assert.equal(commitment.modelId, naive.modelId);
      assert.equal(await exactModelId(model), naive.modelId);
      const tensors = randomTensors(random, model);
      const inputs = tensors.slice(0, model.inputs.length);
      assert.equal(await exactItemRoot(model.inputs, inputs), naiveItemRoot(model.inputs, inputs));
      const roots = await traceRoots(model, tensors);
      const naiveRoots = model.nodes.map(({ shape }, j) =>
        naiveTensorRoot(shape, tensors[model.inputs.length + j] ?? new Uint8Array(0)),
      );
      assert.deepEqual(roots, naiveRoots);
      assert.equal(await traceRoot(roots), naiveRoot(naiveRoots));
    }
  });

  it("puts item roots under the batch's root as every other model's", async () => {
    const random = createRandom(3);
    const model = randomModel(random);
    const roots = [];
    for (let i = 0; i < 5; i++) {
      const tensors = randomTensors(random, model).slice(0, model.inputs.length);
      roots.push(await exactItemRoot(model.inputs, tensors));
    }
    const tree = batchTree(roots);
    for (const [index, root] of roots.entries())
      assert.ok(verifyItem(tree.root, index, roots.length, root, tree.proveItem(index)));
    assert.ok(!verifyItem(tree.root, 0, roots.length, bytesToHex(random.bytes(32)), tree.proveItem(0)));
  });
});
