/** The questions that are asked of a provider: what is below a hash, prefix sums, where a maximum stands; and junk in a tensor's layout. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { refereeAbi } from "@glia/contracts";
import { bytesToHex } from "viem";
import type { Hex } from "viem";
import { tensorWords } from "../../../sdk/src/exact/commit/layout.ts";
import { leavesOf } from "../../../sdk/src/exact/commit/words.ts";
import type { Words } from "../../../sdk/src/exact/commit/words.ts";
import {
  answerMax,
  askMax,
  askSums,
  claimOf,
  hashTree,
  locateTensor,
  locateTrace,
  prefixSums,
  proveFiller,
  proveLeaf,
  proveStep,
  sumsBytes,
  sumsQuestionOf,
  sumsTree,
  traceOf,
  traceOfTrees,
  wordsTree,
} from "../../../sdk/src/exact/dispute/index.ts";
import type { FullTrace, SumsQuestion } from "../../../sdk/src/exact/dispute/index.ts";
import { requantise, runLaw } from "../../../sdk/src/exact/law/index.ts";
import { sizeOf, tensorShape } from "../../../sdk/src/exact/model.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";
import type { Random } from "../../../sdk/src/exact/random.ts";
import { randomModel } from "../../exact/commit-models.ts";
import { drawContract, drawMaxPool } from "../../exact/law-cases.ts";
import type { Case } from "../../exact/law-cases.ts";
import { modelOf } from "../../exact/law-compare.ts";
import { startRefereeChain } from "./referee-chain.ts";
import type { RefereeChain } from "./referee-chain.ts";
import { claimWith, playOf, refutes, valueAt } from "./referee-play.ts";
import type { Play, Spot } from "./referee-play.ts";

async function playOfCase(random: Random, one: Case): Promise<Play> {
  const model = modelOf(one);
  const inputs = one.shapes.map((shape) => random.bytes(sizeOf(shape)));
  return playOf(model, runLaw(model, inputs));
}

describe("Questions of the referee", () => {
  let chain: RefereeChain;
  const referee = () => ({ address: chain.referee, abi: refereeAbi }) as const;
  before(async () => {
    chain = await startRefereeChain();
  });
  after(() => chain.close());

  describe("hashes", () => {
    it("are found at every place of a trace and of a tensor", async () => {
      const random = createRandom(4501);
      const model = randomModel(random, 2500);
      const play = await playOf(
        model,
        runLaw(
          model,
          model.inputs.map(({ shape }) => random.bytes(sizeOf(shape))),
        ),
      );
      const trace = traceOf(play.provable, play.tensors);
      const check = async ({ proof, hash, levels }: { proof: Hex; hash: Hex; levels: number }) => {
        const args = [claimOf(trace), proof] as const;
        assert.deepEqual(await chain.client.readContract({ ...referee(), functionName: "locate", args }), [
          hash,
          levels,
        ]);
      };
      for (let height = 1; height <= trace.trace.depth; height++)
        for (let index = 0; index < 2 ** (trace.trace.depth - height); index++)
          await check(locateTrace(trace, { height, index }));
      for (const node of model.nodes.keys()) {
        const { depth } = trace.tensor(model.inputs.length + node);
        for (let height = 0; height <= depth; height++) {
          const places = 2 ** (depth - height);
          const last = height === 0 ? leafCount(trace, model.inputs.length + node) - 1 : places - 1;
          for (const index of new Set([0, last])) await check(locateTensor(trace, node, { height, index }));
        }
      }
    });

    it("are asked for five levels at a time", async () => {
      const random = createRandom(4502);
      const from = { n: 1, h: 64, w: 64, c: 8 };
      const model = modelOf({
        node: { kind: "Table", inputs: [0], shape: from, table: random.bytes(256) },
        shapes: [from],
      });
      const play = await playOf(model, runLaw(model, [random.bytes(sizeOf(from))]));
      const trace = traceOf(play.provable, play.tensors);
      assert.equal(trace.tensor(1).depth, 8);
      const levels: number[] = [];
      for (let height = 0; height <= 8; height++) {
        const { proof } = locateTensor(trace, 0, { height, index: 2 ** (8 - height) - 1 });
        const args = [claimOf(trace), proof] as const;
        const [, found] = await chain.client.readContract({ ...referee(), functionName: "locate", args });
        levels.push(found);
      }
      assert.deepEqual(levels, [0, 1, 2, 3, 4, 5, 5, 5, 5]);
    });
  });

  describe("prefix sums", () => {
    const questionOf = (trace: FullTrace, { node, element }: Spot) =>
      chain.client.readContract({
        ...referee(),
        functionName: "sumsQuestion",
        args: [claimOf(trace), askSums(trace, node, element)],
      });
    const rootOf = (question: SumsQuestion, sums: Int32Array) =>
      chain.client.readContract({
        ...referee(),
        functionName: "sumsRoot",
        args: [question, bytesToHex(sumsBytes(sums))],
      });
    const stepIsWrong = (trace: FullTrace, question: SumsQuestion, sums: Int32Array, step: number) => {
      const { node, element } = question;
      const proof = proveStep(trace, { node, element, step, sums });
      const args = [claimOf(trace), question, sumsTree(trace, sums).root, proof] as const;
      return chain.client.readContract({ ...referee(), functionName: "refutesStep", args });
    };

    it("that are right lead to the right value, and no step of them is wrong", async () => {
      const random = createRandom(4503);
      for (const layout of ["matrix", "image", "pointwise", "depthwise"] as const)
        for (let i = 0; i < 3; i++) {
          const one = drawContract(random, layout, "u8", "spread");
          const play = await playOfCase(random, one);
          const trace = traceOf(play.provable, play.tensors);
          const spot = { node: 0, element: random.pick([0, sizeOf(one.node.shape) - 1]) };
          const question = await questionOf(trace, spot);
          assert.deepEqual(question, sumsQuestionOf(trace, spot.node, spot.element));
          const sums = prefixSums(trace, spot.node, spot.element);
          assert.equal(await rootOf(question, sums), sumsTree(trace, sums).root);
          for (const step of new Set([0, sums.length - 1, random.below(sums.length), Math.min(32, sums.length - 1)]))
            assert.equal(await stepIsWrong(trace, question, sums, step), false);
        }
    });

    it("that lead to a wrong value have a wrong step, which is found", async () => {
      const random = createRandom(4504);
      for (let i = 0; i < 10; i++) {
        const one = drawContract(random, random.pick(["matrix", "image"]), "i8", "spread", 48);
        const play = await playOfCase(random, one);
        const spot = { node: 0, element: random.below(sizeOf(one.node.shape)) };
        const claimed = (valueAt(play, spot) + 100) % 256;
        const trace = claimWith(play, spot, claimed);
        const question = await questionOf(trace, spot);
        assert.equal(question.claimed, claimed);
        const honest = prefixSums(trace, 0, spot.element);
        await assert.rejects(rootOf(question, honest), /WrongSums/);
        const step = random.below(honest.length);
        const off = leadingTo(one, question, honest);
        const sums = honest.map((sum, k) => (k < step ? sum : sum + off));
        assert.equal(await rootOf(question, sums), sumsTree(trace, sums).root);
        for (const other of new Set([step, 0, sums.length - 1]))
          assert.equal(await stepIsWrong(trace, question, sums, other), other === step);
      }
    });
  });

  describe("maxima", () => {
    it("are answered by an element of the window that has the value, and by no other", async () => {
      const random = createRandom(4505);
      for (let i = 0; i < 10; i++) {
        const one = drawMaxPool(random);
        const play = await playOfCase(random, one);
        const spot = { node: 0, element: random.below(sizeOf(one.node.shape)) };
        const right = valueAt(play, spot);
        const trace = claimWith(play, spot, right);
        const asked = [claimOf(trace), askMax(trace, 0, spot.element)] as const;
        const question = await chain.client.readContract({ ...referee(), functionName: "maxQuestion", args: asked });
        assert.deepEqual(question, { ...spot, claimed: right });
        const proof = answerMax(trace, question);
        assert.ok(proof !== undefined);
        const answered = (claimed: number) => {
          const args = [claimOf(trace), { ...question, claimed }, proof] as const;
          return chain.client.readContract({ ...referee(), functionName: "answersMax", args });
        };
        assert.equal(await answered(right), true);
        assert.equal(await answered((right + 1) % 256), false);
      }
    });
  });

  describe("layouts", () => {
    it("with junk in a filler byte are found, those without are not", async () => {
      const random = createRandom(4506);
      for (const c of [1, 3, 20, 33]) {
        const shape = { n: 1, h: 3, w: 5, c };
        const play = await playOfCase(random, {
          node: { kind: "Table", inputs: [0], shape, table: random.bytes(256) },
          shapes: [shape],
        });
        const honest = traceOf(play.provable, play.tensors);
        const [input, output] = [honest.tensor(0), honest.tensor(1)];
        const bytes = Array.from({ length: leafCount(honest, 1) }, (_, leaf) => [...(output.leaf(leaf) ?? [])]).flat();
        const places = [...bytes.keys()].filter((place) => isFiller(c, 15, place));
        for (const place of new Set([places[0], places.at(-1), random.pick(places)])) {
          if (place === undefined) throw new RangeError("These layouts have filler.");
          assert.equal(await refutes(chain, honest, proveFiller(honest, 0, place)), false);
          const junk = wordsTree(
            play.provable.keccak,
            rawWords(Uint8Array.from(bytes).with(place, 1 + random.below(255))),
          );
          const trace = traceOfTrees(play.provable, [input, junk]);
          assert.equal(await refutes(chain, trace, proveFiller(trace, 0, place)), true);
        }
      }
    });

    it("with something behind the last leaf are found, those without are not", async () => {
      const random = createRandom(4507);
      for (const h of [3, 5, 11]) {
        const shape = { n: 1, h, w: 4, c: 32 };
        const play = await playOfCase(random, {
          node: { kind: "Table", inputs: [0], shape, table: random.bytes(256) },
          shapes: [shape],
        });
        const honest = traceOf(play.provable, play.tensors);
        const output = honest.tensor(1);
        for (let leaf = h; leaf < 2 ** output.depth; leaf++) {
          assert.equal(await refutes(chain, honest, proveLeaf(honest, 0, leaf)), false);
          const hashes = Array.from({ length: 2 ** output.depth }, (_, k) => output.hash(0, k));
          const junk = hashTree(play.provable.keccak, hashes.with(leaf, bytesToHex(random.bytes(32))));
          const trace = traceOfTrees(play.provable, [honest.tensor(0), junk]);
          assert.equal(await refutes(chain, trace, proveLeaf(trace, 0, leaf)), true);
        }
      }
    });
  });
});

function leafCount(trace: FullTrace, tensor: number): number {
  const shape = tensorShape(trace.model, tensor);
  return leavesOf(tensorWords(shape, new Uint8Array(sizeOf(shape))).count);
}

/** Written from the page alone: pixels of c bytes take a power of two below 32, else a multiple of 32. */
function isFiller(c: number, pixels: number, place: number): boolean {
  const stride = [1, 2, 4, 8, 16, 32, 64].find((size) => size >= c) ?? 0;
  return Math.floor(place / stride) >= pixels || place % stride >= c;
}

/** Bytes of a whole layout as words. */
function rawWords(bytes: Uint8Array): Words {
  return {
    count: bytes.length / 32,
    read: (first, count, into, at) => into.set(bytes.subarray(32 * first, 32 * (first + count)), at),
  };
}

/** What must be added to the last of the sums so that they lead to the claimed value. */
function leadingTo({ node }: Case, { multiplier, bias, yZero, claimed }: SumsQuestion, sums: Int32Array): number {
  assert.equal(node.kind, "Contract");
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, multiplier);
  const scale = view.getFloat32(0);
  const start = Number(bias) + (sums.at(-1) ?? 0);
  const near = Math.round((claimed - yZero) / scale);
  const found = [0, 1, -1, 2, -2].find((beside) => requantise(near + beside, scale, yZero) === claimed);
  if (found === undefined) throw new RangeError(`No accumulator leads to ${claimed}.`);
  return near + found - start;
}
