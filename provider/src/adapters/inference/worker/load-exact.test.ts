import assert from "node:assert/strict";
import { serialize } from "node:v8";
import { runLaw, type ExactModel, toLogical, toPhysical } from "@glia/sdk/exact";
import { describe, it } from "mocha";
import * as runtime from "onnxruntime-node";
import { loadExact } from "./load-exact.ts";

/** A 1 × 1 convolution from two channels to three over an image of 2 × 2, and a table behind it. */
const MODEL: ExactModel = {
  inputs: [{ name: "x", tensor: 0, dims: [1, 2, 2, 2], shape: { n: 1, h: 2, w: 2, c: 2 }, scale: 1, zero: 0 }],
  nodes: [
    {
      ...{
        kind: "Contract",
        inputs: [0],
        shape: { n: 1, h: 2, w: 2, c: 3 },
        groups: 1,
        xZero: 9,
        wZero: 64,
        yZero: 100,
      },
      ...{ kernelH: 1, kernelW: 1, strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, padTop: 0, padLeft: 0 },
      weights: Uint8Array.of(1, 127, 64, 90, 30, 66),
      bias: Int32Array.of(5, -700, 0),
      multipliers: Float32Array.of(0.01, 0.03, 0.5),
    },
    { kind: "Table", inputs: [1], shape: { n: 1, h: 2, w: 2, c: 3 }, table: Uint8Array.from({ length: 256 }, (_, i) => 255 - i) }, // prettier-ignore
  ],
  outputs: [{ name: "y", tensor: 2, dims: [1, 3, 2, 2], shape: { n: 1, h: 2, w: 2, c: 3 }, scale: 1, zero: 0 }],
};
const INPUT = Uint8Array.of(1, 2, 3, 250, 40, 50, 60, 70);
const FRAME = { items: 1, itemBytes: 8, slots: 1, inputs: [], maxOutputBytes: 100 } as const;

/** A machine whose ONNX Runtime gets one bit of every result wrong. */
const wrongRuntime = {
  ...runtime,
  InferenceSession: {
    create: async (model: Uint8Array, options: runtime.InferenceSession.SessionOptions) => {
      const session = await runtime.InferenceSession.create(model, options);
      const run = async (feeds: runtime.InferenceSession.FeedsType) => {
        const outputs = await session.run(feeds);
        for (const { data } of Object.values(outputs)) if (data instanceof Uint8Array) data[0] = (data[0] ?? 0) ^ 1;
        return outputs;
      };
      return { run, release: () => session.release() };
    },
  },
} as unknown as typeof runtime;

async function outputOf(ort: typeof runtime) {
  const loaded = await loadExact(ort, serialize(MODEL), { threads: 1 });
  const [lane] = loaded.makeLanes(FRAME);
  lane?.targets[0]?.set(INPUT);
  const outputs = await lane?.run();
  return { selfTest: loaded.selfTest, y: outputs?.["y"] };
}

describe("an exact model in the worker", () => {
  const [lawful = new Uint8Array()] = runLaw(MODEL, [toPhysical([1, 2, 2, 2], INPUT)]).slice(2);

  it("runs on ONNX Runtime where that computes what the law says", async () => {
    const { selfTest, y } = await outputOf(runtime);
    assert.deepEqual(selfTest, { nodes: 2, byLaw: [] });
    assert.deepEqual(y, { type: "uint8", dims: [1, 3, 2, 2], data: toLogical([1, 3, 2, 2], lawful) });
  });

  it("gives every node's tensor where a trace is asked for, whatever the machine computes", async () => {
    const tensors = runLaw(MODEL, [toPhysical([1, 2, 2, 2], INPUT)]);
    for (const ort of [runtime, wrongRuntime]) {
      const loaded = await loadExact(ort, serialize(MODEL), { threads: 1, trace: true });
      assert.deepEqual(loaded.outputNames, ["1", "2"]);
      const [lane] = loaded.makeLanes(FRAME);
      lane?.targets[0]?.set(INPUT);
      const traced = await lane?.run();
      for (const number of [1, 2])
        assert.deepEqual(traced?.[number], { type: "uint8", dims: [1, 2, 2, 3], data: tensors[number] });
    }
  });

  it("runs by the law where it does not, and says so", async () => {
    const { selfTest, y } = await outputOf(wrongRuntime);
    assert.deepEqual(
      selfTest?.byLaw.map(({ node, kind }) => [node, kind]),
      [[0, "Contract"], [1, "Table"]], // prettier-ignore
    );
    assert.deepEqual(y?.data, toLogical([1, 3, 2, 2], lawful));
  });
});
