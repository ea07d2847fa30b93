import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { after, describe, it } from "mocha";
import { isRunning, processTree } from "../sandbox/process-tree.ts";
import { chainModel, externalDataModel, growingModel, honestModel, loopModel } from "../testing/models.ts";
import { floats, int64s } from "../testing/onnx-files.ts";
import { SANDBOXES } from "../testing/sandboxes.ts";
import { batchOf, collect, failsWith, ungated } from "../testing/ungated.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "glia-external-"));
writeFileSync(join(folder, "secret.key"), SECRET);
after(() => rmSync(folder, { recursive: true, force: true }));

const one = batchOf("x", "float32", [1], [floats([1])]);

/** Loads a model from bytes as any program would that has neither gate nor empty directory, and prints its output. */
async function loadCarelessly(bytes: Uint8Array): Promise<string> {
  const runtime = createRequire(import.meta.url).resolve("onnxruntime-node");
  const code = `
    const ort = require(${JSON.stringify(runtime)});
    const model = Buffer.from(${JSON.stringify(Buffer.from(bytes).toString("base64"))}, "base64");
    ort.InferenceSession.create(model, { graphOptimizationLevel: "disabled" })
      .then((session) => session.run({}))
      .then(({ y }) => console.log(Buffer.from(y.data).toString("latin1")));`;
  const options = { cwd: folder, env: { ORT_DISABLE_TELEMETRY: "1" } };
  return (await promisify(execFile)(process.execPath, ["-e", code], options)).stdout.trim();
}

describe("the attack by external data", () => {
  it("is real: ONNX Runtime gives back a file of the working directory", async () => {
    assert.equal(await loadCarelessly(externalDataModel("secret.key", SECRET.length)), SECRET);
  });
});

for (const { name, facts } of SANDBOXES) {
  describe(`hostile models that passed no gate, in a ${name}`, () => {
    it("find no file to read as external data", async () => {
      for (const location of ["secret.key", join(folder, "secret.key"), "/proc/self/environ"]) {
        const model = ungated(externalDataModel(location, SECRET.length), facts);
        const run = collect(model.run({ items: 1, inputs: [], bytes: [] }));
        await assert.rejects(
          run,
          (error: unknown) => !String(error).includes(SECRET) && failsWith("MODEL_LOAD_FAILED")(error),
        );
        await model.close();
      }
    });

    it("are stopped in a loop of 2^62 rounds; the whole tree is dead and the node goes on", async () => {
      const model = ungated(loopModel(1n << 62n), facts, { itemMs: 400 });
      await model.warm();
      const { pids } = processTree(model.workerPid ?? 0);
      assert.ok(pids.length > 0);
      await assert.rejects(collect(model.run(one)), failsWith("WORKER_TIMEOUT", { phase: "run", item: 0 }));
      await model.close();
      assert.deepEqual(pids.filter(isRunning), []);
      const honest = ungated(honestModel(), facts);
      const [chunk] = await collect(honest.run(batchOf("x", "float32", [1, 4], [floats([1, 2, 3, 4])])));
      assert.deepEqual([...new Float32Array(chunk?.bytes.slice().buffer ?? new ArrayBuffer())], [9.25, 0, 11.5]);
      await honest.close();
    });

    it("are stopped when loading them does not end", async () => {
      const model = ungated(chainModel(200_000), facts, { loadMs: 1_500 });
      await assert.rejects(model.warm(), failsWith("WORKER_TIMEOUT", { phase: "load" }));
      await model.close();
    });

    it("are stopped when they grow beyond the memory limit at run time", async () => {
      const watched = { ...facts, prlimit: undefined };
      const growing = { items: 1, inputs: growingInputs, bytes: [int64s([1_500 * MIB]), floats([1])] };
      const model = ungated(growingModel(), watched, { memoryBytes: 400 * MIB, maxOutputBytes: 16 * 1024 * MIB });
      await assert.rejects(collect(model.run(growing)), (error: unknown) => {
        assert.ok(failsWith("WORKER_MEMORY")(error), String(error));
        return (error as { details: { residentBytes: number } }).details.residentBytes > 400 * MIB;
      });
      await model.close();
    });

    if (facts.prlimit !== undefined) {
      it("are refused memory by the kernel before they can hold it", async () => {
        const growing = { items: 1, inputs: growingInputs, bytes: [int64s([64 * 1024 * MIB]), floats([1])] };
        const model = ungated(growingModel(), facts, { memoryBytes: 400 * MIB, maxOutputBytes: 2 ** 40 });
        await assert.rejects(collect(model.run(growing)), failsWith("WORKER_MEMORY", { residentBytes: undefined }));
        await model.close();
      });
    }

    it("cannot return more than the output limit", async () => {
      const growing = { items: 1, inputs: growingInputs, bytes: [int64s([MIB]), floats([1])] };
      const model = ungated(growingModel(), facts, { maxOutputBytes: 4 * MIB - 1 });
      await assert.rejects(collect(model.run(growing)), failsWith("WORKER_OUTPUT_TOO_LARGE"));
      await model.close();
      const enough = ungated(growingModel(), facts, { maxOutputBytes: 4 * MIB });
      assert.equal((await collect(enough.run(growing)))[0]?.bytes.length, 4 * MIB);
      await enough.close();
    });

    it("report each slow item when it is done, so that the clock is one item's", async () => {
      const model = ungated(loopModel(1n << 17n), facts);
      const chunks = await collect(
        model.run(
          batchOf(
            "x",
            "float32",
            [1],
            [1, 2, 3].map((n) => floats([n])),
          ),
        ),
      );
      assert.deepEqual(
        chunks.map((chunk) => chunk.items),
        [1, 1, 1],
      );
      await model.close();
    });

    it("leave the model usable after somebody kills the worker in mid-run", async () => {
      const model = ungated(loopModel(1n << 62n), facts);
      await model.warm();
      const run = collect(model.run(one));
      const pids = processTree(model.workerPid ?? 0).pids;
      process.kill(pids.at(-1) ?? 0, "SIGKILL");
      await assert.rejects(run, failsWith("WORKER_CRASHED"));
      await model.warm();
      assert.ok(model.workerPid !== undefined && !pids.includes(model.workerPid));
      await model.close();
    });
  });
}

const growingInputs = [
  { name: "shape", dtype: "int64", shape: [1] },
  { name: "x", dtype: "float32", shape: [1] },
] as const;
