import assert from "node:assert/strict";
import * as ort from "onnxruntime-node";
import { runLaw } from "../../sdk/src/exact/law/index.ts";
import { FILL, sizeOf } from "../../sdk/src/exact/model.ts";
import type { ContractNode, ExactModel, ExactNode, Port, Shape } from "../../sdk/src/exact/model.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { createExactRunner } from "../../sdk/src/exact/runtime/index.ts";
import type { OrtModule, OrtSession, OrtTensor } from "../../sdk/src/exact/runtime/index.ts";
import { decodeModel } from "../../sdk/src/onnx/index.ts";
import { randomModel } from "./commit-models.ts";

const random = createRandom(4711);
const image = (h: number, w: number, c: number): Shape => ({ n: 1, h, w, c });
const port = (name: string, tensor: number, shape: Shape): Port => {
  const { n, h, w, c } = shape;
  return { name, tensor, dims: [n, c, h, w], shape, scale: 1, zero: 0 };
};
const window = (kernel: number, stride: number, pad: number) => ({
  kernelH: kernel,
  kernelW: kernel,
  strideH: stride,
  strideW: stride,
  dilationH: 1,
  dilationW: 1,
  padTop: pad,
  padLeft: pad,
});

function convolution(inputs: number[], from: number, shape: Shape): ContractNode {
  return {
    kind: "Contract",
    inputs,
    shape,
    ...window(3, 1, 1),
    groups: 1,
    xZero: 128,
    wZero: 64,
    yZero: 100,
    weights: random.bytes(shape.c * 9 * from).map((value) => value & 127),
    bias: Int32Array.from({ length: shape.c }, () => random.below(1000)),
    multipliers: new Float32Array(shape.c).fill(0.003),
  };
}

/** All six kinds; tensor 0 is the input. Nodes 0 and 2 are read far behind them, node 6's tensor by nobody. */
const NODES: readonly ExactNode[] = [
  convolution([0], 3, image(8, 8, 8)),
  { kind: "Table", inputs: [1], shape: image(8, 8, 8), table: random.bytes(256) },
  { kind: "MaxPool", inputs: [2], shape: image(4, 4, 8), ...window(2, 2, 0) },
  convolution([2], 8, image(8, 8, 8)),
  {
    kind: "AddMul",
    inputs: [4, 4],
    shape: image(8, 8, 8),
    operation: "mul",
    aFactor: 1,
    bFactor: 1,
    aZero: 100,
    bZero: 100,
    yZero: 3,
    multiplier: 0.0625,
  },
  {
    kind: "AddMul",
    inputs: [1, 5],
    shape: image(8, 8, 8),
    operation: "add",
    aFactor: 37,
    bFactor: 64,
    aZero: 100,
    bZero: 3,
    yZero: 8,
    multiplier: 2 ** -6,
  },
  { kind: "Table", inputs: [3], shape: image(4, 4, 8), table: random.bytes(256) },
  {
    kind: "Move",
    mode: "view",
    inputs: [6],
    shape: image(4, 4, 8),
    base: 7 * 8 + 64 * 7,
    digits: [
      { radix: 4, stride: -128 },
      { radix: 4, stride: -16 },
      { radix: 8, stride: 1 },
    ],
  },
  {
    kind: "Move",
    mode: "select",
    inputs: [8, 3],
    shape: image(4, 4, 17),
    outer: 16,
    inner: 1,
    fill: 9,
    sources: Uint32Array.of(...Array.from({ length: 16 }, (_, k) => (k >> 3) * 2 ** 24 + (k & 7)), FILL),
  },
  { kind: "ArgMax", inputs: [9], shape: image(4, 4, 1), outer: 16, length: 17, inner: 1, last: false },
];
const MODEL: ExactModel = {
  inputs: [port("image", 0, image(8, 8, 3))],
  nodes: NODES,
  outputs: [port("classes", 10, image(4, 4, 1)), port("pooled", 3, image(4, 4, 8)), port("image", 0, image(8, 8, 3))],
};
const INPUT = random.bytes(192);
const LAW = runLaw(MODEL, [INPUT]);
const OUTPUTS = [LAW[10], LAW[3], LAW[0]];

