import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, it } from "mocha";
import { CHANNEL_FD } from "./frames.ts";

/** Starts the worker's program by itself and gives back how it ended, what it sent and what it printed. */
async function start(environment: Record<string, string>) {
  const entry = fileURLToPath(new URL("main.ts", import.meta.url));
  const child = spawn(process.execPath, [entry], { env: environment, stdio: ["ignore", "ignore", "pipe", "pipe"] });
  const channel = child.stdio[CHANNEL_FD];
  assert.ok(channel !== null && channel !== undefined && "end" in channel && child.stderr !== null);
  channel.end();
  const [sent, printed] = await Promise.all([text(channel as Duplex), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, sent, printed };
}

describe("the worker's program", () => {
  it("does not load ONNX Runtime unless telemetry is off", async () => {
    for (const environment of [{}, { ORT_DISABLE_TELEMETRY: "0" }]) {
      const { code, sent, printed } = await start(environment);
      assert.equal(code, 1);
      assert.equal(sent, "");
      assert.match(printed, /ORT_DISABLE_TELEMETRY=1 must be set/);
    }
  });

  it("greets with the runtime's backends, and ends when nobody talks to it", async () => {
    const { code, sent } = await start({ ORT_DISABLE_TELEMETRY: "1" });
    assert.equal(code, 0);
    assert.match(sent, /"backends":\["cpu"/);
  });
});
