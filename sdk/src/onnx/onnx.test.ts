import assert from "node:assert/strict";
import { GliaError } from "../errors.ts";
import { makeFloats, makeGraph, makeInts, makeMessage, makeModel, makeNode, makeValue } from "./build.ts";
import { decodeModel } from "./decode.ts";
import { encodeModel } from "./encode.ts";
import { readSignature } from "./signature.ts";
import { DATA_LOCATION } from "./types.ts";

const external = makeMessage("Tensor", {
  name: "e",
  dims: [3n],
  dataType: 1,
  dataLocation: DATA_LOCATION.external,
  externalData: [{ key: "location", value: "weights.bin" }],
});
const typed = makeMessage("Tensor", {
  name: "t",
  floatData: new Float32Array([1.5, -2]),
  int32Data: new Int32Array([-1, 300]),
  int64Data: new BigInt64Array([-(2n ** 63n), 2n ** 40n]),
  uint64Data: new BigUint64Array([2n ** 64n - 1n]),
  doubleData: new Float64Array([Math.PI]),
});
const branch = makeGraph([makeNode("Constant", [], ["b"], { value: external })], [], []);
const model = makeModel(
  makeGraph(
    [
      makeNode("MatMul", ["x", "w"], ["y"]),
      makeNode("If", ["c"], ["z"], {
        then_branch: branch,
        axis: -1n,
        alpha: 0.5,
        mode: "é",
        pads: [0n, -9n],
        r: [1, 2],
      }),
    ],
    [makeValue("x", "float32", ["batch", 2, null]), makeValue("w", "float32", [2, 3])],
    [makeValue("y", "float32", ["batch", 3])],
    [makeFloats("w", [2, 3], [1, 2, 3, 4, 5, 6]), makeInts("i", [1], [-7]), typed],
  ),
  { domains: { "com.example": 1 } },
);
const bytes = encodeModel(model);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof GliaError, String(error));
    return error.code;
  }
  return "none";
}

const decodeCode = (file: Uint8Array, limits = {}) => codeOf(() => decodeModel(file, limits));

/** A length-delimited field around `inner`. */
function wrap(field: number, inner: readonly number[]): number[] {
  assert.ok(inner.length < 128);
  return [(field << 3) | 2, inner.length, ...inner];
}

/** A model whose graph consists of these bytes. */
const withGraph = (inner: readonly number[]) => new Uint8Array(wrap(7, inner));

