import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { createMetrics } from "./metrics.ts";

describe("metrics", () => {
  it("name their unit and say what they count", async () => {
    for (const { name, help } of await createMetrics().registry.getMetricsAsJSON()) {
      assert.match(name, /^glia_node_/);
      assert.match(help, /\((count|bytes|seconds|block number)\)\.$/, name);
    }
  });
});
