import assert from "node:assert/strict";
import { decodeModel, readSignature } from "../../../sdk/src/onnx/index.ts";
import { detector } from "./detector.ts";
import { mobilenet } from "./mobilenet.ts";
import { resnet } from "./resnet.ts";

const count = (file: Uint8Array, operator: string) =>
  decodeModel(file).graph?.node.filter(({ opType }) => opType === operator).length;

describe("the architectures with random weights", () => {
  it("are the same for the same seed and others for another", () => {
    for (const make of [
      (seed: number) => resnet({ seed, size: 16, widths: [4, 8, 8], blocks: 1 }),
      (seed: number) => mobilenet({ seed, size: 16, activation: "HardSwish" }),
      (seed: number) => detector({ seed, size: 32 }),
    ]) {
      assert.deepEqual(make(1), make(1));
      assert.notDeepEqual(make(1), make(2));
    }
  });

  it("have the blocks that give them their names", () => {
    const residual = resnet({ seed: 1, size: 32 });
    assert.equal(count(residual, "Add"), 9);
    assert.equal(count(residual, "Conv"), 21, "19 of ResNet-20 and two shortcuts");
    assert.equal(count(mobilenet({ seed: 1, size: 32, activation: "Relu6" }), "Clip"), 12);
    assert.equal(count(mobilenet({ seed: 1, size: 32, activation: "HardSwish" }), "HardSwish"), 12);
    assert.equal(count(detector({ seed: 1, size: 32 }), "Resize"), 1);
  });

  it("declare what they take and give", () => {
    assert.deepEqual(readSignature(decodeModel(detector({ seed: 1, size: 64, classes: 3 }))).outputs, [
      { name: "boxes", dtype: "float32", shape: ["batch", 64, 4] },
      { name: "scores", dtype: "float32", shape: ["batch", 64, 3] },
    ]);
    assert.deepEqual(readSignature(decodeModel(resnet({ seed: 1, size: 32 }))).inputs, [
      { name: "image", dtype: "float32", shape: ["batch", 3, 32, 32] },
    ]);
  });
});
