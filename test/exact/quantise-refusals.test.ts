import assert from "node:assert/strict";
import * as ort from "onnxruntime-node";
import { GliaError } from "../../sdk/src/errors.ts";
import { canonicalise, ortFloatRunner, quantise } from "../../sdk/src/exact/index.ts";
import type { QuantiseOptions } from "../../sdk/src/exact/index.ts";
import { encodeModel, makeFloats, makeGraph, makeModel, makeNode, makeValue } from "../../sdk/src/onnx/index.ts";
import { fromElements } from "../../sdk/src/tensors/index.ts";
import type { Item } from "../../sdk/src/tensors/index.ts";
import { randomItems, Sketch } from "./quantise-networks.ts";

const runFloat = ortFloatRunner(ort);
const items = randomItems([1, 8], 4, 1);

/** x [1, 8] → Gemm → Relu. */
function plain(): Sketch {
  const s = new Sketch(1);
  s.node("Relu", [s.dense("x", 8, 8)]);
  return s;
}

async function refusal(
  file: Uint8Array,
  samples: Iterable<Item> = items,
  options: QuantiseOptions = {},
): Promise<GliaError> {
  try {
    await quantise(file, samples, runFloat, options);
  } catch (error) {
    if (error instanceof GliaError) return error;
    throw error;
  }
  throw new Error("Nothing was refused.");
}

/** The network that `build` makes of x [1, 8], its last node being the output. */
function after(build: (s: Sketch) => string, rank = 2): Uint8Array {
  const s = new Sketch(2);
  return s.file([1, 8], { [build(s)]: rank });
}

const relu = plain().file([1, 8], { relu1: 2 });

describe("the quantiser refuses", () => {
  it("to work without samples", async () => {
    assert.equal((await refusal(relu, [])).code, "EXACT_QUANTISE_SAMPLES");
  });

  it("samples of another shape, type or name, and says which", async () => {
    const error = await refusal(relu, [...items.slice(0, 2), ...randomItems([1, 7], 1, 1)]);
    assert.equal(error.code, "EXACT_QUANTISE_SAMPLE_MISMATCH");
    assert.match(error.message, /Sample 2 .*"x" as float32 \[1, 8\].*float32 \[1, 7\]/);
    assert.equal((await refusal(relu, randomItems([2, 8], 1, 1))).code, "EXACT_QUANTISE_SAMPLE_MISMATCH");
    const bytes = new Map([["x", fromElements("uint8", [1, 8], new Uint8Array(8))]]);
    assert.equal((await refusal(relu, [bytes])).code, "EXACT_QUANTISE_SAMPLE_MISMATCH");
    assert.equal((await refusal(relu, [new Map()])).code, "EXACT_QUANTISE_SAMPLE_MISMATCH");
  });

  it("activations that are NaN or infinite", async () => {
    for (const value of [NaN, Infinity, 3e38]) {
      const sample = new Map([["x", fromElements("float32", [1, 8], new Float32Array(8).fill(value))]]);
      assert.equal((await refusal(relu, [sample])).code, "EXACT_QUANTISE_NOT_FINITE", String(value));
    }
  });

  it("weights that are NaN, infinite or no constants", async () => {
    for (const value of [NaN, -Infinity]) {
      const file = after((s) => s.node("MatMul", ["x", s.floats([8, 1], [1, 2, 3, 4, 5, 6, 7, value])]));
      assert.equal((await refusal(file)).code, "EXACT_QUANTISE_WEIGHTS");
      const bias = after((s) => s.node("Gemm", ["x", s.normal([8, 1]), s.floats([1], [value])]));
      assert.equal((await refusal(bias)).code, "EXACT_QUANTISE_WEIGHTS");
    }
    const product = after((s) => s.node("MatMul", [s.dense("x", 8, 8), s.node("Transpose", [s.dense("x", 8, 8)])]));
    const error = await refusal(product);
    assert.equal(error.code, "EXACT_QUANTISE_OPERATOR");
    assert.match(error.message, /\(MatMul\) multiplies two computed tensors/);
  });

  it("operators without an exact form before a contraction, with name, reason and remedy", async () => {
    const error = await refusal(after((s) => s.dense(s.node("Softmax", [s.dense("x", 8, 8)]), 8, 4)));
    assert.equal(error.code, "EXACT_QUANTISE_OPERATOR");
    assert.match(error.message, /"node_softmax1" \(Softmax\) has no exact form, but "node_gemm2" \(Gemm\)/);
    assert.ok((error.hint ?? "").length > 0);
    const cubic = after((s) => {
      const image = s.node("Reshape", [s.dense("x", 8, 8), s.ints(1, 2, 2, 2)]);
      const large = s.node("Resize", [image, "", s.floats([4], [1, 1, 2, 2])], { mode: "linear" });
      return s.conv(large, 2, 1, 1);
    }, 4);
    assert.match((await refusal(cubic)).message, /\(Resize\)/);
  });

  it("models with nothing to quantise, with control flow, of old operator sets, and those that are quantised already", async () => {
    assert.equal((await refusal(after((s) => s.node("Relu", ["x"])))).code, "EXACT_QUANTISE_NOTHING");
    assert.equal((await refusal(plain().file([1, 8], { relu1: 2 }, 6))).code, "EXACT_QUANTISE_OPSET");
    const { file } = await quantise(relu, items, runFloat);
    assert.equal((await refusal(file)).code, "EXACT_QUANTISE_ALREADY");
    const branch = makeGraph([makeNode("Identity", ["x"], ["b"])], [], [makeValue("b", "float32", [])]);
    const withIf = makeModel(
      makeGraph(
        [makeNode("If", ["c"], ["y"], { then_branch: branch, else_branch: branch })],
        [makeValue("x", "float32", [1]), makeValue("c", "bool", [])],
        [makeValue("y", "float32", [1])],
      ),
    );
    assert.equal((await refusal(encodeModel(withIf))).code, "EXACT_QUANTISE_OPERATOR");
  });

  it("graphs that contradict themselves", async () => {
    const [x, y] = [makeValue("x", "float32", [1]), makeValue("y", "float32", [1])];
    const model = (...nodes: ReturnType<typeof makeNode>[]) => encodeModel(makeModel(makeGraph(nodes, [x], [y])));
    assert.equal((await refusal(model(makeNode("Relu", ["z"], ["y"])))).code, "EXACT_QUANTISE_GRAPH");
    const twice = model(makeNode("Relu", ["x"], ["y"]), makeNode("Abs", ["x"], ["y"]));
    assert.equal((await refusal(twice)).code, "EXACT_QUANTISE_GRAPH");
    const cycle = model(makeNode("Add", ["x", "y"], ["z"]), makeNode("Relu", ["z"], ["y"]));
    assert.equal((await refusal(cycle)).code, "EXACT_QUANTISE_GRAPH");
  });

  it("nothing more once it is aborted", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(quantise(relu, items, runFloat, { signal }), /enough/);
  });
});

