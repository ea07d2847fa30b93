import assert from "node:assert/strict";
import * as ort from "onnxruntime-node";
import { canonicalise } from "../../sdk/src/exact/canonicalise/index.ts";
import { CASES } from "../../sdk/src/exact/canonicalise/testing/cases.ts";
import { runLaw } from "../../sdk/src/exact/law/index.ts";
import { sizeOf } from "../../sdk/src/exact/model.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { createExactRunner } from "../../sdk/src/exact/runtime/index.ts";

describe("the runner on canonicalised files", () => {
  const random = createRandom(2027);
  for (const { name, sketch } of CASES)
    it(`${name}: every tensor is the law's, and ONNX Runtime makes it`, async () => {
      const { model } = canonicalise(sketch.model());
      const runner = await createExactRunner(model, ort);
      assert.deepEqual(runner.report.byLaw, []);
      for (let run = 0; run < 4; run++) {
        const inputs = model.inputs.map(({ shape }) => random.bytes(sizeOf(shape)));
        const law = runLaw(model, inputs);
        assert.deepEqual(await runner.trace(inputs), law);
        assert.deepEqual(
          await runner.run(inputs),
          model.outputs.map(({ tensor }) => law[tensor]),
        );
      }
      await runner.release();
    });
});
