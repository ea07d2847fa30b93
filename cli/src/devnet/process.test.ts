import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isAlive, startDetached, stopProcess, waitUntil, type ProcessRef } from "./process.ts";

describe("a detached process", () => {
  let folder: string;
  const started: ProcessRef[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "glia-process-"));
  });
  after(async () => {
    await Promise.all(started.map((child) => stopProcess(child, 0)));
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (script: string): Promise<ProcessRef> => {
    const child = await startDetached(process.execPath, ["-e", script], { logFile: join(folder, "log") });
    started.push(child);
    return child;
  };

  it("is alive until it is stopped", async () => {
    const child = await start("setInterval(() => {}, 1000)");
    assert.equal(isAlive(child), true);
    assert.equal(await stopProcess(child, 10_000), "stopped");
    assert.equal(isAlive(child), false);
    assert.equal(await stopProcess(child, 10_000), "gone");
  });

  it("is not mistaken for a later process with the same number, which is never signalled", async () => {
    const child = await start("setInterval(() => {}, 1000)");
    const former = { pid: child.pid, started: `${child.started}0` };
    assert.equal(isAlive(former), false);
    assert.equal(await stopProcess(former, 0), "gone");
    assert.equal(isAlive(child), true);
  });

  it("is killed when it does not end by itself", async () => {
    const child = await start(`process.on("SIGTERM", () => {}); console.log("deaf"); setInterval(() => {}, 1000)`);
    await waitUntil(() => readFileSync(join(folder, "log"), "utf8").includes("deaf"), 20_000);
    assert.equal(await stopProcess(child, 100), "killed");
  });

  it("that cannot be started is a named error", async () => {
    await assert.rejects(startDetached(join(folder, "none"), [], { logFile: join(folder, "log") }), {
      code: "PROCESS_NOT_STARTED",
    });
  });
});
