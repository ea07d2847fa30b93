import process from "node:process";
import { Channel } from "./channel.ts";
import { asFailure } from "./failure.ts";
import { type BeginRequest, CHANNEL_FD, FRAME, type Hello, type LoadRequest } from "./frames.ts";
import { loadExact } from "./load-exact.ts";
import { runBatch } from "./run-batch.ts";
import { loadFile } from "./session.ts";

/**
 * The process that touches strangers' models. It knows no path, no key and no address: a model comes in over one socket,
 * outputs go out over it, and items lie in a file without a name that it can only read. It imports nothing but this folder and
 * ONNX Runtime, and for exact models the SDK's door for running them, so that a sandbox needs to show it nothing else.
 */
async function main(): Promise<void> {
  if (process.env["ORT_DISABLE_TELEMETRY"] !== "1") {
    throw new Error("ORT_DISABLE_TELEMETRY=1 must be set before ONNX Runtime is loaded");
  }
  const runtime = await import("onnxruntime-node");
  const channel = new Channel(CHANNEL_FD);
  const backends = runtime.listSupportedBackends().map((backend) => backend.name);
  channel.writeJson(FRAME.hello, { backends } satisfies Hello);
  try {
    const request = readJson<LoadRequest>(channel, FRAME.load);
    const model = channel.read(FRAME.model);
    if (request === null || model === null) return;
    const load = request.exact ? loadExact : loadFile;
    const loaded = await load(runtime, model, request).catch((error: unknown) => {
      throw asFailure(error, "load");
    });
    if (loaded.selfTest === undefined) channel.writeFrame(FRAME.loaded);
    else channel.writeJson(FRAME.loaded, loaded.selfTest);
    for (;;) {
      const begin = readJson<BeginRequest>(channel, FRAME.begin);
      if (begin === null) return;
      await runBatch(channel, loaded, begin);
    }
  } catch (error) {
    channel.writeJson(FRAME.failed, asFailure(error, "protocol").failure);
  }
}

function readJson<T>(channel: Channel, type: number): T | null {
  const payload = channel.read(type);
  return payload === null ? null : (JSON.parse(new TextDecoder().decode(payload)) as T);
}

await main();
process.exit(0);
