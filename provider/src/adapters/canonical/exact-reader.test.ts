import assert from "node:assert/strict";
import { encodeModel, makeFloats, makeGraph, makeModel, makeNode, makeTensor, makeValue } from "@glia/sdk";
import { canonicalise, exactModelId } from "@glia/sdk/exact";
import { describe, it } from "mocha";
import { failsWith } from "../inference/testing/ungated.ts";
import { honestModel } from "../inference/testing/models.ts";
import { createExactReader } from "./exact-reader.ts";

/** From float32 `x` through u8 to a MaxPool and back. */
function exactFile(): Uint8Array {
  const scaling = [makeFloats("scale", [], [0.5]), makeTensor("zero", "uint8", [], Uint8Array.of(3))];
  const nodes = [
    makeNode("QuantizeLinear", ["x", "scale", "zero"], ["q"]),
    makeNode("MaxPool", ["q"], ["p"], { kernel_shape: [2n, 2n] }),
    makeNode("DequantizeLinear", ["p", "scale", "zero"], ["y"]),
  ];
  const [x, y] = [makeValue("x", "float32", [1, 1, 4, 4]), makeValue("y", "float32", [1, 1, 3, 3])];
  return encodeModel(makeModel(makeGraph(nodes, [x], [y], scaling), { opset: 17 }));
}

describe("the thread that looks for exact models", function () {
  this.timeout(60_000);

  it("finds what canonicalise finds, in turns, and passes on why there is nothing", async () => {
    const reader = createExactReader();
    try {
      const file = exactFile();
      const expected = canonicalise(file);
      const [found, refused, again] = await Promise.allSettled([file, honestModel(), file].map(reader.read));
      assert.ok(found?.status === "fulfilled" && again?.status === "fulfilled" && refused?.status === "rejected");
      assert.deepEqual(found.value.exact, expected);
      assert.equal(again.value.modelId, await exactModelId(expected.model));
      assert.ok(failsWith("EXACT_NOT_QUANTISED")(refused.reason), String(refused.reason));
    } finally {
      await reader.close();
    }
  });

  it("gives up on a file that takes too long, and takes the next one", async () => {
    const reader = createExactReader(1);
    await assert.rejects(reader.read(exactFile()), failsWith("EXACT_UNREADABLE"));
    await assert.rejects(reader.read(exactFile()), failsWith("EXACT_UNREADABLE"));
    await reader.close();
  });

  it("does not leave anybody waiting when it is closed", async () => {
    const reader = createExactReader();
    const waiting = assert.rejects(reader.read(exactFile()), failsWith("EXACT_UNREADABLE"));
    await Promise.resolve();
    await Promise.resolve();
    await reader.close();
    await waiting;
  });
});
