import assert from "node:assert/strict";

import { describe, it } from "mocha";

import { commandsOf } from "./command-examples.ts";

describe("commands of shell examples", () => {
  it("takes comments, prompts, npx, variables and continuations off", () => {
    const code = "# a comment\n$ npx glia run \\\n  --json # why\nCI=true npm ci && npm test\n\nglia jobs | cat";
    assert.deepEqual(commandsOf(code), [
      ["glia", "run", "--json"],
      ["npm", "ci"],
      ["npm", "test"],
      ["glia", "jobs"],
      ["cat"],
    ]);
  });
});
