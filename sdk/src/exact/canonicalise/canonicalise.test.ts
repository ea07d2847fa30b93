import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { encodeModel, makeMessage } from "../../onnx/index.ts";
import type { ModelProto } from "../../onnx/index.ts";
import { createRandom } from "../random.ts";
import { canonicalise } from "./index.ts";
import { CASES } from "./testing/cases.ts";
import { network } from "./testing/network.ts";
import { refuses, Sketch } from "./testing/sketch.ts";

describe("canonicalise", () => {
  it("takes a QDQ network apart into head, nodes and tail", () => {
    const { model, head, tail, origins } = canonicalise(encodeModel(network().model()));
    assert.deepEqual(
      model.nodes.map(({ kind }) => kind),
      ["Contract", "MaxPool", "Contract", "AddMul", "Move", "Contract"],
    );
    assert.deepEqual(
      head.nodes.map(({ opType }) => opType),
      ["QuantizeLinear"],
    );
    assert.deepEqual(
      tail.nodes.map(({ opType }) => opType),
      ["DequantizeLinear", "Softmax"],
    );
    assert.deepEqual(head.inputs, [{ name: "x", dtype: "float32", shape: [1, 2, 8, 8] }]);
    assert.equal(tail.inputs[0]?.name, model.outputs[0]?.name);
    assert.deepEqual(model.outputs[0]?.dims, [1, 5]);
    assert.equal(model.inputs[0]?.scale, Math.fround(0.02));
    assert.equal(origins.length, model.nodes.length);
    assert.deepEqual(
      origins[0]?.operators.filter((name) => name === "Conv"),
      ["Conv"],
    );
  });
  for (const { name, kinds, sketch } of CASES)
    it(`takes ${name}`, () => {
      const { model } = canonicalise(sketch.model());
      assert.equal(model.nodes.map(({ kind }) => kind).join(" "), kinds);
    });
  it("is deterministic", () => {
    const file = encodeModel(network().model());
    assert.deepEqual(canonicalise(file), canonicalise(file));
  });
  it("does not depend on the order of initialisers or of protobuf's fields, nor on names of inner tensors", () => {
    const model = network().model();
    const { graph, ...rest } = model;
    assert.ok(graph !== undefined);
    const expected = canonicalise(model);
    const reversed = canonicalise({ ...model, graph: { ...graph, initializer: [...graph.initializer].reverse() } });
    assert.deepEqual(reversed.model, expected.model);
    // Pieces of a protobuf message may stand in any order.
    const pieces = [
      encodeModel({ ...rest, graph: undefined } as unknown as ModelProto),
      encodeModel(makeMessage("Model", { graph })),
    ];
    const swapped = new Uint8Array([...(pieces[1] ?? []), ...(pieces[0] ?? [])]);
    assert.notDeepEqual(swapped, encodeModel(model));
    assert.deepEqual(canonicalise(swapped), expected);
    const rename = (name: string) => (name === "" || name === "x" || name === "y" ? name : `other/${name}`);
    const renamed = canonicalise({
      ...model,
      graph: {
        ...graph,
        initializer: graph.initializer.map((tensor) => ({ ...tensor, name: rename(tensor.name) })),
        node: graph.node.map((node) => ({ ...node, input: node.input.map(rename), output: node.output.map(rename) })),
      },
    });
    assert.deepEqual(renamed.model.nodes, expected.model.nodes);
  });
  it("says where tensors and nodes come from, and in which order ports stand", () => {
    const s = new Sketch();
    const [b, a] = [s.input("b", ["N", 4]), s.input("a", ["N", 4])];
    const qa = s.quantise(a, 0.5, 7);
    const [da, db] = [s.dequantise(qa, 0.5, 7), s.pair(b, 0.25, 9)];
    s.node("Add", [da, db], {}, { name: "sum", output: "s" });
    const sum = s.quantise("s", 1, 100);
    s.node("Relu", [s.dequantise(sum, 1, 100)], {}, { output: "first" });
    s.node("DequantizeLinear", [qa, s.floats([0.5]), s.bytes("uint8", [7])], {}, { output: "second" });
    const { model, origins, tensors, tail, head } = canonicalise(
      s.output("first", ["N", 4]).output("second", ["N", 4]).model(),
      { dims: { N: 3 } },
    );
    assert.deepEqual(
      model.inputs.map(({ dims, scale, zero }) => ({ dims, scale, zero })),
      [
        { dims: [3, 4], scale: 0.5, zero: 7 },
        { dims: [3, 4], scale: 0.25, zero: 9 },
      ],
    );
    assert.deepEqual(origins[0], {
      name: "sum",
      operators: ["DequantizeLinear", "DequantizeLinear", "Add", "QuantizeLinear"],
    });
    assert.equal(tensors.get(sum), 2);
    assert.equal(tensors.get(qa), 0);
    // The second output shows an input: a node copies it, so that every output is a node's.
    assert.deepEqual(
      model.outputs.map(({ name, tensor }) => [name, tensor]),
      [
        [sum, 2],
        [qa, 3],
      ],
    );
    assert.deepEqual(
      tail.nodes.map(({ opType }) => opType),
      ["DequantizeLinear", "Relu", "DequantizeLinear"],
    );
    assert.equal(head.nodes.length, 2);
  });
  it("leaves to the tail what nothing quantises, and drops what nothing needs", () => {
    const s = new Sketch();
    const x = s.pair(s.input("x", [4, 6]), 0.1, 3);
    s.quantise(s.node("MatMul", [x, x]), 1, 0);
    const y = s.node("ReduceMax", [s.node("NonZero", [x])], {}, { output: "y" });
    const { model, tail } = canonicalise(s.output(y, [1], "int64").model());
    assert.deepEqual(
      tail.nodes.map(({ opType }) => opType),
      ["DequantizeLinear", "NonZero", "ReduceMax"],
    );
    assert.equal(model.nodes.length, 1);
  });
  it("lets a softmax be quantised at the end, and nowhere else", () => {
    const build = (behind: boolean) => {
      const s = new Sketch();
      const soft = s.pair(s.node("Softmax", [s.pair(s.pair(s.input("x", [4, 4]), 0.1, 3), 0.2, 3)]), 1 / 256, 0);
      const y = behind ? s.quantise(s.node("MatMul", [soft, s.weights(createRandom(1), [4, 4], [1])]), 1, 0) : soft;
      return s.output(y, [4, 4], behind ? "uint8" : "float32").model();
    };
    const { tail } = canonicalise(build(false));
    assert.deepEqual(
      tail.nodes.map(({ opType }) => opType),
      ["DequantizeLinear", "Softmax", "QuantizeLinear", "DequantizeLinear"],
    );
    refuses(() => canonicalise(build(true)), "EXACT_OPERATOR_UNSUPPORTED", /Softmax/);
  });
  it("quantises one input once, and tells how the file sees bytes", () => {
    const s = new Sketch();
    const x = s.input("x", [2, 3]);
    const sum = s.node("Add", [s.pair(x, 0.5, 1, "int8"), s.pair(x, 0.5, 1, "int8")]);
    const y = s.quantise(sum, 1, -3, "int8", "y");
    const { model, head, tail } = canonicalise(s.output(y, [2, 3], "int8").model());
    assert.equal(model.inputs.length, 1);
    assert.equal(model.inputs[0]?.zero, 129);
    assert.deepEqual([head.outputs[0]?.dtype, tail.inputs[0]?.dtype, tail.nodes.length], ["int8", "int8", 0]);
    assert.equal(model.outputs[0]?.zero, 125);
  });
  it("finds the shape of an input behind float operators of the head", () => {
    const s = new Sketch();
    const x = s.node("Transpose", [s.node("Div", [s.input("x", ["N", 4, 5, 3]), s.floats([255])])], {
      perm: [0n, 3n, 1n, 2n],
    });
    const y = s.quantise(s.node("MaxPool", [s.pair(x, 0.01, 0)], { kernel_shape: [2n, 2n] }), 0.01, 0);
    const { model, head } = canonicalise(s.output(y, ["N", 3, 3, 4], "uint8").model());
    assert.deepEqual(model.inputs[0]?.dims, [1, 3, 4, 5]);
    assert.deepEqual(
      head.nodes.map(({ opType }) => opType),
      ["Div", "Transpose", "QuantizeLinear"],
    );
    assert.equal(head.constants.size, 3);
  });
});
