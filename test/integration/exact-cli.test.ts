/** `glia exact` as its user runs it: real processes, good and bad files. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { encodeModel, makeFloats, makeGraph, makeModel, makeNode, makeValue, toNpy } from "@glia/sdk";
import { canonicalise, exactModelId } from "@glia/sdk/exact";

import { Sketch } from "../../sdk/src/exact/canonicalise/testing/sketch.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { runGlia } from "./cli-world.ts";
import { exactFile, exactItems } from "./exact-jobs.ts";

/** y = relu(conv(x)) in float32, with inputs of [N, 2, 6, 6]. */
function floatFile(): Uint8Array {
  const random = createRandom(11);
  const weights = Array.from({ length: 4 * 2 * 9 }, () => random.between(-0.5, 0.5));
  const nodes = [
    makeNode("Conv", ["x", "w", "b"], ["c"], { pads: [1n, 1n, 1n, 1n] }, { name: "conv" }),
    makeNode("Relu", ["c"], ["y"], {}, { name: "relu" }),
  ];
  const initializers = [makeFloats("w", [4, 2, 3, 3], weights), makeFloats("b", [4], [0.1, -0.1, 0.2, 0])];
  const [x, y] = [makeValue("x", "float32", ["N", 2, 6, 6]), makeValue("y", "float32", ["N", 4, 6, 6])];
  return encodeModel(makeModel(makeGraph(nodes, [x], [y], initializers), { opset: 17 }));
}

/** An exact beginning, and a float operator in the middle that has no exact form. */
function brokenFile(): Uint8Array {
  const s = new Sketch();
  const x = s.pair(s.input("x", ["N", 4]), 1 / 32, 128);
  const odd = s.node("LpNormalization", [x], {}, { name: "odd one" });
  const gemm = s.node("Gemm", [s.pair(odd, 1 / 32, 128), s.weights(createRandom(1), [4, 4], [1 / 64])], {});
  s.output(s.node("Identity", [s.pair(gemm, 1 / 16, 128)], {}, { output: "y" }), ["N", 4]);
  return encodeModel(s.model());
}

