import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";

import { GliaError } from "@glia/sdk";

import { lockDirectory } from "./lock.ts";

describe("lockDirectory", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "glia-lock-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const inUse = (error: unknown): boolean => error instanceof GliaError && error.code === "DATA_DIRECTORY_IN_USE";

  it("admits one holder at a time", () => {
    const lock = lockDirectory(directory);
    assert.throws(() => lockDirectory(directory), inUse);
    lock.release();
    lockDirectory(directory).release();
  });

  it("dies with a process that is killed", async () => {
    const script = `const {lockDirectory} = await import(${JSON.stringify(new URL("lock.ts", import.meta.url).href)});
      lockDirectory(${JSON.stringify(directory)}); console.log("held"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    assert.throws(() => lockDirectory(directory), inUse);
    child.kill("SIGKILL");
    await once(child, "exit");
    lockDirectory(directory).release();
  });
});
