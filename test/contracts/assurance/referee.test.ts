/** The referee against the law and against ONNX Runtime: a right element is never refuted, every other value of it is. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import * as ort from "onnxruntime-node";
import { proveBeaten } from "../../../sdk/src/exact/dispute/index.ts";
import { windowElements } from "../../../sdk/src/exact/dispute/windows.ts";
import { lawElement, runLaw } from "../../../sdk/src/exact/law/index.ts";
import { sizeOf, tensorShape } from "../../../sdk/src/exact/model.ts";
import type { ContractNode, ExactModel } from "../../../sdk/src/exact/model.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";
import type { Random } from "../../../sdk/src/exact/random.ts";
import { createExactRunner } from "../../../sdk/src/exact/runtime/index.ts";
import { randomModel } from "../../exact/commit-models.ts";
import {
  drawAddMul,
  drawArgMax,
  drawContract,
  drawMaxPool,
  drawSelect,
  drawTable,
  drawView,
} from "../../exact/law-cases.ts";
import type { Case } from "../../exact/law-cases.ts";
import { modelOf } from "../../exact/law-compare.ts";
import { startRefereeChain } from "./referee-chain.ts";
import type { RefereeChain } from "./referee-chain.ts";
import { claimWith, findsWrong, playOf, refutes, valueAt } from "./referee-play.ts";
import type { Play, Spot } from "./referee-play.ts";

const randomInputs = (random: Random, { inputs }: ExactModel) => inputs.map(({ shape }) => random.bytes(sizeOf(shape)));

async function drawPlay(random: Random, model: ExactModel): Promise<Play> {
  return playOf(model, runLaw(model, randomInputs(random, model)));
}

/** First, last and a random element of a node's output. */
function someElements(random: Random, { model }: Play, node: number): number[] {
  const size = sizeOf(tensorShape(model, model.inputs.length + node));
  return [...new Set([0, size - 1, random.below(size)])];
}

