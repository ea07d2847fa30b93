import assert from "node:assert/strict";
import type { JobSpec } from "../chain/types.ts";
import { errorResponseSchema, jobProgressSchema, jobSpecSchema, quoteSchema } from "./api.ts";
import { buildSpec } from "./build-spec.ts";
import { parseWith, toJson } from "./json-types.ts";

const word = `0x${"0a".repeat(32)}` as const;
const buyer = "0x00000000000000000000000000000000000000A1";
const spec: JobSpec = buildSpec(
  { modelId: word, modelDigest: word, batchRoot: word, inputDigest: word, items: 3, maxItemOutputBytes: 4 },
  { buyer, token: buyer, maxPrice: 2n ** 128n - 1n },
  { minCheckBps: 200, minChallengeWindow: 60 },
);
const options = { code: "BAD", kind: "input", what: "The spec" } as const;
const wire = (): Record<string, unknown> => JSON.parse(toJson(spec)) as Record<string, unknown>;

describe("wire format", () => {
  it("carries a spec there and back", () => {
    assert.equal(wire()["maxPrice"], "340282366920938463463374607431768211455");
    assert.deepEqual(parseWith(jobSpecSchema, wire(), options), spec);
  });

  it("normalises addresses and hex", () => {
    const parsed = parseWith(
      jobSpecSchema,
      { ...wire(), buyer: buyer.toLowerCase(), modelId: `0x${"0A".repeat(32)}` },
      options,
    );
    assert.equal(parsed.buyer, buyer);
    assert.equal(parsed.modelId, word);
  });

  for (const [field, value] of [
    ["maxPrice", "340282366920938463463374607431768211456"],
    ["maxPrice", "-1"],
    ["maxPrice", "0x10"],
    ["maxPrice", "007"],
    ["maxPrice", 5],
    ["items", 0],
    ["items", 4_294_967_296],
    ["items", 1.5],
    ["items", "3"],
    ["buyer", "0x12"],
    ["modelId", word.slice(0, -2)],
    ["level", 256],
    ["unknown", 1],
  ] as const) {
    it(`refuses ${field} = ${JSON.stringify(value)} and names it`, () => {
      assert.throws(() => parseWith(jobSpecSchema, { ...wire(), [field]: value }, options), {
        code: "BAD",
        kind: "input",
        message: new RegExp(field),
      });
    });
  }

  it("refuses missing members and other documents", () => {
    const { salt: _salt, ...rest } = wire();
    assert.throws(() => parseWith(jobSpecSchema, rest, options), { code: "BAD", message: /salt/ });
    for (const odd of [null, undefined, [], "text", 5]) {
      assert.throws(() => parseWith(quoteSchema, odd, options), { code: "BAD" });
    }
  });

  it("reads errors and progress as the provider sends them, within limits", () => {
    const error = { code: "RATE_LIMITED", kind: "refused", message: "slow down", retryable: true, details: {} };
    assert.equal(errorResponseSchema.safeParse({ error }).success, true);
    assert.equal(errorResponseSchema.safeParse({ error: { ...error, message: "x".repeat(3_000) } }).success, false);
    const progress = { jobId: word, state: "running", itemsDone: 1, items: 3 };
    assert.equal(jobProgressSchema.safeParse(progress).success, true);
    assert.equal(jobProgressSchema.safeParse({ ...progress, state: "dancing" }).success, false);
  });
});
