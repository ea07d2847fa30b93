/** Every party that attacks has a test, which is there under its title. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PARTIES, PLAYED } from "./parties.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("the parties that attack", () => {
  for (const party of PARTIES)
    it(`${party}: played by a test`, async () => {
      const tests = PLAYED[party];
      assert.ok(tests.length > 0, "no test plays it");
      for (const { file, title } of tests) {
        const source = await readFile(join(ROOT, file), "utf8");
        assert.ok(source.includes(`it("${title}"`), `${file} has no test "${title}"`);
      }
    });
});
