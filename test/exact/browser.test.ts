import assert from "node:assert/strict";
import { join } from "node:path";

import { findChromium, runInChromium } from "../helpers/chromium.ts";
import { FUZZ_SEEDS } from "./fuzz-seeds.ts";
import exactFacts from "./browser/exact-facts.ts";

const chromium = await findChromium();
if (chromium === undefined) console.log("Tests in a browser do not run here: there is no Chromium.");
else {
  describe("exact models in Chromium", () => {
    it("have the ids, roots and outputs that they have in Node", async () => {
      const files = FUZZ_SEEDS.map((file) => Buffer.from(file).toString("base64"));
      const here = await exactFacts({ files });
      assert.equal(here.length, files.length);
      const there = await runInChromium(chromium, join(import.meta.dirname, "browser/exact-facts.ts"), { files });
      assert.deepEqual(there, here);
    });
  });
}
