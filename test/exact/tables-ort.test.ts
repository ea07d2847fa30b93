import assert from "node:assert/strict";
import * as ort from "onnxruntime-node";
import { apply, constant, tableOf, X } from "../../sdk/src/exact/canonicalise/table/index.ts";
import type { Expression, Quantisation } from "../../sdk/src/exact/canonicalise/table/index.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import {
  encodeModel,
  makeFloats,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeValue,
} from "../../sdk/src/onnx/index.ts";
import type { NodeProto, TensorProto } from "../../sdk/src/onnx/index.ts";

const OPSET = 22;
const ROUNDS = 12;
const random = createRandom(33);

/** An operator on x and constants; `inputs` holds "x", numbers, and null for an optional input that is missing. */
interface Case {
  readonly type: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, number | string>>;
  readonly inputs?: readonly ("x" | number | null)[];
  /** Whether x may only be 0 or more. */
  readonly positive?: boolean;
}

/** Operators that IEEE arithmetic fixes: ONNX Runtime must agree in every byte. */
const EXACT: readonly Case[] = [
  { type: "Identity" },
  { type: "Relu" },
  { type: "LeakyRelu" },
  { type: "LeakyRelu", attributes: { alpha: 0.3 } },
  { type: "PRelu", inputs: ["x", -0.7] },
  { type: "ThresholdedRelu", attributes: { alpha: 0.5 } },
  { type: "Abs" },
  { type: "Neg" },
  { type: "Floor" },
  { type: "Ceil" },
  { type: "Round" },
  { type: "Sign" },
  { type: "Sqrt", positive: true },
  { type: "Reciprocal", positive: true },
  { type: "Clip", inputs: ["x", -0.5, 1.5] },
  { type: "Clip", inputs: ["x", null, 6] },
  { type: "Clip", inputs: ["x", 0] },
  { type: "Add", inputs: ["x", 0.1] },
  { type: "Add", inputs: [0.1, "x"] },
  { type: "Add", inputs: ["x", "x"] },
  { type: "Sub", inputs: ["x", 0.1] },
  { type: "Sub", inputs: [0.1, "x"] },
  { type: "Mul", inputs: ["x", 1.7] },
  { type: "Mul", inputs: ["x", "x"] },
  { type: "Div", inputs: ["x", 1.7] },
  { type: "Div", inputs: [1.7, "x"], positive: true },
  { type: "Min", inputs: ["x", 0.5] },
  { type: "Max", inputs: ["x", 0.5, 0.7] },
  { type: "Sum", inputs: ["x", "x", 0.7] },
  { type: "Pow", inputs: ["x", 2] },
  { type: "Pow", inputs: ["x", 3] },
];

/** Operators that ONNX Runtime approximates in its own way on each CPU: at most one unit apart. */
const NEAR: readonly Case[] = [
  { type: "HardSigmoid" },
  { type: "HardSigmoid", attributes: { alpha: 0.25, beta: 0.1 } },
  { type: "HardSwish" },
  { type: "Sigmoid" },
  { type: "Tanh" },
  { type: "Exp" },
  { type: "Log", positive: true },
  { type: "Erf" },
  { type: "Elu", attributes: { alpha: 1.5 } },
  { type: "Selu" },
  { type: "Celu", attributes: { alpha: 2 } },
  { type: "Softplus" },
  { type: "Softsign" },
  { type: "Mish" },
  { type: "Gelu" },
  { type: "Gelu", attributes: { approximate: "tanh" } },
  { type: "Gelu", domain: "com.microsoft" },
  { type: "FastGelu", domain: "com.microsoft" },
  { type: "QuickGelu", domain: "com.microsoft" },
  { type: "QuickGelu", domain: "com.microsoft", attributes: { alpha: 1 } },
  { type: "Pow", inputs: ["x", 0.5], positive: true },
  { type: "Pow", inputs: ["x", 1.3], positive: true },
  { type: "Pow", inputs: ["x", 4] },
  { type: "Pow", inputs: [2, "x"] },
];

function expressionOf({ type, domain = "", attributes = {}, inputs = ["x"] }: Case): Expression {
  const args = inputs.map((input) => (input === "x" ? X : input === null ? undefined : constant(input)));
  return apply({ domain, type, opset: domain === "" ? OPSET : 1, attributes }, args);
}

/** All cases in one graph: every byte → DequantizeLinear → operator → QuantizeLinear, without optimisation. Gives the largest difference of each case from our table. */
async function differences(cases: readonly Case[], sources: readonly Quantisation[], targets: readonly Quantisation[]) {
  const nodes: NodeProto[] = [];
  const constants: TensorProto[] = [];
  const scalar = (name: string, value: number) => {
    constants.push(makeFloats(name, [], [value]));
    return name;
  };
  const quantisation = (name: string, { scale, zero }: Quantisation) => {
    constants.push(makeTensor(`${name}z`, "uint8", [], Uint8Array.of(zero)));
    return [scalar(`${name}s`, scale), `${name}z`];
  };
  const none: Quantisation = { scale: 1, zero: 0 };
  for (const [k, { type, domain = "", attributes = {}, inputs = ["x"] }] of cases.entries()) {
    nodes.push(makeNode("DequantizeLinear", ["x", ...quantisation(`s${k}`, sources[k] ?? none)], [`f${k}`]));
    const names = inputs.map((input, i) => {
      if (input === null) return "";
      return typeof input === "number" ? scalar(`c${k}_${i}`, input) : `f${k}`;
    });
    nodes.push(makeNode(type, names, [`g${k}`], attributes, { domain }));
    nodes.push(makeNode("QuantizeLinear", [`g${k}`, ...quantisation(`t${k}`, targets[k] ?? none)], [`y${k}`]));
  }
  const graph = makeGraph(
    nodes,
    [makeValue("x", "uint8", [256])],
    cases.map((_, k) => makeValue(`y${k}`, "uint8", [256])),
    constants,
  );
  const model = makeModel(graph, { opset: OPSET, domains: { "com.microsoft": 1 } });
  const session = await ort.InferenceSession.create(encodeModel(model), {
    graphOptimizationLevel: "disabled",
    extra: { session: { disable_quant_qdq: "1" } },
  });
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const results = await session.run({ x: new ort.Tensor("uint8", bytes, [256]) });
  await session.release();
  return cases.map((one, k) => {
    const ours = tableOf(expressionOf(one), sources[k] ?? none, targets[k] ?? none);
    const theirs = results[`y${k}`]?.data as Uint8Array;
    return Math.max(...ours.map((byte, x) => Math.abs(byte - (theirs[x] ?? NaN))));
  });
}

async function compare(cases: readonly Case[], most: number): Promise<void> {
  const quantisation = (zeros: readonly number[]): Quantisation => ({
    scale: Math.fround(2 ** random.between(-9, -2)),
    zero: random.pick(zeros),
  });
  for (let round = 0; round < ROUNDS; round++) {
    const zeros = [0, 128, 255, random.below(256)];
    const sources = cases.map(({ positive = false }) => quantisation(positive ? [0] : zeros));
    const targets = cases.map(() => quantisation(zeros));
    const found = await differences(cases, sources, targets);
    for (const [k, difference] of found.entries())
      assert.ok(
        difference <= most,
        JSON.stringify({ ...cases[k], source: sources[k], target: targets[k], difference }),
      );
  }
}

describe("tables are what ONNX Runtime computes between DequantizeLinear and QuantizeLinear", () => {
  it("in every byte, where arithmetic is exact", () => compare(EXACT, 0));
  it("within one unit, where a function is approximated", () => compare(NEAR, 1));
});
