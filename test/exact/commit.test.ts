import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesToHex } from "viem";
import type { Hex } from "viem";
import type { GliaError } from "../../sdk/src/errors.ts";
import { batchTree, verifyItem } from "../../sdk/src/commitments/index.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import {
  commitModel,
  exactItemRoot,
  exactModelId,
  itemRootOfRoots,
  openRange,
  tensorRoot,
  tensorWords,
  traceRoot,
  traceRoots,
  verifyRange,
} from "../../sdk/src/exact/commit/index.ts";
import { sizeOf } from "../../sdk/src/exact/model.ts";
import type { ExactModel, Shape } from "../../sdk/src/exact/model.ts";
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

  it("agrees on trees larger than the chunk that is hashed at a time", async () => {
    const random = createRandom(4);
    for (const leaves of [255, 256, 257, 300, 512, 513, 769]) {
      const shape = { n: 1, h: leaves, w: 1, c: 128 - random.below(32) };
      const bytes = random.bytes(sizeOf(shape));
      const root = naiveTensorRoot(shape, bytes);
      assert.equal(await tensorRoot(shape, bytes), root);
      for (const first of [0, 254, leaves - 1].filter((place) => place < leaves)) {
        const count = 1 + random.below(leaves - first);
        const proof = await openRange(tensorWords(shape, bytes), { first, count });
        assert.ok(await verifyRange(root, 4 * leaves, proof));
      }
    }
  });

  it("refuses tensors that do not fit their shapes, and shapes that are none", async () => {
    const refused = (shape: Shape, length: number, code: string) =>
      assert.rejects(tensorRoot(shape, new Uint8Array(length)), { code });
    await refused({ n: 1, h: 1, w: 1, c: 4 }, 3, "EXACT_TENSOR_SIZE");
    await refused({ n: 1, h: 1, w: 1, c: 4 }, 5, "EXACT_TENSOR_SIZE");
    for (const size of [0, -1, 0.5, NaN, Infinity, 2 ** 40])
      await refused({ n: 1, h: size, w: 1, c: 1 }, 1, "EXACT_SHAPE_INVALID");
    const model = randomModel(createRandom(5));
    await assert.rejects(exactItemRoot(model.inputs, []), { code: "EXACT_TENSOR_COUNT" });
    await assert.rejects(traceRoots(model, []), { code: "EXACT_TENSOR_COUNT" });
  });

  it("refuses models that contradict themselves", async () => {
    const random = createRandom(6);
    const model = randomModel(random);
    const [contract, ...rest] = model.nodes;
    assert.ok(contract?.kind === "Contract");
    const refused = (other: ExactModel) => assert.rejects(commitModel(other), { code: "EXACT_MODEL_INVALID" });
    const first = (changes: object) => refused({ ...model, nodes: [{ ...contract, ...changes }, ...rest] });
    await first({ weights: contract.weights.slice(1) });
    await first({ bias: contract.bias.slice(1) });
    await first({ multipliers: Float32Array.from(contract.multipliers, () => NaN) });
    await first({ multipliers: Float32Array.from(contract.multipliers, () => 2 ** -140) });
    await first({ groups: 7919 });
    await first({ groups: 0 });
    await first({ inputs: [] });
    await first({ inputs: [2] });
    await first({ inputs: [-1] });
    for (const padTop of [0.5, -1, NaN, 2 ** 32]) await first({ padTop });
    await refused({ ...model, outputs: [] });
    await refused({ ...model, inputs: model.inputs.toReversed() });
    for (const tensor of [-1, 0.5, 11, NaN])
      await refused({ ...model, outputs: model.outputs.map((port) => ({ ...port, tensor })) });
    await refused({
      ...model,
      outputs: model.outputs.map((port) => ({ ...port, shape: { ...port.shape, n: port.shape.n + 1 } })),
    });
    await refused({ ...model, inputs: model.inputs.map((port) => ({ ...port, scale: 0.1 })) });
    await refused({ ...model, inputs: model.inputs.map((port) => ({ ...port, zero: 2 ** 32 })) });
    const table = model.nodes.map((node) => (node.kind === "Table" ? { ...node, table: new Uint8Array(255) } : node));
    await refused({ ...model, nodes: table });
    const far = model.nodes.map((node) =>
      node.kind === "Move" && node.mode === "view" ? { ...node, digits: [{ radix: 1, stride: 2 ** 31 }] } : node,
    );
    await refused({ ...model, nodes: far });
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
      const itemRoot = naiveItemRoot(model.inputs, inputs);
      assert.equal(await exactItemRoot(model.inputs, inputs), itemRoot);
      const inputRoots = model.inputs.map(({ shape }, j) => naiveTensorRoot(shape, inputs[j] ?? new Uint8Array(0)));
      assert.equal(itemRootOfRoots(inputRoots), itemRoot);
      const roots = await traceRoots(model, tensors);
      const naiveRoots = model.nodes.map(({ shape }, j) =>
        naiveTensorRoot(shape, tensors[model.inputs.length + j] ?? new Uint8Array(0)),
      );
      assert.deepEqual(roots, naiveRoots);
      assert.equal(await traceRoot(roots), naiveRoot(naiveRoots));
    }
  });

  it("gives another id for every other number, name, weight and order", async () => {
    const model = randomModel(createRandom(7));
    const ids = new Set([await exactModelId(model)]);
    let changes = 1;
    const changed = async (other: ExactModel) => {
      try {
        ids.add(await exactModelId(other));
      } catch (error) {
        // A change that contradicts the rest is refused instead.
        assert.equal((error as GliaError).code, "EXACT_MODEL_INVALID");
        return;
      }
      assert.equal(ids.size, ++changes);
    };
    for (const [i, node] of model.nodes.entries()) {
      const withNode = (other: object) => changed({ ...model, nodes: model.nodes.with(i, { ...node, ...other }) });
      for (const [key, value] of Object.entries(node) as [string, unknown][]) {
        if (typeof value === "number") await withNode({ [key]: value + 1 });
        if (typeof value === "boolean") await withNode({ [key]: !value });
        if (value instanceof Float32Array) await withNode({ [key]: value.with(0, Math.fround((value[0] ?? 0) * 1.5)) });
        if (value instanceof Uint8Array || value instanceof Uint32Array || value instanceof Int32Array)
          for (const at of [0, value.length - 1]) await withNode({ [key]: value.with(at, (value[at] ?? 0) ^ 1) });
      }
      for (const axis of ["n", "h", "w", "c"] as const)
        await withNode({ shape: { ...node.shape, [axis]: node.shape[axis] + 1 } });
      if (node.inputs.length > 1) await withNode({ inputs: node.inputs.toReversed() });
      if (node.kind === "Move" && node.mode === "view") {
        await withNode({ digits: node.digits.toReversed() });
        await withNode({ digits: node.digits.slice(1) });
        await withNode({ digits: node.digits.map(({ radix, stride }) => ({ radix, stride: -stride })) });
      }
      if (node.kind === "AddMul") await withNode({ operation: node.operation === "add" ? "mul" : "add" });
    }
    const [port, ...rest] = model.inputs;
    assert.ok(port !== undefined);
    const others = [{ name: "other" }, { scale: port.scale * 2 }, { zero: port.zero ^ 1 }, { dims: [...port.dims, 1] }];
    for (const other of others) await changed({ ...model, inputs: [{ ...port, ...other }, ...rest] });
    await changed({ ...model, outputs: model.outputs.toReversed() });
    await changed({ ...model, outputs: model.outputs.slice(1) });
    assert.ok(changes > 70, `${changes} changes`);
  });

  it("puts item roots under the batch's root as every other model's", async () => {
    const random = createRandom(3);
    const model = randomModel(random);
    const roots: Hex[] = [];
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
