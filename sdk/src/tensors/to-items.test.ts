import assert from "node:assert/strict";
import { encode as encodePng } from "fast-png";
import { describe, it } from "mocha";
import type { ModelSignature, TensorInfo } from "../onnx/index.ts";
import { fromElements, labelTable, readElements, toItems, toNpy, toNpz } from "./index.ts";
import type { DType, InputFile, Item } from "./index.ts";

const info = (name: string, shape: (number | string | null)[], dtype: DType = "float32"): TensorInfo => ({
  name,
  dtype,
  shape,
});
const model = (...inputs: TensorInfo[]): ModelSignature => ({ inputs, outputs: [] });
const array = (shape: number[], dtype: DType = "float32") =>
  fromElements(
    dtype,
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  );
const file = (name: string, content: Uint8Array | string, input?: string): InputFile => ({
  name,
  bytes: typeof content === "string" ? new TextEncoder().encode(content) : content,
  ...(input === undefined ? {} : { input }),
});
const shown = (items: Item[]) =>
  items.map((item) =>
    Object.fromEntries([...item].map(([name, t]) => [name, { shape: t.shape, values: [...readElements(t)] }])),
  );
const one = model(info("x", ["N", 2]));
const two = model(info("b", [1, 2]), info("1", [1], "int64"));

describe("toItems", () => {
  it("cuts arrays by the model's shape", () => {
    const cases: [(number | string | null)[], number[], number, number[]][] = [
      [["N", 2], [3, 2], 3, [1, 2]],
      [[null, 2], [2], 1, [1, 2]],
      [[1, 2], [3, 2], 3, [1, 2]],
      [[1, 2], [1, 2], 1, [1, 2]],
      [[4, 2], [4, 2], 1, [4, 2]],
      [[4, 2], [3, 4, 2], 3, [4, 2]],
      [[], [], 1, []],
      [[], [5], 5, []],
      [["N", "T", 2], [2, 7, 2], 2, [1, 7, 2]],
    ];
    for (const [shape, came, count, each] of cases) {
      const items = toItems([{ arrays: { x: array(came) } }], model(info("x", shape)));
      assert.equal(items.length, count, JSON.stringify([shape, came]));
      assert.deepEqual(
        items.map((item) => item.get("x")?.shape),
        Array.from({ length: count }, () => each),
      );
      assert.deepEqual(
        items.flatMap((item) => [...readElements(item.get("x") ?? array([]))]),
        [...readElements(array(came))],
      );
    }
    const whole = toItems([{ arrays: { x: array([7]) } }], model(info("x", ["T"])), { whole: true });
    assert.deepEqual(
      whole.map((item) => item.get("x")?.shape),
      [[7]],
    );
  });

  it("reads npy, npz and JSON by content, in declared order", () => {
    const expected = [
      { b: { shape: [1, 2], values: [0, 1] }, "1": { shape: [1], values: [0n] } },
      { b: { shape: [1, 2], values: [2, 3] }, "1": { shape: [1], values: [1n] } },
    ];
    const b = array([2, 2]);
    const ids = array([2], "int64");
    const sources: InputFile[][] = [
      [file("dir/1.npy", toNpy(ids)), file("b.npy", toNpy(b))],
      [file("first", toNpy(ids), "1"), file("second", toNpy(b), "b")],
      [
        file(
          "all.npz",
          toNpz(
            new Map([
              ["1", ids],
              ["b", b],
            ]),
          ),
        ),
      ],
      [file("all.json", '{"1":["0",1],"b":[[0,1],[2,3]]}')],
      [file("list.json", '[{"1":[0],"b":[0,1]},{"b":[[2,3]],"1":[1]}]')],
      [file("half.json", '{"1":[0,1]}'), file("b.json", "[[0,1],[2,3]]")],
    ];
    for (const source of sources) {
      const items = toItems(source, two);
      assert.deepEqual(shown(items), expected, source[0]?.name);
      assert.deepEqual(
        items.map((item) => [...item.keys()]),
        [
          ["b", "1"],
          ["b", "1"],
        ],
      );
    }
    assert.equal(toItems([file("any.npz", toNpz(new Map([["arr_0", array([5, 2])]])))], one).length, 5);
    assert.equal(toItems([file("any.json", "[[1,2],[3,4]]"), file("more.npy", toNpy(array([3, 2])))], one).length, 5);
  });

  it("takes pictures one by one for the input that can hold one", () => {
    const picture = encodePng({ width: 2, height: 2, channels: 1, depth: 8, data: Uint8Array.of(0, 1, 2, 3) });
    const signature = model(info("image", ["N", 1, 2, 2], "uint8"), info("threshold", [], "float32"));
    const items = toItems(
      [file("a.png", picture), file("b.png", picture), { arrays: { threshold: [0.5, 0.25] } }],
      signature,
    );
    assert.deepEqual(
      items.map((item) => [...readElements(item.get("image") ?? array([]))]),
      [
        [0, 1, 2, 3],
        [0, 1, 2, 3],
      ],
    );
    assert.deepEqual(
      items.map((item) => [...readElements(item.get("threshold") ?? array([]))]),
      [[0.5], [0.25]],
    );
  });

  it("says which input, what came and what is right", () => {
    const bad: [
      (InputFile | { arrays: Record<string, ReturnType<typeof array>> })[],
      ModelSignature,
      string,
      RegExp,
    ][] = [
      [[{ arrays: { x: array([3, 3]) } }], one, "TENSOR_SHAPE_MISMATCH", /"x" takes shape \[N, 2\], but \[3, 3\]/],
      [[{ arrays: { x: array([3, 2], "float64") } }], one, "TENSOR_DTYPE_MISMATCH", /"x" takes float32, but float64/],
      [[{ arrays: { y: array([3, 2]) } }], one, "TENSOR_UNKNOWN_INPUT", /no input "y"; it takes "x"/],
      [[{ arrays: { b: array([1, 2]) } }], two, "TENSOR_MISSING_INPUT", /input "1"/],
      [[], one, "TENSOR_MISSING_INPUT", /"x"/],
      [
        [{ arrays: { b: array([1, 2]), "1": array([2], "int64") } }],
        two,
        "TENSOR_COUNT_MISMATCH",
        /"b" has 1 items, but input "1" has 2/,
      ],
      [[{ arrays: { x: array([0, 2]) } }], one, "TENSOR_EMPTY", /\[0, 2\]/],
      [
        [{ arrays: { x: array([2, 3]) } }, { arrays: { x: array([2, 4]) } }],
        model(info("x", ["N", "T"])),
        "TENSOR_SHAPES_DIFFER",
        /\[1, 3\] in item 0, but \[1, 4\] in item 2/,
      ],
      [[file("photo.bin", "\u0001\u0002")], one, "INPUT_FILE_UNKNOWN", /photo\.bin: .*npy/],
      [[file("m.npy", toNpy(array([2, 2])))], two, "TENSOR_UNKNOWN_INPUT", /no input "m"/],
      [[file("x.json", '{"x":[[1,2],[3]]}')], one, "TENSOR_JSON_INVALID", /x\.json: .*ragged/],
      [[file("x.npy", toNpy(array([2, 2])).subarray(0, 60))], one, "NPY_INVALID", /x\.npy/],
    ];
    for (const [sources, signature, code, message] of bad)
      assert.throws(() => toItems(sources, signature), { name: "GliaError", code, message }, code);
    assert.equal(
      toItems([{ arrays: { x: array([3, 2], "float64") } }], one, { cast: true })[0]?.get("x")?.dtype,
      "float32",
    );
  });
});

