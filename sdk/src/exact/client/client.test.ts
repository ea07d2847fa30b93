import assert from "node:assert/strict";
import { GliaError } from "../../errors.ts";
import { makeInts, makeNode } from "../../onnx/index.ts";
import type { NodeProto, TensorInfo } from "../../onnx/index.ts";
import { createTensor, fromElements, readElements } from "../../tensors/index.ts";
import type { Item, Tensor } from "../../tensors/index.ts";
import type { Port } from "../model.ts";
import { evaluate } from "./evaluate.ts";
import { runHead, runTail } from "./index.ts";
import type { ClientModel } from "./index.ts";
import { fromTensor } from "./value.ts";

const scalar = (dtype: "float32" | "uint8" | "int8", value: number) => fromElements(dtype, [], [value]);
const info = (name: string, dtype: TensorInfo["dtype"], ...shape: (number | null)[]): TensorInfo => ({
  name,
  dtype,
  shape,
});
const port = (name: string, dims: readonly number[]): Port => ({
  name,
  tensor: 0,
  dims,
  shape: { n: 1, h: 1, w: 1, c: dims.at(-1) ?? 1 },
  scale: 0.5,
  zero: 10,
});

/** x [1, 3] float → u8 "q"; u8 "r" → softmax "y". */
const model: ClientModel = {
  model: { inputs: [port("q", [1, 3])], outputs: [port("r", [1, 2])] },
  head: {
    nodes: [makeNode("Div", ["x", "d"], ["z"]), makeNode("QuantizeLinear", ["z", "s", "o"], ["q"])],
    constants: new Map([
      ["d", scalar("float32", 2)],
      ["s", scalar("float32", 0.5)],
      ["o", scalar("uint8", 10)],
    ]),
    inputs: [info("x", "float32", null, 3)],
    outputs: [info("q", "uint8", 1, 3)],
  },
  tail: {
    nodes: [makeNode("DequantizeLinear", ["r", "s", "o"], ["f"]), makeNode("Softmax", ["f"], ["y"])],
    constants: new Map([
      ["s", scalar("float32", 0.5)],
      ["o", scalar("uint8", 10)],
    ]),
    inputs: [info("r", "uint8", 1, 2)],
    outputs: [info("y", "float32", 1, 2)],
  },
};

const values = (item: Item, name: string) => {
  const tensor = item.get(name);
  assert.ok(tensor);
  return [...readElements(tensor)];
};
const floats = (...numbers: number[]) => fromElements("float32", [1, numbers.length], numbers);
const item = (name: string, tensor: Tensor): Item => new Map([[name, tensor]]);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof GliaError, String(error));
    return error.code;
  }
  return "none";
}

/** The model with a head of these nodes only. */
const withHead = (nodes: readonly NodeProto[], x: TensorInfo = info("x", "float32", 1, 3)): ClientModel => ({
  ...model,
  head: { ...model.head, nodes, inputs: [x] },
});
const headCode = (nodes: readonly NodeProto[], x = floats(1, 2, 3)) =>
  codeOf(() => runHead(withHead(nodes), item("x", x)));

