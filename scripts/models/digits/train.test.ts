import assert from "node:assert/strict";
import { decodeModel, readSignature } from "../../../sdk/src/onnx/index.ts";
import { exportOnnx } from "./export-onnx.ts";
import { train } from "./train.ts";

describe("training the digits network", () => {
  it("gives the same file for the same seed and another for another", () => {
    const file = (seed: number) => exportOnnx(train({ network: "lenet", seed, steps: 3, batch: 10 }));
    assert.deepEqual(file(1), file(1));
    assert.notDeepEqual(file(1), file(2));
  });

  it("gives a model that declares what the card says", () => {
    const model = decodeModel(exportOnnx(train({ network: "lenet", seed: 1, steps: 0, batch: 1 })));
    assert.deepEqual(readSignature(model), {
      inputs: [{ name: "image", dtype: "float32", shape: ["batch", 1, 28, 28] }],
      outputs: [{ name: "logits", dtype: "float32", shape: ["batch", 10] }],
    });
  });
});
