import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";

import { readKeystore } from "../adapters/keystore/keystore.ts";
import { readPasswordFile } from "../adapters/keystore/read-secret.ts";
import { initNode } from "./init-node.ts";

describe("initNode", () => {
  let root: string;
  let directory: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "glia-init-"));
    directory = join(root, "node");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("makes a directory with a key that its password opens, all of it for the owner only", async () => {
    const made = await initNode({ directory, config: { chainId: 5 }, devnet: true });
    const password = readPasswordFile(made.passwordFile ?? "");
    assert.equal((await readKeystore(made.keystore, password)).address, made.operator);
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    for (const file of [made.keystore, made.configFile, made.passwordFile ?? ""])
      assert.equal(statSync(file).mode & 0o777, 0o600, file);
    assert.deepEqual(JSON.parse(readFileSync(made.configFile, "utf8")), { chainId: 5, passwordFile: "password" });
  });

  it("writes no password that it was given", async () => {
    const made = await initNode({ directory, config: {}, password: "given by a person", devnet: true });
    assert.equal(made.passwordFile, undefined);
    assert.doesNotMatch(
      readFileSync(made.configFile, "utf8") + readFileSync(made.keystore, "utf8"),
      /given by a person/,
    );
  });

  it("overwrites nothing", async () => {
    const { keystore } = await initNode({ directory, config: {}, devnet: true });
    const before = readFileSync(keystore);
    await assert.rejects(initNode({ directory, config: {}, devnet: true }), { code: "ALREADY_INITIALISED" });
    assert.deepEqual(readFileSync(keystore), before);
  });

  it("writes nothing when a setting is wrong", async () => {
    await assert.rejects(initNode({ directory, config: { port: 99_999 }, devnet: true }), { code: "CONFIG_INVALID" });
    assert.equal(existsSync(directory), false);
  });
});