describe("ONNX files", () => {
  it("come back as they were written, subgraphs, external and typed data included", () => {
    assert.deepEqual(decodeModel(bytes), model);
    assert.deepEqual(encodeModel(decodeModel(bytes)), bytes);
  });

  it("give plain arrays, not Buffers, also when read from a Buffer", () => {
    assert.equal(decodeModel(Buffer.from(bytes)).graph?.initializer[0]?.rawData?.constructor, Uint8Array);
  });

  it("may hold fields that the schema does not know, and numbers packed or one by one", () => {
    assert.equal(decodeModel(withGraph([0xf8, 0x07, 5, ...wrap(9, [1, 2])])).graph?.name, "");
    const tensor = wrap(5, [0x08, 2, ...wrap(1, [3, 4]), ...wrap(7, [1]), 0x38, 2]);
    const decoded = decodeModel(withGraph(tensor)).graph?.initializer[0];
    assert.deepEqual(decoded?.dims, [2n, 3n, 4n]);
    assert.deepEqual(decoded.int64Data, new BigInt64Array([1n, 2n]));
  });

  it("are refused where two readers could see two models", () => {
    assert.equal(decodeCode(new Uint8Array([...withGraph([]), ...withGraph([])])), "ONNX_MALFORMED", "graph twice");
    assert.equal(decodeCode(withGraph(wrap(2, [0xff]))), "ONNX_MALFORMED", "no UTF-8");
    const dimension = wrap(1, [0x08, 1, ...wrap(2, [65])]);
    assert.equal(decodeCode(withGraph(wrap(11, wrap(2, wrap(1, wrap(2, dimension)))))), "ONNX_MALFORMED", "two in one");
  });

  it("are refused when broken", () => {
    assert.equal(decodeCode(new Uint8Array()), "ONNX_MALFORMED", "no graph");
    assert.equal(decodeCode(new TextEncoder().encode("GIF89a, no model at all")), "ONNX_MALFORMED");
    assert.equal(decodeCode(withGraph([0x0b, 0x0b])), "ONNX_MALFORMED", "groups");
    assert.equal(decodeCode(withGraph([0x08, 1])), "ONNX_MALFORMED", "wrong wire type");
    assert.equal(decodeCode(withGraph(wrap(5, wrap(4, [1, 2, 3])))), "ONNX_MALFORMED", "three bytes of floats");
    assert.equal(decodeCode(withGraph(wrap(5, wrap(7, [0x80])))), "ONNX_MALFORMED", "a cut number");
    assert.equal(decodeCode(new Uint8Array([0x3a, 0xff, 0xff, 0xff, 0x7f])), "ONNX_MALFORMED", "a false length");
  });

  it("are refused over each limit", () => {
    assert.equal(decodeCode(bytes, { maxBytes: bytes.length - 1 }), "ONNX_TOO_LARGE");
    assert.equal(decodeCode(bytes, { maxMessages: 10 }), "ONNX_TOO_COMPLEX");
    assert.equal(decodeCode(bytes, { maxValues: 10 }), "ONNX_TOO_COMPLEX");
    let graph = makeGraph([], [], []);
    for (let level = 0; level < 40; level++)
      graph = makeGraph([makeNode("If", [], [], { then_branch: graph })], [], []);
    assert.equal(decodeCode(encodeModel(makeModel(graph))), "ONNX_TOO_DEEP");
  });

  it("take time in proportion to their length, also with numbers one by one", () => {
    const numbers = new Uint8Array(800_000).map((_, index) => (index % 2 === 0 ? 0x38 : 1));
    const length = [0x80 | (numbers.length & 0x7f), 0x80 | ((numbers.length >> 7) & 0x7f), numbers.length >> 14];
    const outer = numbers.length + 4;
    const file = [0x3a, 0x80 | (outer & 0x7f), 0x80 | ((outer >> 7) & 0x7f), outer >> 14, 0x2a, ...length];
    const tensor = decodeModel(Uint8Array.from([...file, ...numbers])).graph?.initializer[0];
    assert.equal(tensor?.int64Data?.length, 400_000);
  }).timeout(20_000);

  it("give a model or a named error for every truncation and 20,000 seeded mutations", () => {
    for (let length = 0; length < bytes.length; length++) decodeCode(bytes.subarray(0, length));
    let state = 1;
    const below = (limit: number) => (state = Math.imul(state, 48271) >>> 0) % limit;
    for (let round = 0; round < 20_000; round++) {
      const mutant = bytes.slice();
      for (let edit = 0; edit < 3; edit++) mutant[below(mutant.length)] = below(256);
      codeOf(() => readSignature(decodeModel(mutant)));
    }
  });
});

describe("readSignature", () => {
  const x = makeValue("x", "float32", [1]);
  const code = (inputs = [x], outputs = [x]) => codeOf(() => readSignature(makeModel(makeGraph([], inputs, outputs))));
  const ofType = (type: Parameters<typeof makeMessage<"Type">>[1]) =>
    makeMessage("ValueInfo", { name: "x", type: makeMessage("Type", type) });

  it("declares what no initializer fills, with dynamic dimensions", () => {
    assert.deepEqual(readSignature(model), {
      inputs: [{ name: "x", dtype: "float32", shape: ["batch", 2, null] }],
      outputs: [{ name: "y", dtype: "float32", shape: ["batch", 3] }],
    });
  });

  it("names what is wrong", () => {
    assert.equal(code(), "none");
    assert.equal(code([]), "MODEL_NO_INPUTS");
    assert.equal(code([x], []), "MODEL_NO_OUTPUTS");
    assert.equal(code([x, x]), "MODEL_NAME_INVALID");
    assert.equal(code([{ ...x, name: "" }]), "MODEL_NAME_INVALID");
    assert.equal(code([ofType({ sequenceType: {} })]), "MODEL_TYPE_UNSUPPORTED");
    assert.equal(code([ofType({ mapType: { keyType: 7 } })]), "MODEL_TYPE_UNSUPPORTED");
    assert.equal(code([ofType({ optionalType: {} })]), "MODEL_TYPE_UNSUPPORTED");
    assert.equal(code([ofType({ tensorType: { elemType: 8, shape: { dim: [] } } })]), "TENSOR_DTYPE_UNSUPPORTED");
    assert.equal(code([x], [ofType({ tensorType: { elemType: 1 } })]), "MODEL_SHAPE_MISSING");
    assert.equal(code([makeValue("x", "float32", [-2])]), "MODEL_SHAPE_INVALID");
  });
});