describe("glia exact", function () {
  this.timeout(180_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "glia-exact-"));
    writeFileSync(join(folder, "exact.onnx"), exactFile(1));
    writeFileSync(join(folder, "float.onnx"), floatFile());
    writeFileSync(join(folder, "broken.onnx"), brokenFile());
    writeFileSync(join(folder, "no.onnx"), "no model");
    mkdirSync(join(folder, "samples"));
    exactItems(12, 5).forEach((item, index) => {
      const tensor = item.get("x");
      if (tensor !== undefined) writeFileSync(join(folder, "samples", `${index}.npy`), toNpy(tensor));
    });
    writeFileSync(join(folder, "samples", "readme.txt"), "not a sample");
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function json(args: readonly string[], code = 0): Promise<Record<string, unknown>> {
    const ended = await runGlia(folder, ["exact", ...args, "--json"]);
    assert.equal(ended.code, code, `${ended.stdout}${ended.stderr}`);
    return ended.json();
  }

  async function errorOf(
    args: readonly string[],
    code: number,
  ): Promise<{ code: string; message: string; hint: string; details: object }> {
    // prettier-ignore
    const { ok, error } = await json(args, code);
    assert.equal(ok, false);
    return error as { code: string; message: string; hint: string; details: object };
  }

  it("inspect shows ports, nodes, cost and id", async () => {
    const shown = await json(["inspect", "exact.onnx"]);
    assert.equal(shown["modelId"], await exactModelId(canonicalise(exactFile(1)).model));
    const nodes = shown["nodes"] as { kind: string; name: string; weights: number; multiplierBits: number }[];
    assert.deepEqual(
      nodes.map(({ kind }) => kind),
      ["Contract", "Contract", "AddMul", "MaxPool"],
    );
    assert.deepEqual([nodes[0]?.name, nodes[0]?.weights, nodes[0]?.multiplierBits], ["first", 72, 1]);
    assert.deepEqual(shown["cost"], {
      multiplyAdds: 36 * (72 + 144),
      activationBytes: 36 * (2 + 4 + 4 + 4) + 36,
      weightBytes: 72 + 144,
      longestDotProductWords: 9,
    });
    assert.deepEqual(shown["client"], {
      head: ["QuantizeLinear"],
      tail: ["DequantizeLinear", "Identity"],
      unsupported: [],
    });
    const text = await runGlia(folder, ["exact", "inspect", "exact.onnx"]);
    assert.match(text.stdout, /^Exact model 0x[0-9a-f]{64}\n {2}input {4}\S+ uint8 \[1, 2, 6, 6\]/);
  });

  it("inspect names the node that is in the way, and ends with code 3", async () => {
    const [odd, ...others] = await Promise.all([
      errorOf(["inspect", "broken.onnx"], 3),
      errorOf(["inspect", "float.onnx"], 3),
      errorOf(["inspect", "no.onnx"], 3),
      errorOf(["inspect", "missing.onnx"], 3),
      errorOf(["inspect", "exact.onnx", "--dim", "N"], 2),
    ]);
    assert.match(odd.message, /"odd one" \(LpNormalization\)/);
    assert.deepEqual(odd.details, { node: "odd one", operator: "LpNormalization" });
    assert.ok(odd.hint.length > 0);
    const codes = others.map(({ code }) => code);
    assert.deepEqual([codes[0], ...codes.slice(2)], ["EXACT_NOT_QUANTISED", "FILE_UNREADABLE", "USAGE"]);
    const batch = await json(["inspect", "exact.onnx", "--dim", "N=2"]);
    assert.deepEqual((batch["inputs"] as { dims: number[] }[])[0]?.dims, [2, 2, 6, 6]);
  });

  it("quantize makes an exact model near the float one, and replaces nothing unasked", async () => {
    const args = ["quantize", "float.onnx", "--calibrate", "samples", "--output", "made.onnx"];
    const made = await json(args);
    const file = new Uint8Array(readFileSync(join(folder, "made.onnx")));
    assert.equal(made["modelId"], await exactModelId(canonicalise(file).model));
    const report = made["report"] as { samples: number; outputs: { name: string; cosine: number }[] };
    assert.equal(report.samples, 12);
    assert.equal(report.outputs[0]?.name, "y");
    assert.ok((report.outputs[0]?.cosine ?? 0) > 0.999, JSON.stringify(report.outputs));
    assert.equal((await errorOf(args, 2)).code, "FILE_EXISTS");
    const forced = await json([...args, "--force", "--method", "percentile", "--percentile", "99.9", "--samples", "5"]);
    assert.equal((forced["report"] as { samples: number }).samples, 5);
    const text = await runGlia(folder, ["exact", ...args, "--force"]);
    assert.match(text.stdout, /Calibrated on 12 samples[^]*Exact model 0x[0-9a-f]{64}\nWritten to made\.onnx\n$/);
    assert.equal(readdirSync(folder).filter((name) => name.endsWith(".part")).length, 0);
  });

  it("quantize refuses what it cannot read or write, and leaves no file", async () => {
    mkdirSync(join(folder, "empty"));
    const quantize = (model: string, samples: readonly string[], code: number, ...more: readonly string[]) =>
      errorOf(["quantize", model, ...samples, "--output", "none.onnx", ...more], code);
    const samples = ["--calibrate", "samples"];
    const refused = await Promise.all([
      quantize("float.onnx", ["--calibrate", "empty"], 3),
      quantize("float.onnx", ["--calibrate", "nowhere"], 3),
      quantize("float.onnx", samples, 3, "--output", "nowhere/made.onnx"),
      quantize("float.onnx", [], 2),
      quantize("float.onnx", samples, 2, "--percentile", "7"),
      quantize("float.onnx", samples, 2, "--method", "minmax", "--percentile", "99"),
      quantize("float.onnx", ["--calibrate", "no.onnx"], 3),
      quantize("no.onnx", samples, 3),
    ]);
    assert.deepEqual(refused.map(({ code }) => code).slice(0, 5), [
      "CALIBRATION_EMPTY",
      "FILE_UNREADABLE",
      "FILE_UNWRITABLE",
      "USAGE",
      "USAGE",
    ]);
    assert.ok(!existsSync(join(folder, "none.onnx")));
  });

  it("explains itself", async () => {
    const commands = [[], ["inspect"], ["quantize"]];
    const texts = await Promise.all(commands.map((command) => runGlia(folder, ["exact", ...command, "--help"])));
    assert.match(texts[0]?.stdout ?? "", /inspect[^]*quantize/);
    for (const { stdout } of texts.slice(1)) assert.match(stdout, /Examples:\n {2}\$ glia exact/);
  });
});
