import assert from "node:assert/strict";
import { zeroAddress, zeroHash } from "viem";
import { hashJobSpec } from "../chain/hash-job-spec.ts";
import { opaqueModelId } from "../commitments/index.ts";
import { Sketch } from "../exact/canonicalise/testing/sketch.ts";
import { exactItemRoot } from "../exact/commit/index.ts";
import { runLaw } from "../exact/law/index.ts";
import { toLogical, toPhysical } from "../exact/order.ts";
import { createRandom } from "../exact/random.ts";
import { encodeModel } from "../onnx/index.ts";
import { createMemoryStore } from "../storage/index.ts";
import { digestToCid } from "../storage/cid.ts";
import { batchHeaderOf, bytesAccess, createTensor, openBatchFile, writeBatchFile } from "../tensors/index.ts";
import type { Item } from "../tensors/index.ts";
import { buildSpec } from "./build-spec.ts";
import { commitToModel, exactModel, openModel } from "./committed-model.ts";
import { decodeOutputs } from "./exact-batch.ts";
import { prepareContent } from "./prepare-content.ts";
import { batchFacts, contentDigest, verifyBatch, verifyModel } from "./verify-content.ts";
import { verifyResult } from "./verify-result.ts";

const domain = { chainId: 1, market: "0x00000000000000000000000000000000000000A1" } as const;

/** A convolution over two channels of 4 × 4 and a Relu, from float32 `x` to float32 `y`, in QDQ form. */
function file(): Uint8Array {
  const sketch = new Sketch();
  const x = sketch.pair(sketch.input("x", ["N", 2, 4, 4]), 0.02, 128);
  const conv = sketch.node("Conv", [x, sketch.weights(createRandom(7), [3, 2, 3, 3], [0.01])]);
  const relu = sketch.node("Relu", [conv]);
  sketch.output(sketch.dequantise(sketch.quantise(relu, 0.05, 0, "uint8", "y_u8"), 0.05, 0), ["N", 3, 2, 2]);
  return encodeModel(sketch.model());
}

function floats(seed: number): Item {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: 32 }, () => random.between(-2, 2));
  return new Map([["x", createTensor("float32", [1, 2, 4, 4], new Uint8Array(values.buffer))]]);
}

async function batch(items: readonly Item[]): Promise<Uint8Array> {
  const [first] = items;
  assert.ok(first !== undefined);
  const parts: Uint8Array[] = [];
  for await (const part of writeBatchFile(batchHeaderOf(first, items.length), items)) parts.push(part);
  return Buffer.concat(parts);
}

