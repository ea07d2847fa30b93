import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { GliaError } from "@glia/sdk";

import { createLog } from "./log.ts";

function capture(fields: Record<string, unknown>, message = "m"): Record<string, unknown> {
  const lines: string[] = [];
  const log = createLog({ level: "info" }, { write: (line: string) => void lines.push(line) });
  log.info(fields, message);
  assert.equal(lines.length, 1);
  return JSON.parse(lines[0] ?? "") as Record<string, unknown>;
}

describe("createLog", () => {
  it("writes one JSON line with level and time", () => {
    const line = capture({ jobId: "0x01", price: 5n });
    assert.equal(line["level"], "info");
    assert.equal(line["msg"], "m");
    assert.equal(line["price"], "5");
    assert.match(String(line["time"]), /^\d{4}-/);
  });

  it("redacts secrets at any depth", () => {
    const line = JSON.stringify(
      capture({ password: "hunter2", nested: { deep: [{ privateKey: "0xabc" }], Authorization: "Bearer x" } }),
    );
    assert.doesNotMatch(line, /hunter2|0xabc|Bearer x/);
    assert.equal(line.match(/\[redacted\]/g)?.length, 3);
  });

  it("escapes hostile strings, also inside errors", () => {
    const line = capture({ reason: "\u001b[31mred\u202e", err: new Error("boom\u0007") });
    assert.equal(line["reason"], "\\u001b[31mred\\u202e");
    assert.equal((line["err"] as { message: string }).message, "boom\\u0007");
  });

  it("keeps the code of a GliaError and hides what it must", () => {
    const error = new GliaError("QUOTE_EXPIRED", "too late", { kind: "timeout", details: { token: "s3cret", at: 1n } });
    const logged = capture({ err: error })["err"] as Record<string, unknown>;
    assert.equal(logged["code"], "QUOTE_EXPIRED");
    assert.deepEqual(logged["details"], { token: "[redacted]", at: "1" });
  });

  it("limits depth, width and length", () => {
    let deep: unknown = "end";
    for (let i = 0; i < 50; i++) deep = { deep };
    const line = JSON.stringify(
      capture({ deep, wide: Array.from({ length: 5_000 }, () => 1), long: "x".repeat(100_000) }),
    );
    assert.ok(line.length < 5_000, `${line.length}`);
  });
});
