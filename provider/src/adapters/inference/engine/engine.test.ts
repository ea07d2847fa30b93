import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { bytesAccess, type Item, openBatchFile, writeBatchFile } from "@glia/sdk";
import { isRunning, processTree } from "../sandbox/process-tree.ts";
import { chainModel, honestModel, loopModel, unaryModel } from "../testing/models.ts";
import { floats } from "../testing/onnx-files.ts";
import { batchOf, collect, failsWith } from "../testing/ungated.ts";
import { createInferenceEngine, type EngineOptions, type InferenceEngine } from "./engine.ts";
import { assertIsolation } from "../sandbox/assert-isolation.ts";
import { runBatchFile } from "./run-batch-file.ts";

const engines: InferenceEngine[] = [];

async function engine(options: EngineOptions = {}): Promise<InferenceEngine> {
  const made = await createInferenceEngine({ threads: 1, ...options });
  engines.push(made);
  return made;
}

/** `count` items [i mod 100, 2, 3, 4], cut into chunks of `size` bytes. */
function inputs(count: number, size: number) {
  const items = Array.from({ length: count }, (_, i) => floats([i % 100, 2, 3, 4]));
  const all = new Uint8Array(Buffer.concat(items));
  const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.subarray(i * size, (i + 1) * size));
  return { ...batchOf("x", "float32", [1, 4], items), bytes: chunks, whole: all };
}

/** The same bytes as items of the SDK. */
function whole16(all: Uint8Array): Item[] {
  return Array.from({ length: all.length / 16 }, (_, i) => {
    const bytes = all.subarray(16 * i, 16 * (i + 1));
    return new Map([["x", { dtype: "float32", shape: [1, 4], bytes }]]);
  });
}

function numbers(chunks: readonly { readonly bytes: Uint8Array }[]): number[] {
  return [...new Float32Array(new Uint8Array(Buffer.concat(chunks.map((chunk) => chunk.bytes))).buffer)];
}

/** What honestModel makes of inputs(). */
function outputs(count: number): number[] {
  return Array.from({ length: count }, (_, i) => [9.125 + (i % 100) / 8, 0, 11.125 + (3 * (i % 100)) / 8]).flat();
}

