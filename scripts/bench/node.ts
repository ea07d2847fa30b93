import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createInferenceEngine, runBatchFile } from "@glia/provider/inference";
import { batchItemSize, bytesAccess, decodeModel, GliaError, readSignature } from "@glia/sdk";
import { digest, inputBatch, median } from "./node-batch.ts";
import { plainLoop } from "./node-plain.ts";

/**
 * What the node adds to a plain ONNX Runtime loop: the same batch, from batch-file bytes to output bytes, through the
 * engine as the node's runner uses it (sandboxed worker, kept warm) and through a loop in this process, in turns, both
 * with the threads of a node that sets none (0, ONNX Runtime's choice) unless --threads says otherwise. The ratio is the
 * median over the pairs, so that a slow moment of the machine hits both.
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    model: {
      type: "string",
      default: fileURLToPath(new URL("../../examples/digits/digits-float.onnx", import.meta.url)),
    },
    items: { type: "string", default: "1000" },
    pairs: { type: "string", default: "101" },
    threads: { type: "string", default: "0" },
    sandbox: { type: "string", default: "prefer" },
  },
});

const [items, pairs, threads] = [values.items, values.pairs, values.threads].map(Number) as [number, number, number];
const { sandbox } = values;
if (sandbox !== "require" && sandbox !== "prefer" && sandbox !== "off") {
  throw new GliaError("USAGE", `--sandbox is ${sandbox}; it is require, prefer or off`, { kind: "usage" });
}

const model = new Uint8Array(await readFile(values.model));
const batch = await inputBatch(readSignature(decodeModel(model)).inputs, items);
const plain = await plainLoop(model, batch, threads);
const engine = await createInferenceEngine({ threads, sandbox });
const loadStarted = performance.now();
const loaded = await engine.load(model);
const loadMs = performance.now() - loadStarted;

async function throughEngine(): Promise<{ ms: number; outputs: string }> {
  const started = performance.now();
  const chunks: Uint8Array[] = [];
  for await (const chunk of runBatchFile(loaded, bytesAccess(batch.file), { items, onProgress: () => undefined }))
    chunks.push(chunk);
  const ms = performance.now() - started;
  return { ms, outputs: digest(chunks.slice(1)) };
}

const ratios: number[] = [];
const plainMs: number[] = [];
const engineMs: number[] = [];
try {
  const warmUp = [await plain.run(), await throughEngine(), await plain.run(), await throughEngine()];
  if (new Set(warmUp.map((one) => one.outputs)).size !== 1) throw new Error("engine and plain loop disagree");
  for (let pair = 0; pair < pairs; pair++) {
    // Each goes first in turn, so that neither profits from the other's warm caches.
    const first = pair % 2 === 0 ? await plain.run() : await throughEngine();
    const second = pair % 2 === 0 ? await throughEngine() : await plain.run();
    const [a, b] = pair % 2 === 0 ? [first, second] : [second, first];
    plainMs.push(a.ms);
    engineMs.push(b.ms);
    ratios.push(b.ms / a.ms);
  }
  const usage = loaded.usage();
  const summary = {
    items,
    itemBytes: batchItemSize(batch.tensors),
    threads,
    isolated: engine.sandbox.isolated,
    plainMs: median(plainMs),
    engineMs: median(engineMs),
    loadMs,
    workerMiB: Math.round((usage?.residentBytes ?? 0) / 2 ** 20),
  };
  if (values.json) console.log(JSON.stringify(summary));
  else {
    console.log(`${items} items of ${summary.itemBytes} bytes, ${threads} thread(s), isolated: ${summary.isolated}`);
    console.log(
      `plain loop ${summary.plainMs.toFixed(1)} ms, engine ${summary.engineMs.toFixed(1)} ms (medians of ${pairs})`,
    );
    console.log(`cold start and load ${loadMs.toFixed(0)} ms, warm worker ${summary.workerMiB} MiB resident`);
  }
  console.log(JSON.stringify({ ratio: Math.round(median(ratios) * 1000) / 1000 }));
} finally {
  await engine.close();
}
