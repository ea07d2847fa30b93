import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { GliaError } from "@glia/sdk";
import { DEFAULT_LIMITS } from "../limits.ts";
import { honestModel } from "../testing/models.ts";
import { data, int, join } from "../testing/protobuf.ts";
import { inspectModel } from "./inspect-model.ts";

function rule(bytes: Uint8Array, limits = {}): string | undefined {
  try {
    inspectModel(bytes, { ...DEFAULT_LIMITS, ...limits });
    return undefined;
  } catch (error) {
    assert.ok(error instanceof GliaError && error.code === "MODEL_REFUSED", String(error));
    return (error.details["findings"] as { rule: string }[])[0]?.rule;
  }
}

/** Small fixed generator of numbers below `limit`, so that every run sees the same files. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

describe("the gate's reader", () => {
  it("refuses files that are no ONNX, are empty or too large", () => {
    assert.equal(rule(new TextEncoder().encode('{"not":"onnx"}')), "format");
    assert.equal(rule(new Uint8Array()), "file-size");
    assert.equal(rule(honestModel(), { maxModelBytes: honestModel().length - 1 }), "file-size");
  });

  it("refuses a model that is cut off anywhere", () => {
    const whole = honestModel();
    for (let length = 1; length < whole.length; length++)
      assert.notEqual(rule(whole.subarray(0, length)), undefined, `${length}`);
  });

  it("refuses a second graph, which ONNX Runtime would merge into the first", () => {
    assert.equal(rule(join([honestModel(), data(7, new Uint8Array())])), "format");
  });

  it("refuses fields that ONNX does not define, and wire types that do not fit", () => {
    assert.equal(rule(join([honestModel(), int(77, 1)])), "format");
    assert.equal(rule(join([honestModel(), int(2, 1)])), "format");
    assert.equal(rule(join([honestModel(), data(5, "text")])), "format");
  });

  it("refuses ONNX Runtime's own format, also in a file that is ONNX too", () => {
    // Field 2 (producer name): its text makes the bytes 4 to 7 of the file.
    const polyglot = join([data(2, "..ORTM.."), honestModel()]);
    assert.equal(new TextDecoder().decode(polyglot.subarray(4, 8)), "ORTM");
    assert.equal(rule(polyglot), "format");
    assert.equal(rule(join([data(2, "..ORTX.."), honestModel()])), undefined);
  });

  it("refuses overlong numbers and lengths beyond the file", () => {
    assert.equal(rule(Uint8Array.of(0x08, ...Array.from({ length: 11 }, () => 0xff), 0)), "format");
    assert.equal(rule(Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f)), "format");
  });

  it("refuses a file of very many tiny parts", () => {
    const parts = Array.from({ length: 200_000 }, () => int(8, 1));
    const attribute = data(5, join([data(1, "a"), ...parts]));
    const file = join([int(1, 8), data(7, data(1, join([data(4, "Neg"), attribute])))]);
    assert.equal(rule(file, { maxNodes: 10 }), "field-count");
  });

  it("gives a verdict on every damaged file, and nothing else", () => {
    const random = generator(7);
    for (let i = 0; i < 3_000; i++) {
      const bytes = honestModel();
      for (let j = 0; j <= random(4); j++) bytes[random(bytes.length)] = random(256);
      rule(bytes);
    }
  });
});
