import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as ort from "onnxruntime-node";
import { canonicalise } from "../../sdk/src/exact/canonicalise/index.ts";
import { CASES } from "../../sdk/src/exact/canonicalise/testing/cases.ts";
import { network } from "../../sdk/src/exact/canonicalise/testing/network.ts";
import { runHead, runTail } from "../../sdk/src/exact/client/index.ts";
import { runLaw } from "../../sdk/src/exact/law/index.ts";
import type { ExactModel } from "../../sdk/src/exact/model.ts";
import { toLogical, toPhysical } from "../../sdk/src/exact/order.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { encodeModel, makeGraph, makeModel, makeValue } from "../../sdk/src/onnx/index.ts";
import type { Sketch } from "../../sdk/src/exact/canonicalise/testing/sketch.ts";
import { createTensor, fromElements, readElements } from "../../sdk/src/tensors/index.ts";
import type { DType } from "../../sdk/src/tensors/dtype.ts";

const RUNS = 12;

/** The file with the shape of its output as the canonicaliser found it, for ONNX Runtime checks that. */
function fileOf({ nodes, inputs, initializers }: Sketch, dims: readonly number[], type: DType): Uint8Array {
  const graph = makeGraph(nodes, inputs, [makeValue("y", type, dims)], initializers);
  return encodeModel(makeModel(graph, { opset: 17, domains: { "com.microsoft": 1 } }));
}

/** The model's only output by our law, in ONNX order. */
function byLaw(model: ExactModel, bytes: Uint8Array): Uint8Array {
  const [input] = model.inputs;
  const [output] = model.outputs;
  assert.ok(input !== undefined && output !== undefined);
  const tensors = runLaw(model, [toPhysical(input.dims, bytes)]);
  return toLogical(output.dims, tensors[output.tensor] ?? new Uint8Array());
}

describe("canonicalised models compute what ONNX Runtime computes on the file", () => {
  for (const { name, sketch, within } of CASES)
    it(`${name}: ${within === 0 ? "the same" : "within one unit"}`, async () => {
      const { model, head, tail } = canonicalise(sketch.model());
      const type = tail.inputs[0]?.dtype ?? "uint8";
      const dims = model.outputs[0]?.dims ?? [];
      const session = await ort.InferenceSession.create(fileOf(sketch, dims, type), {
        graphOptimizationLevel: "disabled",
        extra: { session: { disable_quant_qdq: "1" } },
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
      });
      const random = createRandom(11);
      const inputDims = model.inputs[0]?.dims ?? [];
      const signed = head.outputs[0]?.dtype === "int8";
      for (let run = 0; run < RUNS; run++) {
        const size = inputDims.reduce((product, length) => product * length, 1);
        const bytes = run < 2 ? new Uint8Array(size).fill(run * 255) : random.bytes(size);
        const data = signed ? Int8Array.from(bytes, (byte) => byte - 128) : bytes;
        const outputs = await session.run({ x: new ort.Tensor(signed ? "int8" : "uint8", data, [...inputDims]) });
        const values = outputs["y"]?.data as ArrayLike<number | bigint>;
        const shift = type === "int8" ? 128 : 0;
        const expected = Array.from(values, (value) => Number(value) + shift);
        const actual = byLaw(model, bytes);
        assert.equal(actual.length, expected.length);
        const worst = Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? 0))));
        assert.ok(worst <= within, `run ${run} is ${worst} away: ${actual.join()} instead of ${expected.join()}`);
      }
      await session.release();
    });
  it("a network, from its float input to its float output", async () => {
    const file = encodeModel(network().model());
    const canonical = canonicalise(file);
    const session = await ort.InferenceSession.create(file, { graphOptimizationLevel: "disabled" });
    const random = createRandom(5);
    for (let run = 0; run < RUNS; run++) {
      const x = Float32Array.from({ length: 128 }, () => random.between(-2.5, 2.5));
      const expected = (await session.run({ x: new ort.Tensor("float32", x, [1, 2, 8, 8]) }))["y"]
        ?.data as Float32Array;
      const item = new Map([["x", fromElements("float32", [1, 2, 8, 8], x)]]);
      const [input] = runHead(canonical, item).values();
      const [output] = canonical.model.outputs;
      assert.ok(input !== undefined && output !== undefined);
      const u8 = createTensor("uint8", output.dims, byLaw(canonical.model, input.bytes));
      const y = runTail(canonical, new Map([[output.name, u8]])).get("y");
      assert.ok(y !== undefined);
      // One unit of the logits is 0.1: a probability moves by less than that part of itself.
      const actual = Array.from(readElements(y), Number);
      assert.ok(actual.every((value, i) => Math.abs(value - (expected[i] ?? 0)) <= 0.2 * Math.max(value, 0.05)));
    }
    await session.release();
  });
});
