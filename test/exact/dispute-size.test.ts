import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { commitModel } from "../../sdk/src/exact/commit/index.ts";
import { claimOf, claimedItem, nextMove, provableModel, traceOf } from "../../sdk/src/exact/dispute/index.ts";
import type { DisputeMove } from "../../sdk/src/exact/dispute/index.ts";
import { traceTopOf } from "../../sdk/src/exact/dispute/trace-top.ts";
import { runLaw } from "../../sdk/src/exact/law/index.ts";
import { sizeOf } from "../../sdk/src/exact/model.ts";
import type { ContractNode, ExactNode, MaxPoolNode, Shape } from "../../sdk/src/exact/model.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { portOf } from "./commit-models.ts";
import { deployReferee } from "./referee-judge.ts";
import type { RefereeJudge } from "./referee-judge.ts";

const random = createRandom(51);
/** What a node forwards at most, with room for the rest of the call. */
const MOST_BYTES = 120_000;
const MOST_GAS = 12_000_000n;

const window = (kernelH: number, kernelW: number) => ({
  kernelH,
  kernelW,
  strideH: 1,
  strideW: 1,
  dilationH: 1,
  dilationW: 1,
  padTop: 0,
  padLeft: 0,
});

/** A contraction to one pixel; one weight in `every` is 1, the others 0, so that accumulators stay below 2^24. */
function contract(from: Shape, groups: number, every: number): ContractNode {
  const c = groups;
  const weights = (from.h * from.w * from.c) / groups;
  return {
    kind: "Contract",
    inputs: [0],
    shape: { n: 1, h: 1, w: 1, c },
    groups,
    ...window(from.h, from.w),
    xZero: 3,
    wZero: 0,
    yZero: 0,
    weights: Uint8Array.from({ length: c * weights }, (_, i) => (i % every === 0 ? 1 : 0)),
    bias: new Int32Array(c),
    multipliers: new Float32Array(c).fill(2 ** -16),
  };
}

/** The move at which the last element of a node is disputed, which the provider claims to be larger than it is. */
async function disputed(referee: RefereeJudge, from: Shape, node: ExactNode) {
  const model = { inputs: [portOf(0, from, random)], nodes: [node], outputs: [portOf(1, node.shape, random)] };
  const provable = await provableModel(model, await commitModel(model));
  const tensors = runLaw(model, [random.bytes(sizeOf(from)).map((byte) => byte % 250)]);
  const own = traceOf(provable, tensors);
  const wrong = (tensors[1] ?? new Uint8Array()).slice();
  wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) + 1;
  const claimed = traceOf(provable, tensors.with(1, wrong));
  const claim = claimOf(claimed);
  const item = claimedItem(own, { claim, inputRoots: claimed.inputRoots, traceTop: traceTopOf(claimed.trace) });
  assert.ok(item.learnTensor(1, wrong));
  const move: DisputeMove = nextMove(own, item);
  if (move.kind !== "prove") return { kind: move.kind };
  assert.ok(await referee.refutes(claim, move.proof));
  return { kind: move.kind, bytes: (move.proof.length - 2) / 2, gas: await referee.gasOf(claim, move.proof) };
}

describe("a proof's size", () => {
  let referee: RefereeJudge;
  before(async () => {
    referee = await deployReferee();
  });
  after(() => referee.close());

  const fits = (name: string, from: Shape, node: ExactNode): void => {
    it(`fits into a transaction: ${name}`, async () => {
      const { kind, bytes, gas } = await disputed(referee, from, node);
      assert.equal(kind, "prove");
      assert.ok(bytes !== undefined && bytes < MOST_BYTES && gas < MOST_GAS, `${bytes} bytes, ${gas} gas`);
    });
  };
  const asks = (name: string, wanted: DisputeMove["kind"], from: Shape, node: ExactNode): void => {
    it(`would be too large: ${name}`, async () => {
      assert.equal((await disputed(referee, from, node)).kind, wanted);
    });
  };
  const pool = (from: Shape): MaxPoolNode => ({
    kind: "MaxPool",
    inputs: [0],
    shape: { n: 1, h: 1, w: 1, c: from.c },
    ...window(from.h, from.w),
  });

  const row = (c: number): Shape => ({ n: 1, h: 1, w: 1, c });
  const image = (h: number, w: number, c: number): Shape => ({ n: 1, h, w, c });
  fits("47,000 products", row(47_000), contract(row(47_000), 1, 3));
  fits(
    "a depthwise window whose taps lie in leaves of their own",
    image(11, 11, 512),
    contract(image(11, 11, 512), 512, 1),
  );
  fits("the largest of 1,700 close to each other", image(40, 42, 32), pool(image(40, 42, 32)));
  asks("48,000 products", "demandSums", row(48_000), contract(row(48_000), 1, 3));
  asks("an average over 96 by 96 pixels", "demandSums", image(96, 96, 32), contract(image(96, 96, 32), 32, 1));
  asks("the largest of 9,216", "demandMax", image(96, 96, 32), pool(image(96, 96, 32)));
});