describe("how models are committed to", () => {
  const model = file();

  it("takes an exact model as one unless the buyer says otherwise, and anything else as a file", async () => {
    const [exact, opaque] = [await commitToModel(model), await commitToModel(model, { opaque: true })];
    assert.equal(opaque.modelId, opaqueModelId(model));
    assert.notEqual(exact.modelId, opaque.modelId);
    assert.equal(exact.signature().inputs[0]?.dtype, "uint8");
    assert.equal(opaque.signature().inputs[0]?.dtype, "float32");
    const text = new TextEncoder().encode("no model");
    assert.equal((await commitToModel(text)).modelId, opaqueModelId(text));
  });

  it("says before anybody pays that the client cannot compute a model's end", async () => {
    const sketch = new Sketch();
    const x = sketch.pair(sketch.input("x", ["N", 4]), 0.02, 128);
    const sum = sketch.pair(sketch.node("Gemm", [x, sketch.weights(createRandom(3), [4, 4], [0.01])]), 0.05, 128);
    sketch.output(sketch.node("LpNormalization", [sum], {}, { name: "norm", output: "y" }), ["N", 4]);
    const odd = encodeModel(sketch.model());
    await assert.rejects(commitToModel(odd), { code: "EXACT_CLIENT_OPERATOR", message: /"norm" \(LpNormalization\)/ });
    assert.equal((await commitToModel(odd, { opaque: true })).modelId, opaqueModelId(odd));
    assert.ok((await exactModel(odd)).exact !== undefined);
  });

  it("opens a file by either of its ids, and by no other", async () => {
    for (const opaque of [true, false]) {
      const { modelId } = await commitToModel(model, { opaque });
      assert.equal((await openModel(model, modelId)).exact === undefined, opaque);
    }
    for (const bytes of [model, Uint8Array.of(1, 2)])
      await assert.rejects(openModel(bytes, zeroHash), { code: "MODEL_MISMATCH", kind: "verification" });
  });

  it("takes a buyer's floats or the exact inputs, and commits to the same", async () => {
    const items = [floats(1), floats(2)];
    const store = createMemoryStore();
    const fromFloats = await prepareContent(store, { model, inputs: await batch(items), maxItemOutputBytes: 1 });
    const stored = await store.open(digestToCid(fromFloats.inputDigest));
    const bytes = await stored.read(0, stored.size);
    const fromPorts = await prepareContent(store, { model, inputs: bytes, maxItemOutputBytes: 1 });
    const streamed = (async function* () {
      yield* [await batch(items)];
    })();
    assert.deepEqual(fromPorts, fromFloats);
    assert.deepEqual(await prepareContent(store, { model, inputs: streamed, maxItemOutputBytes: 1 }), fromFloats);
    assert.equal(fromFloats.maxItemOutputBytes, 12);
    const committed = await exactModel(model);
    const item = await (await openBatchFile(stored)).item(0);
    const [port] = committed.exact?.model.inputs ?? [];
    const tensor = item.get(port?.name ?? "");
    assert.ok(port !== undefined && tensor?.dtype === "uint8");
    assert.equal(
      await committed.itemRoot(item, "inputs"),
      await exactItemRoot([port], [toPhysical(port.dims, tensor.bytes)]),
    );
  });

  it("refuses a batch of another type, name or shape", async () => {
    const [x] = floats(1).values();
    assert.ok(x !== undefined);
    const doubles = createTensor("float64", [1, 2, 4, 2], x.bytes);
    for (const item of [
      new Map([["y", x]]),
      new Map([["x", doubles]]),
      new Map([["x", { ...x, shape: [1, 4, 4, 2] }]]),
    ]) {
      const files = { model, inputs: await batch([item]), maxItemOutputBytes: 1 };
      await assert.rejects(prepareContent(createMemoryStore(), files), { code: "INPUTS_MISMATCH", kind: "input" });
    }
    const wrong = bytesAccess(await batch([floats(1)]));
    await assert.rejects(batchFacts(wrong, await exactModel(model), "inputs"), { code: "ITEM_MISMATCH" });
  });

  it("verifies a whole job, decodes its outputs, and tells one wrong byte", async () => {
    const committed = await exactModel(model);
    const { exact } = committed;
    assert.ok(exact !== undefined);
    const store = createMemoryStore();
    const content = await prepareContent(store, { model, inputs: await batch([floats(3)]), maxItemOutputBytes: 1 });
    const inputs = await store.open(digestToCid(content.inputDigest));
    const item = await (await openBatchFile(inputs)).item(0);
    const [input, output] = [exact.model.inputs[0], exact.model.outputs[0]];
    assert.ok(input !== undefined && output !== undefined);
    const tensors = runLaw(exact.model, [toPhysical(input.dims, item.get(input.name)?.bytes ?? new Uint8Array())]);
    const bytes = toLogical(output.dims, tensors[output.tensor] ?? new Uint8Array());
    const result = new Map([[output.name, createTensor("uint8", output.dims, bytes)]]);
    const outputs = bytesAccess(await batch([result]));

    const terms = { buyer: domain.market, token: domain.market, maxPrice: 5n };
    const spec = buildSpec(content, terms, { minCheckBps: 200, minChallengeWindow: 60 });
    const { root } = await batchFacts(outputs, committed, "outputs");
    const parties = { buyer: spec.buyer, payer: spec.payer, provider: zeroAddress, operator: zeroAddress };
    const job = { ...parties, token: spec.token, money: 0n, terms: 0n, module: zeroAddress, moduleData: zeroHash, resultRoot: root }; // prettier-ignore
    const view = { jobId: hashJobSpec(spec, domain), spec, outputDigest: await contentDigest(outputs), job };
    const files = { model: bytesAccess(model), inputs, outputs };
    assert.equal((await verifyResult(view, domain, files)).exact, true);
    // Without the model, as a receipt's files are checked when it is not at hand.
    await verifyBatch(inputs, "inputs", { root: spec.batchRoot, digest: spec.inputDigest, items: 1 });

    const decoded: Item[] = [];
    for await (const one of decodeOutputs(committed, outputs)) decoded.push(one);
    const [y] = decoded[0]?.values() ?? [];
    assert.deepEqual([y?.dtype, y?.shape], ["float32", [1, 3, 2, 2]]);
    assert.equal(
      new Float32Array(y?.bytes.slice().buffer ?? new ArrayBuffer())[0],
      Math.fround(Math.fround(0.05) * (bytes[0] ?? 0)),
    );

    const other = new Map([[output.name, createTensor("uint8", output.dims, bytes.with(5, (bytes[5] ?? 0) ^ 1))]]);
    const wrong = { ...files, outputs: bytesAccess(await batch([other])) };
    await assert.rejects(verifyResult(view, domain, wrong), { code: "RESULT_MISMATCH" });
    const swapped = { ...files, inputs: bytesAccess(await batch([floats(3)])) };
    await assert.rejects(verifyResult(view, domain, swapped), { code: "INPUT_MISMATCH", kind: "verification" });
    const renamed = { ...spec, modelId: zeroHash };
    await assert.rejects(verifyModel(bytesAccess(model), renamed), { code: "MODEL_MISMATCH" });
  });
});
