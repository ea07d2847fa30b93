import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkNewFile, writeNewFile } from "./write-new-file.ts";

describe("a new file", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "glia-new-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("is written whole, and leaves nothing beside it", async () => {
    const path = join(folder, "a.onnx");
    await checkNewFile(path, false);
    await writeNewFile(path, Uint8Array.of(1, 2), false);
    assert.deepEqual([...readFileSync(path)], [1, 2]);
    assert.deepEqual(readdirSync(folder), ["a.onnx"]);
  });

  it("takes the place of another only where that is wanted, also one that came meanwhile", async () => {
    const path = join(folder, "a.onnx");
    writeFileSync(path, "old");
    await assert.rejects(checkNewFile(path, false), { code: "FILE_EXISTS", kind: "usage" });
    await assert.rejects(writeNewFile(path, Uint8Array.of(1), false), { code: "FILE_EXISTS" });
    assert.equal(readFileSync(path, "utf8"), "old");
    await checkNewFile(path, true);
    await writeNewFile(path, Uint8Array.of(3), true);
    assert.deepEqual([...readFileSync(path)], [3]);
    assert.deepEqual(readdirSync(folder), ["a.onnx"]);
  });

  it("is refused where there is no folder", async () => {
    const path = join(folder, "none", "a.onnx");
    await assert.rejects(checkNewFile(path, true), { code: "FILE_UNWRITABLE" });
    await assert.rejects(writeNewFile(path, Uint8Array.of(1), true), { code: "FILE_UNWRITABLE", kind: "input" });
  });
});
