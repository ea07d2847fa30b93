import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createTensor, type Item, type ModelSignature } from "@glia/sdk";

import { checkOutput, formatOf, stack } from "./results.ts";

const float = { dtype: "float32", shape: [1, 2] } as const;
const twoOutputs: ModelSignature = { inputs: [], outputs: [{ name: "a", ...float }, { name: "b", ...float }] }; // prettier-ignore

describe("output files", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "glia-results-"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("have the format that their name ends in, whatever the case", () => {
    assert.equal(formatOf("a.b/C.NPZ"), ".npz");
    assert.throws(() => formatOf("outputs"), { code: "OUTPUT_FORMAT_UNKNOWN" });
  });

  it("are refused before the job where they could not be written after it", async () => {
    await checkOutput(join(folder, "new.npz"), twoOutputs);
    await assert.rejects(checkOutput(join(folder, "none", "out.npz")), { code: "FILE_UNWRITABLE" });
    await assert.rejects(checkOutput(join(folder, "out.npy"), twoOutputs), { code: "OUTPUT_FORMAT_UNSUITABLE" });
  });

  it("stack items along their axis of one, or along a new one", () => {
    const item = (shape: number[]): Item => new Map([["y", createTensor("uint8", shape, Uint8Array.of(1, 2))]]);
    assert.deepEqual(stack([item([1, 2]), item([1, 2])]).get("y")?.shape, [2, 2]);
    assert.deepEqual(stack([item([2]), item([2])]).get("y")?.shape, [2, 2]);
    assert.deepEqual([...(stack([item([2]), item([2])]).get("y")?.bytes ?? [])], [1, 2, 1, 2]);
  });
});
