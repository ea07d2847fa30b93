import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { failsWith } from "../testing/ungated.ts";
import { parseSelfTest } from "./parse-self-test.ts";

const parse = (value: unknown) => parseSelfTest(new TextEncoder().encode(JSON.stringify(value)));

describe("a worker's word on its self-test", () => {
  it("is taken if it is a report, and cleaned", () => {
    const byLaw = [{ node: 1, kind: "Contract", reason: "3 of 9 \u001b[31mdiffer", extra: 1 }];
    assert.deepEqual(parse({ nodes: 2, byLaw }), {
      nodes: 2,
      byLaw: [{ node: 1, kind: "Contract", reason: parse({ nodes: 2, byLaw }).byLaw[0]?.reason }],
    });
    assert.doesNotMatch(parse({ nodes: 2, byLaw }).byLaw[0]?.reason ?? "", /\u001b/);
  });

  it("is no report if anything is missing, or more nodes fail than there are", () => {
    const node = { node: 0, kind: "Table", reason: "x" };
    const bad = [null, 1, {}, { nodes: -1, byLaw: [] }, { nodes: 1 }, { nodes: 1, byLaw: [node, node] }];
    const nodes = [null, {}, { ...node, node: 0.5 }, { ...node, kind: 1 }, { node: 0, kind: "Table" }];
    for (const report of [...bad, ...nodes.map((one) => ({ nodes: 9, byLaw: [one] }))])
      assert.throws(() => parse(report), failsWith("WORKER_PROTOCOL"), JSON.stringify(report));
  });
});