describe("inference engine", () => {
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((made) => made.close()));
  });

  it("runs items in order, whatever chunks they come in", async () => {
    const model = await (await engine()).load(honestModel());
    for (const size of [1, 7, 16, 4_096, 1_000_000]) {
      const count = size === 1 ? 20 : 1_000;
      const progress: number[] = [];
      const onProgress = ({ itemsDone }: { itemsDone: number }): void => void progress.push(itemsDone);
      const chunks = await collect(model.run(inputs(count, size), { onProgress }));
      assert.deepEqual(numbers(chunks), outputs(count));
      assert.deepEqual(chunks[0]?.layout, [{ name: "y", dtype: "float32", shape: [1, 3] }]);
      assert.equal(progress.at(-1), count);
    }
  });

  it("keeps one worker per file, and lets runs take turns", async () => {
    const made = await engine();
    const [a, b] = await Promise.all([made.load(honestModel()), made.load(honestModel())]);
    assert.equal(a, b);
    const results = await Promise.all([30, 10, 20].map((count) => collect(a.run(inputs(count, 64)))));
    assert.deepEqual(results.map(numbers), [30, 10, 20].map(outputs));
  });

  it("makes the output batch file from the input batch file", async () => {
    const model = await (await engine()).load(honestModel());
    const { whole } = inputs(50, 64);
    const header = { items: 50, tensors: [{ name: "x", dtype: "float32", shape: [1, 4] }] } as const;
    const head: Uint8Array[] = [];
    for await (const part of writeBatchFile(header, whole16(whole))) head.push(part);
    const source = bytesAccess(new Uint8Array(Buffer.concat(head)));
    const file: Uint8Array[] = [];
    for await (const chunk of runBatchFile(model, source, { items: 50 })) file.push(chunk);
    const opened = await openBatchFile(bytesAccess(new Uint8Array(Buffer.concat(file))));
    assert.deepEqual(opened.header, { items: 50, tensors: [{ name: "y", dtype: "float32", shape: [1, 3] }] });
    const last = await opened.item(49);
    assert.deepEqual(numbers([{ bytes: last.get("y")?.bytes ?? new Uint8Array() }]), outputs(50).slice(-3));
    await assert.rejects(runBatchFile(model, source, { items: 51 }).next(), failsWith("BATCH_ITEM_COUNT"));
  });

  it("refuses a model at the gate without starting it", async () => {
    const made = await engine();
    await assert.rejects(made.load(unaryModel("RandomNormalLike")), failsWith("MODEL_REFUSED"));
    await assert.rejects(made.load(new TextEncoder().encode("no model")), failsWith("MODEL_REFUSED"));
  });

  it("names what ONNX Runtime has against a model or an item", async () => {
    const made = await engine();
    await assert.rejects(made.load(unaryModel("Conv")), failsWith("MODEL_LOAD_FAILED"));
    // The model leaves the width open that its matrix has not.
    const model = await made.load(honestModel("width"));
    const wrongWidth = batchOf("x", "float32", [1, 5], [floats([1, 2, 3, 4, 5]), floats([1, 2, 3, 4, 5])]);
    await assert.rejects(collect(model.run(wrongWidth)), failsWith("INFERENCE_FAILED", { item: 0 }));
    assert.deepEqual(numbers(await collect(model.run(inputs(3, 64)))), outputs(3));
  });

  it("refuses a batch that the model does not take before the worker gets any of it, and says what is right", async () => {
    const model = await (await engine()).load(honestModel());
    const pid = model.workerPid;
    const wrong = {
      "The model takes \\[x\\]; the batch has \\[z\\]": batchOf("z", "float32", [1, 4], [floats([1, 2, 3, 4])]),
      "x has the shape \\[1, 4\\]; the batch has \\[1, 5\\]": batchOf(
        "x",
        "float32",
        [1, 5],
        [floats([1, 2, 3, 4, 5])],
      ),
      "x is float32; the batch has int32": batchOf("x", "int32", [1, 4], [floats([1, 2, 3, 4])]),
    };
    for (const [message, batch] of Object.entries(wrong)) {
      await assert.rejects(collect(model.run(batch)), (error: Error) => {
        assert.ok(failsWith("INPUTS_MISMATCH")(error));
        assert.match(error.message, new RegExp(message));
        return true;
      });
    }
    assert.equal(model.workerPid, pid, "the worker was not troubled");
  });

  it("refuses a batch of another length, and fails as its source fails", async () => {
    const model = await (await engine()).load(honestModel());
    const good = inputs(4, 64);
    await assert.rejects(collect(model.run({ ...good, items: 5 })), failsWith("BATCH_LENGTH"));
    await assert.rejects(collect(model.run({ ...good, items: 3 })), failsWith("BATCH_LENGTH"));
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield good.whole.subarray(0, 20);
      throw new Error("the disk is gone");
    }
    await assert.rejects(collect(model.run({ ...good, bytes: broken() })), /the disk is gone/);
    assert.deepEqual(numbers(await collect(model.run(good))), outputs(4));
  });

  it("stops at once when it is told to, or nobody wants more, and can be used again", async () => {
    const model = await (await engine({ limits: { maxLoopTrips: 2 ** 40 } })).load(loopModel(2n ** 40n));
    const { pids } = processTree(model.workerPid ?? 0);
    const stop = new AbortController();
    const running = collect(model.run(batchOf("x", "float32", [1], [floats([1])]), { signal: stop.signal }));
    stop.abort(new Error("enough"));
    await assert.rejects(running, /enough/);
    await model.close();
    assert.deepEqual(pids.filter(isRunning), []);
    await assert.rejects(collect(model.run(batchOf("x", "float32", [1], [floats([1])]))), failsWith("MODEL_CLOSED"));
    const other = await (await engine()).load(honestModel());
    for await (const chunk of other.run(inputs(100_000, 4_096))) if (chunk.items > 0) break;
    assert.deepEqual(numbers(await collect(other.run(inputs(2, 64)))), outputs(2));
  });

  it("does not count the time in which the batch is slow to come", async () => {
    const model = await (await engine({ limits: { itemMs: 100 } })).load(honestModel());
    const good = inputs(3, 16);
    async function* slow(): AsyncGenerator<Uint8Array> {
      for (const chunk of good.bytes) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        yield chunk;
      }
    }
    assert.deepEqual(numbers(await collect(model.run({ ...good, bytes: slow() }))), outputs(3));
  });

  it("does not run a file again that had to be killed", async () => {
    const made = await engine({ limits: { maxLoopTrips: 2 ** 40, itemMs: 200 } });
    const file = loopModel(2n ** 40n);
    const model = await made.load(file);
    await assert.rejects(collect(model.run(batchOf("x", "float32", [1], [floats([1])]))), failsWith("WORKER_TIMEOUT"));
    await assert.rejects(made.load(file), failsWith("MODEL_KNOWN_BAD"));
  });

  it("keeps only so many models warm", async () => {
    const made = await engine({ maxWarm: 2 });
    const models = [];
    for (const count of [1, 2, 3]) models.push(await made.load(chainModel(count)));
    assert.deepEqual(
      models.map((model) => model.workerPid !== undefined),
      [false, true, true],
    );
  });

  it("leaves no process when it is closed", async () => {
    const made = await engine();
    const model = await made.load(honestModel());
    const { pids } = processTree(model.workerPid ?? 0);
    assert.ok((model.usage()?.residentBytes ?? 0) > 0);
    await made.close();
    assert.deepEqual(pids.filter(isRunning), []);
  });

  it("falls back to cpu and says why", async () => {
    const choice = await (await engine({ executionProviders: ["no-such-provider", "cpu"] })).selfTest();
    assert.equal(choice.executionProvider, "cpu");
    assert.deepEqual(
      choice.warnings.map((warning) => warning.executionProvider),
      ["no-such-provider"],
    );
    assert.ok(choice.backends.includes("cpu"));
  });

  it("refuses to do without isolation where isolation is required", async () => {
    const { sandbox } = await engine({ sandbox: "off" });
    assert.equal(sandbox.isolated, false);
    assert.throws(() => assertIsolation("require", sandbox), failsWith("SANDBOX_UNAVAILABLE"));
    assertIsolation("prefer", sandbox);
    assertIsolation("require", { ...sandbox, isolated: true });
  });
});