describe("labelTable", () => {
  const outputs: Item[] = [
    new Map([["scores", fromElements("float32", [1, 3], [1, 5, 5])]]),
    new Map([["scores", fromElements("float32", [1, 3], [3, -1, 2])]]),
  ];

  it("lists the best classes, equal scores in order of index", () => {
    const rows = labelTable(outputs, { labels: ["a", "b", "c"], top: 2 });
    assert.deepEqual(
      rows.map(({ top }) => top.map(({ label, score }) => [label, score])),
      [
        [
          ["b", 5],
          ["c", 5],
        ],
        [
          ["a", 3],
          ["c", 2],
        ],
      ],
    );
    assert.deepEqual(
      labelTable(outputs).map(({ item, top }) => [item, top[0]?.label]),
      [
        [0, "1"],
        [1, "0"],
      ],
    );
  });

  it("refuses a wrong number of labels and an unclear output", () => {
    assert.throws(() => labelTable(outputs, { labels: ["a"] }), { code: "LABELS_MISMATCH" });
    assert.throws(() => labelTable(outputs, { output: "x" }), { code: "OUTPUT_UNKNOWN" });
    assert.throws(() => labelTable([new Map([...outputs[0]!, ["more", fromElements("bool", [], [1])]])]), {
      code: "OUTPUT_UNKNOWN",
    });
  });
});
