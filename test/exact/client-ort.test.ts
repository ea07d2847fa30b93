import assert from "node:assert/strict";
import * as ort from "onnxruntime-node";
import { evaluate } from "../../sdk/src/exact/client/evaluate.ts";
import { fromTensor } from "../../sdk/src/exact/client/value.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { encodeModel, makeGraph, makeModel, makeNode, makeTensor, makeValue } from "../../sdk/src/onnx/index.ts";
import type { AttributeValue } from "../../sdk/src/onnx/index.ts";
import { fromElements } from "../../sdk/src/tensors/index.ts";
import type { DType, Tensor } from "../../sdk/src/tensors/index.ts";

const random = createRandom(1207);
const floats = (shape: number[], scale = 3) =>
  fromElements(
    "float32",
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal() * scale),
  );
const ofType = (dtype: DType, shape: number[], values: number[]) => fromElements(dtype, shape, values);
const ints = (...values: number[]) => ofType("int64", [values.length], values);
const scalar = (value: number) => ofType("float32", [], [value]);

interface Case {
  readonly inputs: readonly (Tensor | undefined)[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly outputs?: number;
  readonly opset?: number;
}

/** Name → type and value of each output, by ONNX Runtime. */
async function byOrt(operator: string, { inputs, attributes, outputs = 1, opset = 17 }: Case) {
  const names = inputs.map((input, k) => (input === undefined ? "" : `i${k}`));
  const results = Array.from({ length: outputs }, (_, k) => `o${k}`);
  const graph = makeGraph(
    // A plain graph input, since ONNX Runtime refuses a graph without one.
    [makeNode("Identity", ["any"], ["ignored"]), makeNode(operator, names, results, attributes)],
    [makeValue("any", "float32", [1])],
    [makeValue("ignored", "float32", [1])],
    inputs.flatMap((input, k) =>
      input === undefined ? [] : [makeTensor(`i${k}`, input.dtype, input.shape, input.bytes)],
    ),
  );
  // Output types are left out: ONNX Runtime infers them.
  const declared = results.map((name) => ({ name, docString: "", metadataProps: [] }));
  const file = encodeModel(makeModel({ ...graph, output: [...graph.output, ...declared] }, { opset }));
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  const answer = await session.run({ any: new ort.Tensor("float32", Float32Array.of(0), [1]) });
  await session.release();
  return results.map((name) => {
    const tensor = answer[name];
    assert.ok(tensor);
    const { type, data, dims } = tensor;
    return { type, shape: [...dims], data: Array.from(data as Float32Array, Number) };
  });
}

function byClient(operator: string, { inputs, attributes, outputs = 1 }: Case) {
  const values = new Map(
    inputs.flatMap((input, k) => (input === undefined ? [] : [[`i${k}`, fromTensor(input, `i${k}`)]])),
  );
  const results = Array.from({ length: outputs }, (_, k) => `o${k}`);
  const names = inputs.map((input, k) => (input === undefined ? "" : `i${k}`));
  evaluate([makeNode(operator, names, results, attributes)], values, new Set(results));
  return results
    .map((name) => values.get(name))
    .map((value) => {
      assert.ok(value);
      return { type: value.dtype, shape: [...value.shape], data: [...value.data] };
    });
}

/** Elementary functions of ONNX Runtime are approximations, ours are rounded once: a few units in the last place apart. */
const near = (a: number, b: number) => Object.is(a, b) || a === b || Math.abs(a - b) <= 2e-6 * Math.max(1, Math.abs(b));

const a234 = floats([2, 3, 4]);
const positive = fromElements("float32", [2, 3], [0.5, 1, 2, 3.25, 10, 0.001]);
const whole = ofType("int32", [2, 3], [7, -7, 5, -5, 0, 100]);
const bytes = ofType("uint8", [1, 2, 1, 2], [0, 255, 128, 3]);
const signed = ofType("int8", [1, 2, 1, 2], [-128, 127, 0, 3]);
const truth = ofType("bool", [2, 1], [1, 0]);
const unary = ["Abs", "Ceil", "Exp", "Floor", "Identity", "Neg", "Reciprocal", "Relu", "Sigmoid", "Tanh", "Round"];

const CASES: readonly (readonly [operator: string, Case])[] = [
  ...unary.map((operator) => [operator, { inputs: [a234] }] as const),
  ...["Log", "Sqrt"].map((operator) => [operator, { inputs: [positive] }] as const),
  ...["Add", "Sub", "Mul", "Div"].flatMap((operator) => [
    [operator, { inputs: [a234, floats([3, 1])] }] as const,
    [operator, { inputs: [floats([4]), a234] }] as const,
    [operator, { inputs: [whole, ofType("int32", [3], [2, -3, 4])] }] as const,
  ]),
  ["Pow", { inputs: [positive, scalar(2.5)] }],
  ["Pow", { inputs: [a234, scalar(2)] }],
  ["Min", { inputs: [a234, floats([3, 4]), floats([1])] }],
  ["Max", { inputs: [a234, floats([3, 4])] }],
  ["Clip", { inputs: [a234, scalar(-1), scalar(2)] }],
  ["Clip", { inputs: [a234, undefined, scalar(2)] }],
  ["LeakyRelu", { inputs: [a234], attributes: { alpha: 0.125 } }],
  ...["Greater", "Less", "Equal", "GreaterOrEqual", "LessOrEqual"].map(
    (operator) => [operator, { inputs: [whole, ofType("int32", [3], [7, -7, 100])] }] as const,
  ),
  ["And", { inputs: [truth, ofType("bool", [2], [1, 0])] }],
  ["Or", { inputs: [truth, ofType("bool", [2], [1, 0])] }],
  ["Not", { inputs: [truth] }],
  ["Where", { inputs: [truth, floats([1, 3]), floats([2, 3])] }],
  ["Cast", { inputs: [a234], attributes: { to: 7n } }],
  ["Cast", { inputs: [a234], attributes: { to: 9n } }],
  ["Cast", { inputs: [whole], attributes: { to: 1n } }],
  ["Cast", { inputs: [whole], attributes: { to: 3n } }],
  ["Softmax", { inputs: [a234] }],
  ["Softmax", { inputs: [a234], attributes: { axis: 1n } }],
  ["LogSoftmax", { inputs: [a234], attributes: { axis: 0n } }],
  ["ReduceMean", { inputs: [a234], attributes: { axes: [1n, -1n] } }],
  ["ReduceMean", { inputs: [a234, ints(0)], opset: 18 }],
  ["ReduceMax", { inputs: [a234], attributes: { keepdims: 0n } }],
  ["ReduceMin", { inputs: [a234], attributes: { axes: [0n], keepdims: 0n } }],
  ["ReduceL2", { inputs: [a234], attributes: { axes: [-1n] } }],
  ["ReduceSum", { inputs: [a234, ints(2)] }],
  ["ReduceSum", { inputs: [a234], attributes: { noop_with_empty_axes: 1n } }],
  ["ArgMax", { inputs: [a234], attributes: { axis: -1n } }],
  ["ArgMax", { inputs: [ofType("float32", [4], [1, 3, 3, 0])], attributes: { keepdims: 0n, select_last_index: 1n } }],
  ["ArgMin", { inputs: [a234], attributes: { axis: 1n, keepdims: 0n } }],
  ["TopK", { inputs: [a234, ints(2)], outputs: 2 }],
  ["TopK", { inputs: [a234, ints(2)], attributes: { axis: 1n, largest: 0n }, outputs: 2 }],
  ["TopK", { inputs: [ofType("float32", [5], [1, 4, 4, 1, 2]), ints(5)], outputs: 2 }],
  ["Reshape", { inputs: [a234, ints(0, -1)] }],
  ["Reshape", { inputs: [a234, ints(4, 3, 2)] }],
  ["Flatten", { inputs: [a234], attributes: { axis: 2n } }],
  ["Flatten", { inputs: [a234], attributes: { axis: 0n } }],
  ["Transpose", { inputs: [a234] }],
  ["Transpose", { inputs: [a234], attributes: { perm: [1n, 2n, 0n] } }],
  ["Concat", { inputs: [a234, floats([2, 1, 4]), floats([2, 2, 4])], attributes: { axis: -2n } }],
  ["Slice", { inputs: [a234, ints(1, -3), ints(2, 1000), ints(0, 2), ints(1, 2)] }],
  ["Slice", { inputs: [a234, ints(-1), ints(-1000), ints(2), ints(-1)] }],
  ["Slice", { inputs: [a234, ints(0, 1), ints(2, 3)] }],
  ["Split", { inputs: [a234], attributes: { axis: 2n }, outputs: 2 }],
  ["Split", { inputs: [a234, ints(1, 2)], attributes: { axis: 1n }, outputs: 2 }],
  ["Split", { inputs: [floats([7])], attributes: { num_outputs: 3n }, outputs: 3, opset: 18 }],
  ["Squeeze", { inputs: [floats([1, 3, 1]), ints(-1)] }],
  ["Squeeze", { inputs: [floats([1, 3, 1])] }],
  ["Unsqueeze", { inputs: [a234, ints(0, -1)] }],
  ["Gather", { inputs: [a234, ofType("int64", [2, 2], [0, -1, 2, 1])], attributes: { axis: 1n } }],
  ["Gather", { inputs: [a234, ofType("int64", [], [1])] }],
  ["Expand", { inputs: [floats([3, 1]), ints(2, 1, 4)] }],
  ["Shape", { inputs: [a234], attributes: { start: 1n, end: -1n } }],
  ["Constant", { inputs: [], attributes: { value: makeTensor("", "int8", [2], new Uint8Array([255, 1])) } }],
  ["Constant", { inputs: [], attributes: { value_floats: [1.5, 2] } }],
  ["Constant", { inputs: [], attributes: { value_int: 4n } }],
  ["QuantizeLinear", { inputs: [a234, scalar(0.03), ofType("uint8", [], [100])] }],
  ["QuantizeLinear", { inputs: [ofType("float32", [4], [0.5, 1.5, -2.5, 1e30]), scalar(1), ofType("int8", [], [3])] }],
  ["QuantizeLinear", { inputs: [a234, ofType("float32", [3], [0.1, 0.2, 1])], attributes: { axis: 1n } }],
  ["DequantizeLinear", { inputs: [bytes, scalar(0.1), ofType("uint8", [], [7])] }],
  [
    "DequantizeLinear",
    { inputs: [signed, ofType("float32", [2], [0.1, 7]), ofType("int8", [2], [-3, 3])], attributes: { axis: 1n } },
  ],
  ["DequantizeLinear", { inputs: [whole, scalar(0.001)] }],
  [
    "NonMaxSuppression",
    {
      inputs: [
        ofType("float32", [1, 4, 4], [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 2, 1, 3, 1, 1, 0.05, 0]),
        ofType("float32", [1, 2, 4], [0.9, 0.95, 0.5, 0.3, 0.1, 0.2, 0.8, 0.7]),
        ints(3),
        ofType("float32", [1], [0.5]),
        ofType("float32", [1], [0.15]),
      ],
    },
  ],
];

describe("the client's float operators and ONNX Runtime", () => {
  for (const [index, [operator, given]] of CASES.entries())
    it(`agree on ${operator} (${index})`, async () => {
      const [ours, theirs] = [byClient(operator, given), await byOrt(operator, given)];
      assert.equal(ours.length, theirs.length);
      ours.forEach((output, k) => {
        const expected = theirs[k];
        assert.ok(expected);
        assert.deepEqual([output.type, output.shape], [expected.type, expected.shape]);
        output.data.forEach((value, i) =>
          assert.ok(
            near(value, expected.data[i] ?? NaN),
            `${operator} element ${i}: ${value}, not ${expected.data[i]}`,
          ),
        );
      });
    });
});
