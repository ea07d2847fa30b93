import { describe, it } from "mocha";
import { makeFloats, makeGraph, makeMessage, makeModel, makeNode, makeValue } from "../../onnx/index.ts";
import type { ModelProto } from "../../onnx/index.ts";
import { createRandom } from "../random.ts";
import { canonicalise } from "./index.ts";
import { refuses, Sketch } from "./testing/sketch.ts";

const random = () => createRandom(3);

/** A graph of nodes over an input "x" of [2, 2], with an output "y". */
function graph(nodes: readonly ReturnType<typeof makeNode>[], initializers = [makeFloats("one", [], [1])]): ModelProto {
  const y = makeValue("y", "uint8", [2, 2]);
  return makeModel(makeGraph(nodes, [makeValue("x", "float32", [2, 2])], [y], initializers));
}
const quantise = makeNode("QuantizeLinear", ["x", "one"], ["q"]);
const relu = makeNode("Relu", ["q"], ["y"]);

describe("what the canonicaliser refuses: files", () => {
  const cases: readonly [string, string, () => ModelProto][] = [
    ["names that are made twice", "EXACT_NAME_INVALID", () => graph([quantise, quantise, relu])],
    [
      "names of inputs that a node makes",
      "EXACT_NAME_INVALID",
      () => graph([makeNode("Relu", ["x"], ["x"]), quantise, relu]),
    ],
    ["cycles", "EXACT_NAME_UNDEFINED", () => graph([makeNode("QuantizeLinear", ["y", "one"], ["q"]), relu])],
    ["nodes out of order", "EXACT_NAME_UNDEFINED", () => graph([relu, quantise])],
    ["names that nobody makes", "EXACT_NAME_UNDEFINED", () => graph([makeNode("Relu", ["nothing"], ["y"])])],
    ["outputs that nobody makes", "EXACT_NAME_UNDEFINED", () => graph([quantise])],
    [
      "initialisers of the same name",
      "EXACT_NAME_INVALID",
      () => graph([quantise, relu], [makeFloats("one", [], [1]), makeFloats("one", [], [1])]),
    ],
    [
      "operator set 12",
      "EXACT_OPSET_UNSUPPORTED",
      () => makeModel(graph([quantise, relu]).graph ?? makeGraph([], [], []), { opset: 12 }),
    ],
    [
      "a file without an operator set",
      "EXACT_OPSET_UNSUPPORTED",
      () => ({ ...graph([quantise, relu]), opsetImport: [] }),
    ],
    [
      "a domain that is not imported",
      "EXACT_OPSET_UNSUPPORTED",
      () => graph([quantise, makeNode("Relu", ["q"], ["y"], {}, { domain: "other" })]),
    ],
    ["old files", "EXACT_VERSION_UNSUPPORTED", () => ({ ...graph([quantise, relu]), irVersion: 3n })],
    [
      "functions",
      "EXACT_FUNCTIONS_UNSUPPORTED",
      () => ({ ...graph([quantise, relu]), functions: [makeMessage("Function", { name: "f" })] }),
    ],
    [
      "sparse initialisers",
      "EXACT_SPARSE_UNSUPPORTED",
      () => ({
        ...graph([]),
        graph: {
          ...makeGraph([quantise, relu], [makeValue("x", "float32", [2, 2])], [makeValue("y", "uint8", [2, 2])]),
          sparseInitializer: [makeMessage("SparseTensor", {})],
        },
      }),
    ],
    [
      "subgraphs",
      "EXACT_SUBGRAPH_UNSUPPORTED",
      () => graph([quantise, makeNode("If", ["q"], ["y"], { then_branch: makeGraph([], [], []) })]),
    ],
    [
      "data in other files",
      "ONNX_TENSOR_EXTERNAL",
      () => graph([quantise, relu], [makeMessage("Tensor", { name: "one", dataType: 1, dataLocation: 1 })]),
    ],
    ["models that are not quantised", "EXACT_NOT_QUANTISED", () => graph([makeNode("Relu", ["x"], ["y"])])],
    [
      "outputs that depend on an input past the exact part",
      "EXACT_TAIL_READS_INPUT",
      () =>
        graph([
          quantise,
          makeNode("DequantizeLinear", ["q", "one"], ["d"]),
          makeNode("Softmax", ["x"], ["s"]),
          makeNode("Max", ["d", "s"], ["y"]),
        ]),
    ],
  ];
  for (const [title, code, build] of cases)
    it(title, () => {
      refuses(() => canonicalise(build()), code);
    });
  it("dynamic dimensions besides the first, unless they are given", () => {
    const s = new Sketch();
    const y = s.quantise(s.input("x", ["N", "T"]), 1, 0);
    const file = s.output(y, ["N", "T"], "uint8").model();
    refuses(() => canonicalise(file), "EXACT_SHAPE_UNKNOWN", /"T"/);
    canonicalise(file, { dims: { T: 7 } });
    refuses(() => canonicalise(file, { dims: { T: 0 } }), "EXACT_SHAPE_UNKNOWN");
  });
  it("tensors beyond the limits, before anything of their size is made", () => {
    const s = new Sketch();
    const y = s.quantise(s.input("x", [1 << 20, 1 << 20]), 1, 0);
    refuses(() => canonicalise(s.output(y, [1], "uint8").model()), "EXACT_TENSOR_TOO_LARGE");
  });
  it("computed constants beyond the limits, before they are computed", () => {
    const s = new Sketch();
    const x = s.dequantise(s.input("x", [4, 6], "uint8"), 1, 0);
    const y = s.quantise(s.node("Add", [x, s.node("ConstantOfShape", [s.ints([1 << 30, 1 << 30])])]), 1, 0);
    refuses(() => canonicalise(s.output(y, [4, 6], "uint8").model()), "EXACT_CONSTANT_TOO_LARGE", /constant/);
  });
  it("many computed constants, sums and targets, each of which is small", () => {
    const many = (count: number, make: (s: Sketch, i: number) => string) => {
      const s = new Sketch();
      const x = s.node("Identity", [s.input("x", [1], "uint8")]);
      const all = Array.from({ length: count }, (_, i) => make(s, i));
      s.node("Max", all, {}, { output: "z" });
      return s.output(x, [1], "uint8").output("z", [1]).model();
    };
    const ones = (s: Sketch) => s.node("ConstantOfShape", [s.ints([1 << 16])]);
    refuses(() => canonicalise(many(200, ones)), "EXACT_TOO_LARGE", /ConstantOfShape/);
    let weights: string | undefined;
    let sums: string | undefined;
    const columns = 1 << 17;
    const product = (s: Sketch) => {
      weights ??= s.bytes("uint8", Array(columns).fill(1), [1, columns]);
      return (sums ??= s.node("MatMulInteger", ["x", weights]));
    };
    const real = (s: Sketch, i: number) => s.node("DequantizeLinear", [product(s), s.floats([i + 1])]);
    refuses(() => canonicalise(many(200, real)), "EXACT_TOO_LARGE", /DequantizeLinear/);
    weights = sums = undefined;
    let one: string | undefined;
    const bytes = (s: Sketch, i: number) =>
      s.node("QuantizeLinear", [(one ??= real(s, 0)), s.floats([i + 1]), s.bytes("uint8", [0])]);
    refuses(() => canonicalise(many(200, bytes)), "EXACT_TOO_LARGE", /MatMulInteger/);
  });
  it("windows with more comparisons than an inference may have", () => {
    const s = new Sketch();
    const x = s.input("x", [1, 1, 8192, 8192], "uint8");
    const y = s.node("MaxPool", [x], { kernel_shape: [8191n, 8191n], pads: [4095n, 4095n, 4095n, 4095n] });
    refuses(() => canonicalise(s.output(y, [1], "uint8").model()), "EXACT_TOO_LARGE", /comparisons/);
  });
  it("windows whose sums nobody could post in a transaction", () => {
    const average = (side: number) => {
      const s = new Sketch();
      const x = s.dequantise(s.input("x", [1, 1, side, side], "uint8"), 1, 0);
      return s.output(s.quantise(s.node("GlobalAveragePool", [x]), 1, 0), [1, 1, 1, 1], "uint8").model();
    };
    refuses(() => canonicalise(average(129)), "EXACT_TOO_LARGE", /16641 words of activations .* at most 16384/);
    canonicalise(average(128));
  });
  it("paddings of any size, in bounded time", () => {
    const s = new Sketch();
    const huge = 1n << 27n;
    let x = s.dequantise(s.input("x", [1, 1, 1, 1], "uint8"), 1, 0);
    const attributes = { kernel_shape: [huge, 1n], dilations: [2n, 1n], pads: [huge - 1n, 0n, huge - 1n, 0n] };
    for (let i = 0; i < 1000; i++) x = s.node("MaxPool", [x], attributes);
    const y = s.quantise(x, 1, 0);
    refuses(() => canonicalise(s.output(y, [1], "uint8").model()), "EXACT_WINDOW_INVALID");
  });
  it("long chains in bounded time and without exhausting the stack", () => {
    const s = new Sketch();
    let x = s.node("Conv", [
      s.dequantise(s.input("x", [1, 1, 2, 2], "uint8"), 1, 0),
      s.weights(random(), [1, 1, 1, 1], [1]),
    ]);
    for (let i = 0; i < 5000; i++) x = s.node(i % 2 === 0 ? "Relu" : "Transpose", [x]);
    const y = s.quantise(x, 1, 0);
    refuses(() => canonicalise(s.output(y, [1, 1, 2, 2], "uint8").model()), "EXACT_OPERATOR_UNSUPPORTED", /256 others/);
  });
  it("functions that double with every operator", () => {
    const s = new Sketch();
    let x = s.dequantise(s.input("x", [4], "uint8"), 1, 0);
    for (let i = 0; i < 100; i++) x = s.node("Mul", [x, x]);
    const y = s.quantise(x, 1, 0);
    refuses(() => canonicalise(s.output(y, [4], "uint8").model()), "EXACT_OPERATOR_UNSUPPORTED", /at most 1024/);
  });
});