describe("Referee", () => {
  let chain: RefereeChain;
  before(async () => {
    chain = await startRefereeChain();
  });
  after(() => chain.close());

  async function check(play: Play, spot: Spot, random: Random): Promise<void> {
    const right = valueAt(play, spot);
    const kind = play.model.nodes[spot.node]?.kind;
    assert.equal(await findsWrong(chain, play, spot, right), false, `${kind}: a right ${right} was refuted`);
    const others = [(right + 1) % 256, (right + 1 + random.below(254)) % 256];
    for (const value of others)
      assert.equal(await findsWrong(chain, play, spot, value), true, `${kind}: ${value} stood instead of ${right}`);
  }

  it("finds all of the other 255 values of an element wrong, for every kind", async function () {
    this.timeout(300_000);
    const random = createRandom(4201);
    const play = await drawPlay(random, randomModel(random, 400));
    const kinds = new Set<string>();
    for (const [node, { kind }] of play.model.nodes.entries()) {
      if (kinds.has(kind)) continue;
      kinds.add(kind);
      const spot = { node, element: random.below(sizeOf(tensorShape(play.model, play.model.inputs.length + node))) };
      const right = valueAt(play, spot);
      for (let value = 0; value < 256; value++)
        assert.equal(
          await findsWrong(chain, play, spot, value),
          value !== right,
          `${kind}: ${value} instead of ${right}`,
        );
    }
    assert.equal(kinds.size, 6);
  });

  it("is the law on random models of all kinds", async function () {
    this.timeout(300_000);
    for (let seed = 0; seed < 30; seed++) {
      const random = createRandom(4300 + seed);
      const play = await drawPlay(random, randomModel(random, 1500));
      for (let node = 0; node < play.model.nodes.length; node++)
        for (const element of someElements(random, play, node)) await check(play, { node, element }, random);
    }
  });

  it("is the law at ties, at accumulators up to 2^24 and for all forms of nodes", async function () {
    this.timeout(300_000);
    const random = createRandom(4202);
    const cases: Case[] = [];
    for (const layout of ["matrix", "image", "pointwise", "depthwise", "grouped"] as const)
      for (const numbers of ["spread", "ties", "bounds"] as const)
        for (const form of ["i8", "u8"] as const) cases.push(drawContract(random, layout, form, numbers));
    for (let i = 0; i < 6; i++) {
      cases.push(drawAddMul(random, "add"), drawAddMul(random, "mul"), drawTable(random), drawMaxPool(random));
      cases.push(drawArgMax(random), drawView(random), drawSelect(random));
    }
    let checked = 0;
    for (const one of cases) {
      if (!provable(one)) continue;
      const play = await drawPlay(random, modelOf(one));
      for (const element of someElements(random, play, 0)) await check(play, { node: 0, element }, random);
      checked++;
    }
    assert.ok(checked > 50, `only ${checked} of ${cases.length} cases have a committed form`);
  });

  it("computes an element whose window lies in the padding alone: then nothing of the input is opened", async () => {
    const random = createRandom(4205);
    for (const c of [3, 40]) {
      const from = { n: 1, h: 1, w: 1, c };
      const node: ContractNode = {
        kind: "Contract",
        inputs: [0],
        shape: { n: 1, h: 1, w: 1, c: 2 },
        ...{ kernelH: 2, kernelW: 2, strideH: 1, strideW: 1, dilationH: 2, dilationW: 2, padTop: 1, padLeft: 1 },
        ...{ groups: 1, xZero: 77, wZero: 90, yZero: 100 },
        weights: random.bytes(2 * 4 * c),
        bias: Int32Array.of(-40, 25),
        multipliers: new Float32Array(2).fill(1.5),
      };
      const play = await drawPlay(random, modelOf({ node, shapes: [from] }));
      // The accumulator is the bias.
      assert.deepEqual([...(play.tensors[1] ?? [])], [40, 138]);
      for (const element of [0, 1]) await check(play, { node: 0, element }, random);
    }
  });

  it("refutes nothing of what ONNX Runtime computes", async function () {
    this.timeout(300_000);
    for (let seed = 0; seed < 8; seed++) {
      const random = createRandom(4400 + seed);
      const model = randomModel(random, 1500);
      const runner = await createExactRunner(model, ort, { selfTest: false });
      const inputs = randomInputs(random, model);
      const play = await playOf(model, await runner.trace(inputs));
      await runner.release();
      for (let node = 0; node < model.nodes.length; node++)
        for (const element of someElements(random, play, node)) await check(play, { node, element }, random);
    }
  });

  it("lets every element of a window beat a smaller maximum, and none the right one", async () => {
    const random = createRandom(4203);
    for (let i = 0; i < 12; i++) {
      const one = drawMaxPool(random);
      const play = await drawPlay(random, modelOf(one));
      const spot = { node: 0, element: random.below(sizeOf(one.node.shape)) };
      const [from] = one.shapes;
      if (from === undefined) throw new RangeError("A MaxPool reads one tensor.");
      const right = valueAt(play, spot);
      for (const value of [right, 0, random.below(256)]) {
        const trace = claimWith(play, spot, value);
        const window: number[] = windowElements(one.node, from, spot.element);
        for (const position of window) {
          const beaten: boolean = (play.tensors[0]?.[position] ?? 0) > value;
          assert.equal(await refutes(chain, trace, proveBeaten(trace, { ...spot, position })), beaten);
        }
      }
    }
  });

  it("asks for the first or the last of equal elements along an axis", async () => {
    const random = createRandom(4204);
    for (let i = 0; i < 8; i++) {
      const { node, shapes } = drawArgMax(random);
      const short = { ...node, outer: 3, length: 5, shape: { n: 1, h: 3, w: 1, c: node.inner } };
      const from = { n: 1, h: 15, w: 1, c: node.inner };
      assert.equal(shapes.length, 1);
      const model = modelOf({ node: short, shapes: [from] });
      // Few values, so that many are equal.
      const inputs = [random.bytes(sizeOf(from)).map((byte) => byte % 3)];
      const play = await playOf(model, runLaw(model, inputs));
      const spot = { node: 0, element: random.below(sizeOf(short.shape)) };
      const right = lawElement(short, [from], inputs, spot.element);
      for (let claimed = 0; claimed < 7; claimed++) {
        const trace = claimWith(play, spot, claimed);
        const outcomes: boolean[] = [];
        for (let position = 0; position < 5; position++)
          outcomes.push(await refutes(chain, trace, proveBeaten(trace, { ...spot, position })));
        assert.equal(outcomes.some(Boolean), claimed !== right);
        if (claimed !== right) assert.equal(outcomes[right], true);
      }
    }
  });
});

/** Groups that straddle words have no committed form; the canonicaliser makes such convolutions dense. */
function provable({ node, shapes: [from] }: Case): boolean {
  if (node.kind !== "Contract" || from === undefined || from.c < 32 || node.groups === 1) return true;
  const channels = from.c / node.groups;
  return 32 % channels === 0 || channels % 32 === 0;
}
