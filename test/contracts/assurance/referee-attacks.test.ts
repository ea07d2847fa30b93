/** Proofs that lie: what they open is not what was claimed, or is not where they say. None of them may refute anything. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { refereeAbi } from "@glia/contracts";
import { concat, decodeErrorResult, encodeFunctionData, keccak256, size, slice, toHex, zeroHash } from "viem";
import type { Hex } from "viem";
import {
  answerMax,
  askMax,
  askSums,
  claimOf,
  locateTensor,
  locateTrace,
  prefixSums,
  proveBeaten,
  proveElement,
  proveFiller,
  proveLeaf,
  proveStep,
  sumsBytes,
  sumsQuestionOf,
  sumsTree,
  traceOf,
} from "../../../sdk/src/exact/dispute/index.ts";
import type { Claim, FullTrace, MaxQuestion, SumsQuestion } from "../../../sdk/src/exact/dispute/index.ts";
import { windowElements } from "../../../sdk/src/exact/dispute/windows.ts";
import { runLaw } from "../../../sdk/src/exact/law/index.ts";
import { sizeOf } from "../../../sdk/src/exact/model.ts";
import type { ExactNode, MaxPoolNode } from "../../../sdk/src/exact/model.ts";
import { librariesAbi, startRefereeChain } from "./referee-chain.ts";
import type { RefereeChain } from "./referee-chain.ts";
import { claimWith, playOf, proofAt, valueAt } from "./referee-play.ts";
import type { Play } from "./referee-play.ts";
import {
  random,
  SHAPE,
  CONTRACT,
  TABLE,
  SUM,
  POOL,
  ARG_MAX,
  SELECT,
  MODEL,
  ELEMENT,
  NODES,
} from "./referee-subject.ts";

/** Where words of a proof stand: the header, the record and its three siblings. */
const HEADER = 32;
const BYTES = { node: 1, element: 5, position: 9, length: 13 } as const;

