import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { GliaError } from "@glia/sdk";
import { DEFAULT_LIMITS } from "../limits.ts";
import { chainModel, externalDataModel, honestModel, loopModel, openLoopModel, unaryModel } from "../testing/models.ts";
import { externalTensor, floats, graph, int64s, model, node, tensor, TYPE, value } from "../testing/onnx-files.ts";
import { data, int, join } from "../testing/protobuf.ts";
import type { GateFinding } from "./finding.ts";
import { inspectModel } from "./inspect-model.ts";

const x = value("x", TYPE.float, [1]);
const y = value("y", TYPE.float, [1]);
const secret = externalTensor("s", TYPE.float, [1], "secret.key", 4);
const identity = node("Identity", ["x"], ["y"]);

/** Rules that a file breaks; empty if it passes. */
function brokenRules(bytes: Uint8Array, limits = {}): string[] {
  try {
    inspectModel(bytes, { ...DEFAULT_LIMITS, ...limits });
    return [];
  } catch (error) {
    assert.ok(error instanceof GliaError, String(error));
    assert.equal(error.code, "MODEL_REFUSED");
    return (error.details["findings"] as GateFinding[]).map((finding) => finding.rule);
  }
}

/** A model of one If whose branches are the given graph. */
function inSubgraph(branch: Uint8Array): Uint8Array {
  return model({
    nodes: [node("If", ["c"], ["y"], { then_branch: { graph: branch }, else_branch: { graph: branch } })],
    inputs: [value("c", TYPE.bool, []), x],
    outputs: [y],
  });
}

function constantOf(attribute: string, number: number, contents: Uint8Array): Uint8Array {
  const constant = join([
    data(2, "y"),
    data(4, "Constant"),
    data(5, join([data(1, attribute), data(number, contents)])),
  ]);
  return model({ nodes: [constant], outputs: [y] });
}

function sized(opType: string, inputs: string[], constants: Uint8Array[]): Uint8Array {
  const nodes = [node(opType, inputs, ["big"]), node("ReduceSum", ["big"], ["y"])];
  return model({ nodes, inputs: [x], outputs: [value("y", TYPE.float, ["n"])], initializers: constants });
}

const huge = tensor("shape", TYPE.int64, [2], int64s([1n << 20n, 1n << 20n]));

