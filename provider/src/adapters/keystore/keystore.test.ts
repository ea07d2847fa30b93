import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";

import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

import { readKeystore, SCRYPT, writeKeystore } from "./keystore.ts";
import { readPasswordFile } from "./read-secret.ts";

describe("keystore", () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "glia-keystore-"));
    path = join(directory, "operator.json");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("round-trips a key, readable by its owner only and without the key in clear", async () => {
    const key = generatePrivateKey();
    await writeKeystore(path, key, "correct horse", SCRYPT.devnet);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.doesNotMatch(readFileSync(path, "utf8"), new RegExp(key.slice(2), "i"));
    assert.equal((await readKeystore(path, "correct horse")).address, privateKeyToAccount(key).address);
  });

  it("refuses a wrong password without repeating it", async () => {
    await writeKeystore(path, generatePrivateKey(), "right", SCRYPT.devnet);
    await assert.rejects(readKeystore(path, "wr0ng-passw0rd"), (error: Error & { code?: string }) => {
      assert.equal(error.code, "KEYSTORE_PASSWORD_WRONG");
      assert.doesNotMatch(JSON.stringify(error) + String(error.stack), /wr0ng-passw0rd/);
      return true;
    });
  });

  it("never overwrites", async () => {
    await writeKeystore(path, generatePrivateKey(), "p", SCRYPT.devnet);
    const before = readFileSync(path);
    await assert.rejects(writeKeystore(path, generatePrivateKey(), "p", SCRYPT.devnet), { code: "KEYSTORE_EXISTS" });
    assert.deepEqual(readFileSync(path), before);
  });

  it("refuses a file that others may read", async () => {
    await writeKeystore(path, generatePrivateKey(), "p", SCRYPT.devnet);
    chmodSync(path, 0o640);
    await assert.rejects(readKeystore(path, "p"), { code: "SECRET_FILE_TOO_OPEN" });
  });

  it("names missing files and files that are no keystore", async () => {
    await assert.rejects(readKeystore(path, "p"), { code: "SECRET_FILE_MISSING" });
    writeFileSync(path, "{}", { mode: 0o600 });
    await assert.rejects(readKeystore(path, "p"), { code: "KEYSTORE_MALFORMED" });
  });

  it("reads the first line of a password file with mode 0600 only", () => {
    const file = join(directory, "password");
    writeFileSync(file, "pass word\nmore\n", { mode: 0o600 });
    assert.equal(readPasswordFile(file), "pass word");
    chmodSync(file, 0o644);
    assert.throws(() => readPasswordFile(file), { code: "SECRET_FILE_TOO_OPEN" });
    const empty = join(directory, "empty");
    writeFileSync(empty, "\n", { mode: 0o600 });
    assert.throws(() => readPasswordFile(empty), { code: "PASSWORD_EMPTY" });
  });
});