describe("Lying proofs", () => {
  let chain: RefereeChain;
  let play: Play;
  let honest: FullTrace;
  before(async () => {
    chain = await startRefereeChain();
    play = await playOf(MODEL, runLaw(MODEL, [random.bytes(sizeOf(SHAPE)), random.bytes(sizeOf(SHAPE))]));
    honest = traceOf(play.provable, play.tensors);
  });
  after(() => chain.close());

  /** The name of the error, or what a view gives. */
  async function outcome(
    data: Hex,
    name: "refutes" | "refutesStep" | "answersMax" | "locate" | "sumsQuestion" | "sumsRoot" | "maxQuestion",
  ) {
    const [success, result] = await chain.client.readContract({
      address: chain.libraries,
      abi: librariesAbi,
      functionName: "attempt",
      args: [chain.referee, data],
    });
    if (!success) return decodeErrorResult({ abi: refereeAbi, data: result }).errorName;
    if (name === "refutes" || name === "refutesStep" || name === "answersMax") return BigInt(result) === 1n;
    return "accepted";
  }
  const asked = (functionName: "refutes" | "locate" | "sumsQuestion" | "maxQuestion", claim: Claim, proof: Hex) =>
    outcome(encodeFunctionData({ abi: refereeAbi, functionName, args: [claim, proof] }), functionName);
  const refutes = (claim: Claim, proof: Hex) => asked("refutes", claim, proof);
  const step = (claim: Claim, question: SumsQuestion, root: Hex, proof: Hex) =>
    outcome(
      encodeFunctionData({ abi: refereeAbi, functionName: "refutesStep", args: [claim, question, root, proof] }),
      "refutesStep",
    );
  const answers = (claim: Claim, question: MaxQuestion, proof: Hex) =>
    outcome(
      encodeFunctionData({ abi: refereeAbi, functionName: "answersMax", args: [claim, question, proof] }),
      "answersMax",
    );
  const sumsRoot = (question: SumsQuestion, sums: Hex) =>
    outcome(encodeFunctionData({ abi: refereeAbi, functionName: "sumsRoot", args: [question, sums] }), "sumsRoot");

  /** A trace that is wrong at one place, and the proof of it. */
  function forged(node: number, element = ELEMENT) {
    const spot = { node, element };
    const trace = claimWith(play, spot, (valueAt(play, spot) + 77) % 256);
    return { trace, claim: claimOf(trace), proof: proofAt(play, trace, spot) };
  }
  const bitFlipped = (proof: Hex, at: number): Hex =>
    concat([
      slice(proof, 0, at),
      toHex(Number(slice(proof, at, at + 1)) ^ 1, { size: 1 }),
      ...(at + 1 < size(proof) ? [slice(proof, at + 1)] : []),
    ]);
  const withHeader = (proof: Hex, field: keyof typeof BYTES, value: number): Hex =>
    concat([slice(proof, 0, BYTES[field]), toHex(value, { size: 4 }), slice(proof, BYTES[field] + 4)]);
  const withQuestion = (proof: Hex, question: number): Hex => concat([toHex(question, { size: 1 }), slice(proof, 1)]);

  it("are refused if they end too early, go on, or are not there at all", async () => {
    for (const node of [CONTRACT, TABLE, SUM, POOL, SELECT]) {
      const { claim, proof } = forged(node, 45);
      assert.equal(await refutes(claim, proof), true);
      const cuts = [0, 1, 31, 32, 64, size(proof) / 2, size(proof) - 32, size(proof) - 1];
      for (const cut of cuts)
        assert.equal(
          await refutes(claim, cut === 0 ? "0x" : slice(proof, 0, cut)),
          "MalformedProof",
          `${node} cut at ${cut}`,
        );
      for (const more of [zeroHash, "0x00", slice(proof, size(proof) - 32)] as const)
        assert.equal(await refutes(claim, concat([proof, more])), "MalformedProof");
    }
  });

  it("are refused if any single bit of what they open is another", async () => {
    for (const node of [CONTRACT, TABLE, SUM, POOL, SELECT]) {
      const { claim, proof } = forged(node, 45);
      for (let word = HEADER; word < size(proof); word += 32) {
        const found = await refutes(claim, bitFlipped(proof, word + random.below(32)));
        assert.ok(found === "WrongRoot" || found === "MalformedProof", `node ${node}, word at ${word}: ${found}`);
      }
    }
  });

  it("are refused if their header is another", async () => {
    const { claim, proof } = forged(CONTRACT);
    for (const at of [17, 24, 31]) assert.equal(await refutes(claim, bitFlipped(proof, at)), "MalformedProof");
    assert.equal(await refutes(claim, withHeader(proof, "position", 1)), "MalformedProof");
    for (const node of [MODEL.nodes.length, 7, 8, 2 ** 32 - 1])
      assert.equal(await refutes(claim, withHeader(proof, "node", node)), "MalformedProof");
    // A place of another node under the same root: neither its record nor its output are there.
    assert.equal(await refutes(claim, withHeader(proof, "node", TABLE)), "WrongRoot");
    for (const element of [sizeOf(SHAPE), 2 ** 32 - 1])
      assert.equal(await refutes(claim, withHeader(proof, "element", element)), "MalformedProof");
    const record = Number(slice(proof, 13, 17));
    for (const length of [0, record - 4, record + 1, record + 4, 2 ** 32 - 1]) {
      const found = await refutes(claim, withHeader(proof, "length", length));
      assert.ok(found === "WrongRoot" || found === "MalformedProof", `length ${length}: ${found}`);
    }
    for (let question = 4; question < 256; question += 21)
      assert.equal(await refutes(claim, withQuestion(proof, question)), "MalformedProof");
  });

  it("cannot open another element in place of the claimed one", async () => {
    const { claim, proof } = forged(SUM);
    // Of the same leaf: what is found there is right, so nothing is refuted. Of another: it does not lead to the root.
    for (const element of [ELEMENT - 1, ELEMENT + 20])
      assert.equal(await refutes(claim, withHeader(proof, "element", element)), false);
    for (const element of [ELEMENT + 200, 0])
      assert.equal(await refutes(claim, withHeader(proof, "element", element)), "WrongRoot");
  });

  it("cannot bring a record that is not the model's", async () => {
    const { claim, proof } = forged(SUM);
    // The multiplier, a factor, the number of an input: each byte of the record counts.
    for (let at = HEADER; at < HEADER + Number(slice(proof, 13, 17)); at++)
      assert.equal(await refutes(claim, bitFlipped(proof, at)), "WrongRoot");
    // Filler behind it must be 0.
    const filler = HEADER + Number(slice(proof, 13, 17));
    assert.ok(filler % 32 !== 0);
    assert.equal(await refutes(claim, bitFlipped(proof, filler)), "MalformedProof");
    // An inner node of the records' tree is no record, nor is a record cut out of two hashes.
    const { records } = honest;
    const inner = concat(["0x01", records.hash(0, 0), records.hash(0, 1)]);
    assert.equal(keccak256(inner), records.hash(1, 0));
    const head = concat([
      slice(proof, 0, 1),
      toHex(0, { size: 4 }),
      toHex(0, { size: 8 }),
      toHex(64, { size: 4 }),
      toHex(0, { size: 15 }),
    ]);
    const faked = concat([head, slice(inner, 1), records.hash(1, 1), records.hash(2, 1)]);
    assert.equal(await refutes(claim, faked), "MalformedProof");
  });

  it("cannot use another depth than the model has", async () => {
    const { claim, proof } = forged(CONTRACT);
    for (const nodes of [3, 4, 9, 16]) {
      const found = await refutes({ ...claim, nodes }, proof);
      assert.ok(found === "WrongRoot" || found === "MalformedProof", `${nodes} nodes: ${found}`);
    }
    for (const inputs of [0, 1, 3]) {
      const found = await refutes({ ...claim, inputs }, proof);
      assert.ok(found === "WrongRoot" || found === "MalformedProof", `${inputs} inputs: ${found}`);
    }
  });

  it("cannot pass an inner node of a tensor for a leaf", async () => {
    // A tensor of one leaf less depth: two hashes and zeros are 128 bytes, but begin with another domain byte.
    const { claim, proof } = forged(TABLE);
    const tree = honest.tensor(2 + TABLE);
    const leaf = concat([tree.hash(0, 0), tree.hash(0, 1), zeroHash, zeroHash]);
    const start = HEADER + Math.ceil(Number(slice(proof, 13, 17)) / 32) * 32 + 3 * 32;
    const siblings = Array.from({ length: tree.depth - 1 }, (_, k) => tree.hash(k + 1, 1));
    const faked = concat([
      withHeader(slice(proof, 0, start), "element", 0),
      leaf,
      ...siblings,
      slice(proof, start + 128 + 32 * tree.depth),
    ]);
    const found = await refutes(claim, faked);
    assert.ok(found === "WrongRoot" || found === "MalformedProof");
  });

  it("cannot tie an input to another tensor, or swap two", async () => {
    const right = claimOf(honest);
    // The AddMul reads tensors 3 and 2 of one shape; each in place of the other, or an input's place.
    const swappedNode = { ...NODES[SUM], inputs: [2, 3] } as ExactNode;
    for (const nodes of [NODES.with(SUM, swappedNode), NODES.with(SUM, { ...swappedNode, inputs: [0, 1] })]) {
      const liar = await playOf({ ...MODEL, nodes }, play.tensors);
      const trace = traceOf(liar.provable, liar.tensors);
      // The record is not the model's; with the model's record, what follows does not lead to its tensors.
      const proof = proveElement(trace, SUM, ELEMENT);
      assert.equal(await refutes(right, proof), "WrongRoot");
      const own = proveElement(honest, SUM, ELEMENT);
      const start = HEADER + Math.ceil(Number(slice(own, 13, 17)) / 32) * 32 + 3 * 32;
      const found = await refutes(right, concat([slice(own, 0, start), slice(proof, start)]));
      assert.ok(found === "WrongRoot" || found === "MalformedProof", `swapped: ${found}`);
    }
    // The roots of the inputs in another order, and others.
    const { claim, proof } = forged(CONTRACT);
    const [a, b] = honest.inputRoots;
    assert.ok(a !== undefined && b !== undefined);
    const rest = slice(proof, 0, size(proof) - 64);
    assert.equal(slice(proof, size(proof) - 64), concat([a, b]));
    for (const roots of [
      [b, a],
      [a, a],
      [a, zeroHash],
    ] as const)
      assert.equal(await refutes(claim, concat([rest, ...roots])), "WrongRoot");
    assert.equal(await refutes({ ...claim, inputRoots: keccak256(concat([b, a])) }, concat([rest, b, a])), "WrongRoot");
  });

  it("cannot ask a node what its kind cannot answer", async () => {
    const claim = claimOf(honest);
    const element = proveElement(honest, TABLE, ELEMENT);
    const pooled = proveBeaten(honest, {
      node: POOL,
      element: 5,
      position: windowElements(NODES[POOL] as MaxPoolNode, SHAPE, 5)[0] ?? 0,
    });
    assert.equal(await refutes(claim, withQuestion(element, 1)), "WrongKind");
    const argMax = proveBeaten(honest, { node: ARG_MAX, element: 2, position: 1 });
    assert.equal(await refutes(claim, withHeader(withQuestion(argMax, 0), "position", 0)), "WrongKind");
    assert.equal(await asked("sumsQuestion", claim, withQuestion(element, 6)), "WrongKind");
    assert.equal(await asked("maxQuestion", claim, withQuestion(element, 8)), "WrongKind");
    assert.equal(await asked("sumsQuestion", claim, askMax(honest, POOL, 5)), "MalformedProof");
    assert.equal(await asked("maxQuestion", claim, askSums(honest, CONTRACT, 5)), "MalformedProof");
    assert.equal(await asked("locate", claim, element), "MalformedProof");
    assert.equal(await refutes(claim, pooled), false);
  });

  it("cannot beat a maximum from outside its window, or along another axis", async () => {
    const claim = claimOf(honest);
    const pool = NODES[POOL] as MaxPoolNode;
    const element = (1 * 3 + 1) * 20 + 4;
    const inside = windowElements(pool, SHAPE, element);
    const [position = 0] = inside;
    const proof = proveBeaten(honest, { node: POOL, element, position });
    assert.equal(await refutes(claim, proof), false);
    // Beside the window, another channel, another row, not there.
    for (const outside of [
      position - 20,
      position + 40,
      position + 1,
      position - 140,
      position + 280,
      sizeOf(SHAPE),
      2 ** 32 - 1,
    ]) {
      assert.ok(!inside.includes(outside));
      assert.equal(
        await refutes(claim, withHeader(proof, "position", outside)),
        "MalformedProof",
        `position ${outside}`,
      );
    }
    const best = proveBeaten(honest, { node: ARG_MAX, element: 2, position: 1 });
    for (const place of [20, 21, 2 ** 32 - 1])
      assert.equal(await refutes(claim, withHeader(best, "position", place)), "MalformedProof");
  });

  it("cannot answer a maximum's question for another element, node or place", async () => {
    const claim = claimOf(honest);
    const spot = { node: POOL, element: 47 };
    const question = { ...spot, claimed: valueAt(play, spot) };
    const proof = answerMax(honest, question);
    assert.ok(proof !== undefined);
    assert.equal(await answers(claim, question, proof), true);
    assert.equal(await answers(claim, { ...question, element: 48 }, proof), "MalformedProof");
    assert.equal(await answers(claim, { ...question, node: SUM }, proof), "MalformedProof");
    assert.equal(await answers(claim, question, withQuestion(proof, 1)), "MalformedProof");
    assert.equal(
      await answers(claim, question, withHeader(proof, "position", Number(slice(proof, 9, 13)) + 20 * 3)),
      "MalformedProof",
    );
    assert.equal(await answers(claim, question, concat([proof, zeroHash])), "MalformedProof");
    assert.equal(await answers(claim, question, bitFlipped(proof, size(proof) - 1)), "WrongRoot");
  });

  it("cannot post sums of another number, or question a step that is not there", async () => {
    const claim = claimOf(honest);
    const question = sumsQuestionOf(honest, CONTRACT, ELEMENT);
    const sums = prefixSums(honest, CONTRACT, ELEMENT);
    assert.equal(sums.length, 9);
    const posted = toHex(sumsBytes(sums));
    assert.equal(await sumsRoot(question, posted), "accepted");
    for (const wrong of [
      "0x",
      slice(posted, 0, 32),
      slice(posted, 4),
      concat([posted, slice(posted, 32)]),
      slice(posted, 0, 35),
    ] as const)
      assert.equal(await sumsRoot(question, wrong), "WrongSums");
    assert.equal(await sumsRoot({ ...question, claimed: (question.claimed + 1) % 256 }, posted), "WrongSums");
    assert.equal(await sumsRoot({ ...question, steps: 0 }, "0x"), "WrongSums");
    const { root } = sumsTree(honest, sums);
    const proof = proveStep(honest, { node: CONTRACT, element: ELEMENT, step: 4, sums });
    assert.equal(await step(claim, question, root, proof), false);
    for (const position of [9, 10, 31, 2 ** 32 - 1])
      assert.equal(await step(claim, question, root, withHeader(proof, "position", position)), "MalformedProof");
    // Another step's words, or another element's.
    for (const position of [3, 5, 8])
      assert.notEqual(await step(claim, question, root, withHeader(proof, "position", position)), true);
    assert.equal(await step(claim, question, root, withHeader(proof, "element", ELEMENT + 1)), "MalformedProof");
    assert.equal(await step(claim, { ...question, node: TABLE }, root, proof), "MalformedProof");
    assert.equal(await step(claim, question, keccak256("0x"), proof), "WrongRoot");
    assert.equal(await step(claim, question, root, concat([proof, zeroHash])), "MalformedProof");
  });

  it("cannot ask for what an honest provider could not show", async () => {
    const claim = claimOf(honest);
    const tensor = honest.tensor(2 + TABLE);
    const leaves = Math.ceil((6 * 7 * 32) / 128);
    assert.ok(leaves < 2 ** tensor.depth);
    const { proof } = locateTensor(honest, TABLE, { height: 0, index: 0 });
    assert.equal(await asked("locate", claim, proof), "accepted");
    for (const element of [leaves, 2 ** tensor.depth - 1, 2 ** tensor.depth, 2 ** 32 - 1])
      assert.equal(await asked("locate", claim, withHeader(proof, "element", element)), "MalformedProof");
    for (const height of [tensor.depth + 1, 64, 255, 256, 2 ** 32 - 1])
      assert.equal(await asked("locate", claim, withHeader(proof, "position", height)), "MalformedProof");
    // An empty leaf, opened as what it is.
    const empty = locateTensor(honest, TABLE, { height: 1, index: 2 ** (tensor.depth - 1) - 1 });
    assert.equal(await asked("locate", claim, empty.proof), "accepted");
    const trace = locateTrace(honest, { height: 1, index: 1 }).proof;
    assert.equal(await asked("locate", claim, trace), "accepted");
    assert.equal(await asked("locate", claim, withHeader(trace, "position", 0)), "MalformedProof");
    assert.equal(await asked("locate", claim, withHeader(trace, "position", 4)), "MalformedProof");
    assert.equal(await asked("locate", claim, withHeader(trace, "element", 4)), "MalformedProof");
    assert.equal(await asked("locate", claim, withHeader(trace, "node", 1)), "MalformedProof");
    assert.equal(await asked("locate", claim, withHeader(trace, "length", 32)), "MalformedProof");
    assert.equal(await asked("locate", claim, withHeader(trace, "element", 0)), "WrongRoot");
  });

  it("cannot call an element filler, or a leaf superfluous that is not", async () => {
    const claim = claimOf(honest);
    const stride = 32;
    const leaves = Math.ceil((6 * 7 * stride) / 128);
    const filler = proveFiller(honest, TABLE, 20);
    assert.equal(await refutes(claim, filler), false);
    for (const place of [0, 19, stride, 41 * stride + 19, leaves * 128, 2 ** 32 - 1])
      assert.equal(await refutes(claim, withHeader(filler, "element", place)), "MalformedProof", `byte ${place}`);
    const behind = proveLeaf(honest, TABLE, leaves);
    assert.equal(await refutes(claim, behind), false);
    for (const leaf of [0, leaves - 1, 2 ** honest.tensor(2 + TABLE).depth, 2 ** 32 - 1])
      assert.equal(await refutes(claim, withHeader(behind, "element", leaf)), "MalformedProof", `leaf ${leaf}`);
  });

  it("of another item's trace say nothing about this one", async () => {
    const other = await playOf(MODEL, runLaw(MODEL, [random.bytes(sizeOf(SHAPE)), random.bytes(sizeOf(SHAPE))]));
    const wrong = claimWith(
      other,
      { node: SUM, element: ELEMENT },
      (valueAt(other, { node: SUM, element: ELEMENT }) + 1) % 256,
    );
    const proof = proveElement(wrong, SUM, ELEMENT);
    assert.equal(await refutes(claimOf(wrong), proof), true);
    assert.equal(await refutes(claimOf(honest), proof), "WrongRoot");
    const contract = proveElement(traceOf(other.provable, other.tensors), CONTRACT, ELEMENT);
    assert.equal(await refutes(claimOf(honest), contract), "WrongRoot");
    // Right output of the honest claim, inputs of the other item.
    const mixed = { ...claimOf(wrong), traceRoot: claimOf(honest).traceRoot };
    assert.equal(await refutes(mixed, proof), "WrongRoot");
  });
});