/** ONNX Runtime, but sessions whose graph has one of the operators are made by `change`; it counts sessions that are open. */
function tampered(operators: string, change: (session: OrtSession) => OrtSession) {
  const counts = { open: 0, made: 0 };
  const create = async (file: Uint8Array, options?: object): Promise<OrtSession> => {
    const nodes = decodeModel(file).graph?.node ?? [];
    const session: OrtSession = await ort.InferenceSession.create(file, options);
    counts.open++;
    counts.made++;
    const release = () => {
      counts.open--;
      return session.release();
    };
    const plain: OrtSession = { run: (feeds) => session.run(feeds), release };
    return nodes.some(({ opType }) => operators.split(", ").includes(opType)) ? change(plain) : plain;
  };
  const module: OrtModule = { InferenceSession: { create }, Tensor: ort.Tensor };
  return { module, counts };
}

/** Changes one byte of every tensor that a session gives. */
const lying = (session: OrtSession): OrtSession => ({
  ...session,
  run: async (feeds) => {
    const results = Object.entries(await session.run(feeds));
    return Object.fromEntries(
      results.map(([name, { data, dims }]): [string, OrtTensor] => {
        const bytes = Uint8Array.from(data as Uint8Array);
        bytes[0] = (bytes[0] ?? 0) ^ 1;
        return [name, { data: bytes, dims }];
      }),
    );
  },
});
const refusing = (): never => {
  throw new Error("There is no kernel for this operator.");
};