describe("static gate", () => {
  it("passes an honest model and reports what it is", () => {
    const report = inspectModel(honestModel(), DEFAULT_LIMITS);
    assert.deepEqual(report.operators, ["ai.onnx.Add", "ai.onnx.MatMul", "ai.onnx.Relu"]);
    assert.equal(report.nodes, 3);
    assert.equal(report.staticBytes, 4 * (12 + 3 + 4 + 3));
  });

  it("passes a loop with a small constant bound, and a subgraph that uses outer names", () => {
    assert.deepEqual(brokenRules(loopModel(100n)), []);
    assert.deepEqual(brokenRules(inSubgraph(graph({ nodes: [identity], outputs: [y] }))), []);
  });

  const external: Record<string, Uint8Array> = {
    "an initialiser": externalDataModel("secret.key", 32),
    "an attribute": constantOf("value", 5, secret),
    "a list of tensors in an attribute": constantOf("values", 10, secret),
    "a sparse attribute": constantOf("sparse_value", 22, data(1, secret)),
    "a sparse initialiser": model({ nodes: [identity], inputs: [x], outputs: [y], sparse: [data(1, secret)] }),
    "the indices of a sparse initialiser": model({
      nodes: [identity],
      inputs: [x],
      outputs: [y],
      sparse: [data(2, secret)],
    }),
    "a subgraph": inSubgraph(graph({ nodes: [identity], outputs: [y], initializers: [secret] })),
    "a location without the flag": model({
      nodes: [identity],
      inputs: [x],
      outputs: [y],
      initializers: [
        join([tensor("s", TYPE.float, [1], floats([1])), data(13, join([data(1, "location"), data(2, "k")]))]),
      ],
    }),
    "a flag without a location": model({
      nodes: [identity],
      inputs: [x],
      outputs: [y],
      initializers: [join([tensor("s", TYPE.float, [1], floats([1])), int(14, (1n << 32n) + 1n)])],
    }),
  };
  for (const [where, bytes] of Object.entries(external)) {
    it(`refuses external data in ${where}`, () => {
      assert.ok(brokenRules(bytes).includes("external-data"));
    });
  }

  it("refuses functions, whatever they hold", () => {
    assert.deepEqual(brokenRules(model({ nodes: [identity], inputs: [x], outputs: [y] }, [data(25, secret)])), [
      "functions",
    ]);
  });

  for (const random of [
    "RandomNormalLike",
    "RandomUniformLike",
    "Bernoulli",
    "Multinomial",
    "RandomNormal",
    "RandomUniform",
  ]) {
    it(`refuses ${random}`, () => assert.deepEqual(brokenRules(unaryModel(random)), ["random-operator"]));
  }

  it("refuses Dropout in training mode", () => {
    const bytes = model({
      nodes: [node("Dropout", ["x", "", "t"], ["y"])],
      inputs: [x, value("t", TYPE.bool, [])],
      outputs: [y],
    });
    assert.deepEqual(brokenRules(bytes), ["random-operator"]);
  });

  it("refuses custom domains and operators outside the list", () => {
    assert.deepEqual(brokenRules(unaryModel("Steal", "evil.example")), ["operator"]);
    assert.deepEqual(brokenRules(unaryModel("EPContext", "com.microsoft")), ["operator"]);
    assert.deepEqual(brokenRules(unaryModel("ImageDecoder")), ["operator"]);
    assert.deepEqual(brokenRules(unaryModel("Optional", undefined)), ["operator"]);
  });

  it("refuses versions of format and operators that the runtime does not know", () => {
    const body = graph({ nodes: [identity], inputs: [x], outputs: [y] });
    const opset = (version: number): Uint8Array => data(8, int(2, version));
    assert.deepEqual(brokenRules(join([int(1, 99), data(7, body), opset(13)])), ["ir-version"]);
    assert.deepEqual(brokenRules(join([int(1, 8), data(7, body), opset(99)])), ["opset"]);
    assert.deepEqual(brokenRules(join([int(1, 8), data(7, body), opset(13), opset(14)])), ["opset"]);
    assert.deepEqual(brokenRules(join([int(1, 8), data(7, body)])).slice(0, 1), ["opset"]);
  });

  it("refuses loops that are long, open, or given at run time", () => {
    assert.deepEqual(brokenRules(loopModel(1n << 62n)), ["loop"]);
    assert.deepEqual(brokenRules(loopModel(4_097n)), ["loop"]);
    assert.deepEqual(brokenRules(loopModel(-1n)), ["loop"]);
    assert.deepEqual(brokenRules(openLoopModel()), ["loop"]);
  });

  it("multiplies the bounds of nested loops", () => {
    const inner = (body: Uint8Array, out: string): Uint8Array =>
      node("Loop", ["n", "", "x"], [out], { body: { graph: body } });
    const body = (nodes: Uint8Array[]): Uint8Array =>
      graph({
        nodes,
        inputs: [value("i", TYPE.int64, []), value("go", TYPE.bool, []), value("a", TYPE.float, [1])],
        outputs: [value("go", TYPE.bool, []), value("r", TYPE.float, [1])],
      });
    const nested = (n: number): Uint8Array =>
      model({
        nodes: [inner(body([inner(body([node("Neg", ["a"], ["r"])]), "r")]), "y")],
        inputs: [x],
        outputs: [y],
        initializers: [tensor("n", TYPE.int64, [], int64s([n]))],
      });
    assert.deepEqual(brokenRules(nested(64)), []);
    assert.deepEqual(brokenRules(nested(65)), ["loop"]);
  });

  it("refuses a default trip count that the caller may replace", () => {
    const body = graph({
      nodes: [node("Neg", ["a"], ["r"])],
      inputs: [value("i", TYPE.int64, []), value("go", TYPE.bool, []), value("a", TYPE.float, [1])],
      outputs: [value("go", TYPE.bool, []), value("r", TYPE.float, [1])],
    });
    const bytes = model({
      nodes: [node("Loop", ["n", "", "x"], ["y"], { body: { graph: body } })],
      inputs: [x, value("n", TYPE.int64, [])],
      outputs: [y],
      initializers: [tensor("n", TYPE.int64, [], int64s([2]))],
    });
    assert.deepEqual(brokenRules(bytes), ["loop"]);
  });

  it("refuses a Scan along an axis of unknown length", () => {
    const body = graph({
      nodes: [node("Neg", ["e"], ["r"])],
      inputs: [value("e", TYPE.float, [])],
      outputs: [value("r", TYPE.float, [])],
    });
    const scan = (dim: number | string): Uint8Array =>
      model({
        nodes: [node("Scan", ["v"], ["y"], { body: { graph: body }, num_scan_inputs: { int: 1 } })],
        inputs: [value("v", TYPE.float, [dim])],
        outputs: [value("y", TYPE.float, [dim])],
      });
    assert.deepEqual(brokenRules(scan(16)), []);
    assert.deepEqual(brokenRules(scan("n")), ["loop"]);
    assert.deepEqual(brokenRules(scan(5_000)), ["loop"]);
  });

  it("refuses 200,000 nodes without reading the most of them", () => {
    const bytes = chainModel(200_000);
    assert.deepEqual(brokenRules(bytes), ["node-count"]);
    // Were these bytes read, the verdict would be another one.
    assert.deepEqual(brokenRules(bytes.fill(0xff, bytes.length / 5)), ["node-count"]);
    assert.deepEqual(brokenRules(bytes, { maxNodes: 200_000 }), ["format"]);
    assert.deepEqual(brokenRules(chainModel(20_000)), []);
  });

  it("refuses cycles, values made twice and values made by nothing", () => {
    const two = (a: Uint8Array, b: Uint8Array): Uint8Array => model({ nodes: [a, b], inputs: [x], outputs: [y] });
    assert.deepEqual(brokenRules(two(node("Add", ["x", "b"], ["y"]), node("Neg", ["y"], ["b"]))), ["cycle"]);
    assert.deepEqual(brokenRules(two(identity, identity)), ["names"]);
    assert.deepEqual(brokenRules(two(identity, node("Neg", ["nothing"], ["z"]))), ["names"]);
    assert.deepEqual(
      brokenRules(two(node("Neg", ["b"], ["y"]), node("Neg", ["x"], ["b"]))),
      [],
      "order alone is no error",
    );
  });

  it("refuses negative and huge dimensions, and data longer than its shape", () => {
    const weights = (dims: (number | bigint)[], raw = floats([1])): Uint8Array =>
      model({ nodes: [identity], inputs: [x], outputs: [y], initializers: [tensor("w", TYPE.float, dims, raw)] });
    assert.deepEqual(brokenRules(weights([-1])), ["shape"]);
    assert.deepEqual(brokenRules(weights([1n << 40n, 1n << 40n])), ["tensor-size"]);
    assert.deepEqual(brokenRules(weights(Array.from({ length: 400 }, () => 1))), ["shape"]);
    assert.deepEqual(brokenRules(weights([1], floats([1, 2]))), ["shape"]);
    assert.deepEqual(brokenRules(model({ nodes: [identity], inputs: [value("x", TYPE.float, [-5])], outputs: [y] })), [
      "shape",
    ]);
  });

  it("refuses small files that make huge tensors", () => {
    assert.deepEqual(brokenRules(sized("ConstantOfShape", ["shape"], [huge])), ["tensor-size"]);
    assert.deepEqual(brokenRules(sized("Expand", ["x", "shape"], [huge])), ["tensor-size"]);
    assert.deepEqual(brokenRules(sized("Tile", ["x", "shape"], [huge])), ["tensor-size"]);
    const scalars = [0n, 1n << 40n, 1n].map((n, i) => tensor(`r${i}`, TYPE.int64, [], int64s([n])));
    assert.deepEqual(brokenRules(sized("Range", ["r0", "r1", "r2"], scalars)), ["tensor-size"]);
    const declared = value("mid", TYPE.float, [1n << 20n, 1n << 20n]);
    assert.deepEqual(brokenRules(model({ nodes: [identity], inputs: [x], outputs: [y], valueInfo: [declared] })), [
      "tensor-size",
    ]);
  });

  it("adds up what the file fixes", () => {
    const weights = ["a", "b"].map((name) => tensor(name, TYPE.uint8, [600], new Uint8Array(600)));
    const bytes = model({ nodes: [identity], inputs: [x], outputs: [y], initializers: weights });
    assert.deepEqual(brokenRules(bytes, { maxTensorBytes: 600, maxStaticBytes: 1_200 + 8 }), []);
    assert.deepEqual(brokenRules(bytes, { maxTensorBytes: 600, maxStaticBytes: 1_200 + 7 }), ["memory"]);
    assert.deepEqual(brokenRules(bytes, { maxTensorBytes: 599 }), ["tensor-size", "tensor-size"]);
  });

  it("refuses inputs and outputs that are no tensors of numbers, and too many of them", () => {
    const takes = (input: Uint8Array): Uint8Array =>
      model({ nodes: [node("Shape", ["x"], ["y"])], inputs: [input], outputs: [value("y", TYPE.int64, [1])] });
    assert.deepEqual(brokenRules(takes(value("x", TYPE.string, [1]))), ["interface"]);
    assert.deepEqual(brokenRules(takes(data(1, "x"))), ["interface"]);
    const inputs = Array.from({ length: 65 }, (_, i) => value(i === 0 ? "x" : `x${i}`, TYPE.float, [1]));
    assert.deepEqual(brokenRules(model({ nodes: [identity], inputs, outputs: [y] })), ["interface"]);
    assert.deepEqual(brokenRules(model({ nodes: [identity], inputs: [x], outputs: [] })), ["interface"]);
  });

  it("refuses deep nesting before it costs a stack", () => {
    let branch = graph({ nodes: [identity], outputs: [y] });
    for (let i = 0; i < 300; i++)
      branch = graph({ nodes: [node("If", ["c"], ["y"], { then_branch: { graph: branch } })], outputs: [y] });
    assert.deepEqual(brokenRules(model(branch)), ["depth"]);
  });

  it("refuses attributes given twice and subgraphs where ONNX has none", () => {
    const alpha = data(5, join([data(1, "alpha"), int(20, 1)]));
    const twice = join([node("Elu", ["x"], ["y"]), alpha, alpha]);
    assert.deepEqual(brokenRules(model({ nodes: [twice], inputs: [x], outputs: [y] })), ["attributes"]);
    const odd = node("Neg", ["x"], ["y"], { body: { graph: graph({ nodes: [identity], outputs: [y] }) } });
    assert.deepEqual(brokenRules(model({ nodes: [odd], inputs: [x], outputs: [y] })), ["subgraph"]);
  });
});