describe("the quantiser takes", () => {
  it("networks whose activations are 0 throughout, with a valid scale", async () => {
    const file = after((s) =>
      s.node("Relu", [s.node("Gemm", ["x", s.floats([8, 2], new Array(16).fill(0)), s.floats([2], [-1, -2])])]),
    );
    const { file: exact, report } = await quantise(file, items, runFloat);
    assert.deepEqual(
      canonicalise(exact).model.nodes.map(({ kind }) => kind),
      ["Contract"],
    );
    assert.deepEqual([report.outputs[0]?.cosine, report.outputs[0]?.maxError], [1, 0]);
  });

  it("weights and activations of any magnitude", async () => {
    for (const size of [1e-12, 1e9]) {
      const file = after((s) => s.dense(s.node("Relu", [s.node("MatMul", ["x", s.normal([8, 16], size)])]), 16, 4));
      const { report } = await quantise(file, randomItems([1, 8], 16, 3), runFloat);
      assert.ok((report.outputs[0]?.cosine ?? 0) > 0.999, String(size));
    }
  });

  it("rows so long that the accumulator's bound makes weights coarser, and says so", async () => {
    const inputs = 2400;
    const weights = makeFloats(
      "w",
      [inputs, 2],
      Array.from({ length: inputs * 2 }, () => 1),
    );
    const graph = makeGraph(
      [makeNode("MatMul", ["x", "w"], ["y"], {}, { name: "long" })],
      [makeValue("x", "float32", [1, inputs])],
      [makeValue("y", "float32", [1, 2])],
      [weights],
    );
    const samples = randomItems([1, inputs], 8, 4);
    const { report, file } = await quantise(encodeModel(makeModel(graph)), samples, runFloat, { outputSlices: 1 });
    assert.deepEqual(report.widened, [{ node: "long", channels: [0, 1] }]);
    assert.ok(canonicalise(file).model.nodes.length === 1);
    assert.ok((report.outputs[0]?.cosine ?? 0) > 0.99);
  });

  it("at most as many samples as it is told, and keeps those that it compares", async () => {
    const seen: number[] = [];
    const onProgress = ({ done }: { done: number }) => seen.push(done);
    const { report } = await quantise(relu, items, runFloat, { maxSamples: 3, reportSamples: 2, onProgress });
    assert.deepEqual([report.samples, report.compared, seen], [3, 2, [1, 2, 3]]);
  });

  it("every way of choosing ranges", async () => {
    const file = after((s) => s.dense(s.node("Relu", [s.dense("x", 8, 32)]), 32, 4));
    const samples = randomItems([1, 8], 64, 6);
    for (const method of ["minmax", "percentile", "mse"] as const) {
      const { report } = await quantise(file, samples, runFloat, { method, percentile: 99.9 });
      assert.ok((report.outputs[0]?.cosine ?? 0) > 0.999, method);
    }
  });
});