describe("the runner of exact models", () => {
  for (const threads of [1, 2])
    it(`agrees with the law in outputs and trace, ${threads} threads`, async () => {
      const progress: number[] = [];
      const onProgress = ({ tested, nodes }: { tested: number; nodes: number }) => progress.push(tested / nodes);
      const runner = await createExactRunner(MODEL, ort, { threads, onProgress });
      assert.deepEqual(
        progress,
        NODES.map((_, k) => (k + 1) / NODES.length),
      );
      assert.deepEqual([runner.report.byRuntime, runner.report.byLaw], [NODES.length, []]);
      assert.ok(runner.report.compared > 100_000);
      assert.deepEqual(await runner.run([INPUT]), OUTPUTS);
      assert.deepEqual(await runner.trace([INPUT]), LAW);
      await runner.release();
    });

  for (const [operator, failing] of [
    ["NhwcMaxPool", [2]],
    ["QLinearConv", [0, 3]],
    ["QuantizeLinear, QLinearAdd", [4, 5]],
    ["GatherElements", [1, 6]],
    ["Slice", [7]],
    ["ArgMax", [9]],
  ] as const) {
    it(`finds an ONNX Runtime that lies in ${operator} and runs its nodes by the law`, async () => {
      const { module, counts } = tampered(operator, lying);
      const runner = await createExactRunner(MODEL, module);
      const { byLaw, byRuntime } = runner.report;
      assert.deepEqual(
        byLaw.map(({ node }) => node),
        failing,
      );
      assert.equal(byRuntime, NODES.length - failing.length);
      for (const { node, kind, reason, different, compared, message } of byLaw) {
        assert.deepEqual([kind, reason], [NODES[node]?.kind, "different"]);
        assert.ok(different > 0 && different < compared);
        assert.match(message, /differs from the law in \d+ of \d+ outputs\. The first: element 0 is \d+, /);
      }
      assert.deepEqual(JSON.parse(JSON.stringify(runner.report)), runner.report);
      assert.deepEqual(await runner.run([INPUT]), OUTPUTS);
      assert.deepEqual(await runner.trace([INPUT]), LAW);
      await runner.release();
      assert.equal(counts.open, 0);
    });
  }

  it("takes the faster form of a sum only where all pairs of bytes came out right, the slower one else", async () => {
    const slower = await createExactRunner(MODEL, tampered("QLinearAdd", lying).module);
    assert.deepEqual(slower.report.byLaw, []);
    assert.deepEqual(await slower.run([INPUT]), OUTPUTS);
    const runner = await createExactRunner(MODEL, tampered("QLinearAdd", lying).module, { selfTest: false });
    assert.deepEqual(await runner.run([INPUT]), OUTPUTS, "not used untested");
    await Promise.all([slower.release(), runner.release()]);
  });

  it("runs nodes by the law that ONNX Runtime refuses, and says what it said", async () => {
    const { module } = tampered("NhwcMaxPool", refusing);
    const runner = await createExactRunner(MODEL, module);
    const message = "There is no kernel for this operator.";
    assert.deepEqual(runner.report.byLaw, [
      { node: 2, kind: "MaxPool", reason: "refused", message, compared: 0, different: 0 },
    ]);
    assert.deepEqual(await runner.run([INPUT]), OUTPUTS);
    const short = (session: OrtSession) => ({ ...session, run: () => Promise.resolve({}) });
    const shorter = await createExactRunner(MODEL, tampered("NhwcMaxPool", short).module);
    assert.match(shorter.report.byLaw[0]?.message ?? "", /did not give a u8 tensor of 128 elements/);
    assert.deepEqual(await shorter.run([INPUT]), OUTPUTS);
    await Promise.all([runner.release(), shorter.release()]);
  });

  it("can go without the self-test, and then believes everything", async () => {
    const { module, counts } = tampered("NhwcMaxPool", lying);
    const runner = await createExactRunner(MODEL, module, { selfTest: false });
    assert.deepEqual(runner.report, { nodes: NODES.length, byRuntime: NODES.length, byLaw: [], compared: 0 });
    assert.notDeepEqual(await runner.run([INPUT]), OUTPUTS);
    assert.equal(counts.made, 1);
    await runner.release();
    const refused = createExactRunner(MODEL, tampered("NhwcMaxPool", refusing).module, { selfTest: false });
    await assert.rejects(refused, { code: "EXACT_RUNTIME_FAILED", message: /no kernel/ });
  });

  it("stops when it is told to, and leaves nothing open", async () => {
    const controller = new AbortController();
    const { module, counts } = tampered("none", (session) => session);
    const onProgress = () => controller.abort(new Error("enough"));
    const run = createExactRunner(MODEL, module, { signal: controller.signal, onProgress });
    await assert.rejects(run, /enough/);
    assert.deepEqual([counts.open, counts.made], [0, 1]);
  });

  it("refuses inputs of another size, and everything once it is released", async () => {
    const runner = await createExactRunner(MODEL, ort, { selfTest: false });
    await assert.rejects(runner.run([INPUT.subarray(1)]), { code: "EXACT_TENSOR_SIZE" });
    await assert.rejects(runner.trace([]), { code: "EXACT_TENSOR_SIZE" });
    await runner.release();
    await runner.release();
    await assert.rejects(runner.run([INPUT]), { code: "EXACT_RUNNER_RELEASED" });
  });

  it("runs a model without nodes", async () => {
    const [only] = MODEL.inputs;
    const same: ExactModel = { inputs: MODEL.inputs, nodes: [], outputs: only === undefined ? [] : [only] };
    const runner = await createExactRunner(same, ort);
    assert.deepEqual(await runner.run([INPUT]), [INPUT]);
    assert.deepEqual(await runner.trace([INPUT]), [INPUT]);
    await runner.release();
  });

  it("gives the law's tensors on random models, also where ONNX Runtime lies", async () => {
    const chance = createRandom(31);
    const operators = ["none", "none", "QLinearConv", "QuantizeLinear", "GatherElements", "Gather", "ArgMax"];
    for (let k = 0; k < 28; k++) {
      const model = randomModel(chance, 1500);
      const operator = operators[k % operators.length] ?? "none";
      const runner = await createExactRunner(model, tampered(operator, lying).module, { threads: 1 + (k % 2) });
      // Windows that stop before the image does are in no file; ONNX Runtime makes a larger tensor of them and is refused.
      const differing = runner.report.byLaw.filter(({ reason }) => reason === "different");
      if (operator === "none") assert.deepEqual(differing, []);
      const inputs = model.inputs.map(({ shape }) => chance.bytes(sizeOf(shape)));
      const law = runLaw(model, inputs);
      assert.deepEqual(await runner.trace(inputs), law, operator);
      assert.deepEqual(
        await runner.run(inputs),
        model.outputs.map(({ tensor }) => law[tensor]),
      );
      await runner.release();
    }
  });

  it("repeats its self-test exactly", async () => {
    const reports = [1, 2].map(async () => (await createExactRunner(MODEL, tampered("Slice", lying).module)).report);
    const [first, second] = await Promise.all(reports);
    assert.deepEqual(first, second);
  });
});