describe("the client's float parts", () => {
  it("scale, round a half to the even number and saturate on the way in", () => {
    const sent = runHead(model, item("x", floats(2.5, -1.5, 1e9)));
    // 2.5 / 2 / 0.5 = 2.5 → 2; -1.5 / 2 / 0.5 = -1.5 → -2
    assert.deepEqual([values(sent, "q"), sent.get("q")?.shape, sent.get("q")?.dtype], [[12, 8, 255], [1, 3], "uint8"]);
  });

  it("dequantise and finish on the way out", () => {
    const [a, b] = values(runTail(model, item("r", fromElements("uint8", [1, 2], [12, 10]))), "y") as number[];
    assert.equal(a, Math.fround(Math.E / (Math.E + 1)));
    assert.equal(b, Math.fround(1 / (Math.E + 1)));
  });

  it("pass bytes through where the file takes and gives bytes, i8 as u8 with another zero point", () => {
    const bytes: ClientModel = {
      model: { inputs: [port("x", [1, 3])], outputs: [port("y", [1, 3])] },
      head: { nodes: [], constants: new Map(), inputs: [info("x", "int8", 1, 3)], outputs: [info("x", "int8", 1, 3)] },
      tail: { nodes: [], constants: new Map(), inputs: [info("y", "int8", 1, 3)], outputs: [info("y", "int8", 1, 3)] },
    };
    const sent = runHead(bytes, item("x", fromElements("int8", [1, 3], [-128, 0, 127])));
    assert.deepEqual(values(sent, "x"), [0, 128, 255]);
    const got = runTail(bytes, item("y", fromElements("uint8", [1, 3], [0, 128, 255])));
    assert.deepEqual([values(got, "y"), got.get("y")?.dtype], [[-128, 0, 127], "int8"]);
  });

  it("name what is missing or of another type or shape", () => {
    assert.equal(
      codeOf(() => runHead(model, new Map())),
      "EXACT_CLIENT_INPUT_MISSING",
    );
    assert.equal(
      codeOf(() => runHead(model, item("x", floats(1, 2)))),
      "EXACT_CLIENT_INPUT_MISMATCH",
    );
    const integers = fromElements("int32", [1, 3], [1, 2, 3]);
    assert.equal(
      codeOf(() => runHead(model, item("x", integers))),
      "EXACT_CLIENT_INPUT_MISMATCH",
    );
    // The head's first dimension is free, but the port's is 1.
    const two = fromElements("float32", [2, 3], [1, 2, 3, 4, 5, 6]);
    assert.equal(
      codeOf(() => runHead(model, item("x", two))),
      "EXACT_CLIENT_INPUT_MISMATCH",
    );
    assert.equal(
      codeOf(() => runTail(model, new Map())),
      "EXACT_CLIENT_INPUT_MISSING",
    );
    assert.equal(
      codeOf(() => runTail(model, item("r", fromElements("uint8", [2], [1, 2])))),
      "EXACT_CLIENT_INPUT_MISMATCH",
    );
  });

  it("refuse NaN, which no byte stands for, and saturate infinity", () => {
    assert.equal(
      codeOf(() => runHead(model, item("x", floats(1, NaN, 3)))),
      "EXACT_CLIENT_NAN",
    );
    assert.deepEqual(values(runHead(model, item("x", floats(-Infinity, Infinity, 0))), "q"), [0, 255, 10]);
  });

  it("name node and operator of what they do not compute", () => {
    assert.throws(
      () => runHead(withHead([makeNode("Einsum", ["x"], ["q"], {}, { name: "odd" })]), item("x", floats(1, 2, 3))),
      (error: unknown) =>
        error instanceof GliaError && error.code === "EXACT_CLIENT_OPERATOR" && /"odd".*Einsum/.test(error.message),
    );
    assert.equal(headCode([makeNode("toString", ["x"], ["q"])]), "EXACT_CLIENT_OPERATOR");
    assert.equal(headCode([makeNode("Relu", ["x"], ["q"], {}, { domain: "com.example" })]), "EXACT_CLIENT_OPERATOR");
  });

  it("refuse shapes, attributes and sizes that cannot be", () => {
    const constants = (name: string, ...numbers: (number | bigint)[]) =>
      makeNode("Constant", [], [name], { value: makeInts("", [numbers.length], numbers) });
    const shaped = (...dims: (number | bigint)[]) => [
      constants("shape", ...dims),
      makeNode("Reshape", ["x", "shape"], ["q"]),
    ];
    assert.equal(headCode(shaped(2, 2)), "EXACT_CLIENT_SHAPE");
    assert.equal(headCode(shaped(-1, -1)), "EXACT_CLIENT_SHAPE");
    assert.equal(headCode(shaped(-1, 0, 7)), "EXACT_CLIENT_SHAPE");
    assert.equal(
      headCode([constants("shape", 1 << 20, 1 << 20, 3), makeNode("Expand", ["x", "shape"], ["q"])]),
      "EXACT_CLIENT_LIMIT",
    );
    assert.equal(headCode([makeNode("Softmax", ["x"], ["q"], { axis: 2n })]), "EXACT_CLIENT_SHAPE");
    assert.equal(headCode([makeNode("Softmax", ["x"], ["q"], { axis: 1.5 })]), "EXACT_CLIENT_ATTRIBUTE");
    assert.equal(headCode([makeNode("Softmax", ["x"], ["q"], { axis: 2n ** 60n })]), "EXACT_CLIENT_ATTRIBUTE");
    assert.equal(headCode([makeNode("Cast", ["x"], ["q"], { to: 10n })]), "EXACT_CLIENT_TYPE");
    assert.equal(headCode([makeNode("Cast", ["x"], ["q"], { to: 7n })], floats(1, NaN, 3)), "EXACT_CLIENT_NAN");
    assert.equal(headCode([makeNode("Add", ["x", "nowhere"], ["q"])]), "EXACT_CLIENT_INPUT_MISSING");
    assert.equal(headCode([makeNode("Add", ["x"], ["q"])]), "EXACT_CLIENT_INPUT_MISSING");
    assert.equal(
      headCode([constants("a", 1), constants("b", 0), makeNode("Div", ["a", "b"], ["q"])]),
      "EXACT_CLIENT_DIVISION",
    );
  });

  it("bound the work of a part that grows at every node", () => {
    const x = fromTensor(floats(1, 2, 3), "x");
    const chain = Array.from({ length: 50 }, (_, k) => makeNode("Neg", [k === 0 ? "x" : `t${k - 1}`], [`t${k}`]));
    const run = (maxWork: number) => codeOf(() => evaluate(chain, new Map([["x", x]]), new Set(), maxWork));
    assert.deepEqual([run(300), run(299)], ["none", "EXACT_CLIENT_LIMIT"]);
  });

  it("bound the pairs of boxes that are compared", () => {
    const boxes = fromTensor(createTensor("float32", [1, 8200, 4], new Uint8Array(8200 * 16)), "boxes");
    const scores = fromTensor(createTensor("float32", [1, 1, 8200], new Uint8Array(8200 * 4)), "scores");
    const most = fromTensor(createTensor("int64", [], new Uint8Array(new BigInt64Array([9000n]).buffer)), "most");
    const given = new Map([
      ["boxes", boxes],
      ["scores", scores],
      ["most", most],
    ] as const);
    const node = makeNode("NonMaxSuppression", ["boxes", "scores", "most"], ["kept"]);
    assert.equal(
      codeOf(() => evaluate([node], new Map(given), new Set())),
      "EXACT_CLIENT_LIMIT",
    );
  });
});
