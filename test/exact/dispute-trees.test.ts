import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesToHex, concat, keccak256 } from "viem";
import type { Hex } from "viem";
import { verifyItem } from "../../sdk/src/commitments/index.ts";
import { commitModel, openRange, tensorRoot, tensorWords } from "../../sdk/src/exact/commit/index.ts";
import { GliaError } from "../../sdk/src/errors.ts";
import {
  Preimages,
  childrenIn,
  childrenOf,
  claimOf,
  claimedItem,
  hashTree,
  nextMove,
  nextResultMove,
  provableModel,
  responseOf,
  resultTree,
  traceOf,
  traceOfTrees,
  wordsTree,
} from "../../sdk/src/exact/dispute/index.ts";
import type { ClaimedItem, FullTrace } from "../../sdk/src/exact/dispute/index.ts";
import { traceTopOf } from "../../sdk/src/exact/dispute/trace-top.ts";
import { runLaw } from "../../sdk/src/exact/law/index.ts";
import { sizeOf } from "../../sdk/src/exact/model.ts";
import type { ExactModel } from "../../sdk/src/exact/model.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import type { Random } from "../../sdk/src/exact/random.ts";
import { portOf, randomModel } from "./commit-models.ts";
import { naiveSiblings } from "./commit-naive.ts";
import { forgedTree } from "./forged-tree.ts";
import { randomNetwork } from "./random-network.ts";

interface Run {
  readonly right: FullTrace;
  readonly tensors: readonly Uint8Array[];
}

async function runOf(model: ExactModel, random: Random): Promise<Run> {
  const tensors = runLaw(
    model,
    model.inputs.map(({ shape }) => random.bytes(sizeOf(shape))),
  );
  return { right: traceOf(await provableModel(model, await commitModel(model)), tensors), tensors };
}

function claimedFrom(right: FullTrace, claimed: FullTrace): ClaimedItem {
  const { inputRoots, trace } = claimed;
  return claimedItem(right, { claim: claimOf(claimed), inputRoots, traceTop: traceTopOf(trace) });
}

/** One byte of one tensor is another. */
function withByte({ right, tensors }: Run, tensor: number, at: number): { claimed: FullTrace; bytes: Uint8Array } {
  const bytes = (tensors[tensor] ?? new Uint8Array()).slice();
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return { claimed: traceOf(right, tensors.with(tensor, bytes)), bytes };
}

/** Two tables over one long row: trees of depth 10. */
function longRow(random: Random): ExactModel {
  const shape = { n: 1, h: 1, w: 1, c: 128 * 1000 };
  const nodes = [0, 1].map((input) => ({ kind: "Table", inputs: [input], shape, table: random.bytes(256) }) as const);
  return { inputs: [portOf(0, shape, random)], nodes, outputs: [portOf(2, shape, random)] };
}

describe("trees of a dispute", () => {
  it("are those of the commitments, and give the same siblings", async () => {
    const random = createRandom(41);
    for (let i = 0; i < 40; i++) {
      const { right, tensors } = await runOf(randomModel(random, 2000), random);
      const all = [...right.model.inputs, ...right.model.nodes];
      for (const [number, { shape }] of all.entries()) {
        const bytes = tensors[number] ?? new Uint8Array();
        const tree = right.tensor(number);
        assert.equal(tree.root, await tensorRoot(shape, bytes));
        const leaf = random.below(2 ** tree.depth);
        const leaves = tree.leaf(leaf);
        if (leaves === undefined) continue;
        const proof = await openRange(tensorWords(shape, bytes), { first: leaf, count: 1 });
        assert.deepEqual(proof.leaves, leaves);
        const path = proof.siblings.map((_, height) => tree.hash(height, Math.floor(leaf / 2 ** height) ^ 1));
        assert.deepEqual(path, proof.siblings);
      }
    }
  });

  it("give the same proof whether a wrong tensor was served or shown piece by piece, 5 levels at a time", async () => {
    const random = createRandom(42);
    const run = await runOf(longRow(random), random);
    const { claimed, bytes } = withByte(run, 1, 128 * 777 + 5);
    const served = claimedFrom(run.right, claimed);
    assert.equal(served.learnTensor(2, bytes), false);
    assert.equal(served.learnTensor(1, run.tensors[1] ?? bytes), false);
    assert.equal(served.learnTensor(1, bytes), true);
    const direct = nextMove(run.right, served);
    assert.equal(direct.kind, "prove");
    const asked = claimedFrom(run.right, claimed);
    const levels: number[] = [];
    let move = nextMove(run.right, asked);
    for (; move.kind === "demand"; move = nextMove(run.right, asked)) {
      levels.push(move.levels);
      asked.learn(move.hash, move.levels, childrenOf(claimed, move.hash, move.levels));
    }
    assert.deepEqual(levels, [5, 5, 0]);
    assert.deepEqual(move, direct);
  });

  it("believe nobody: whatever is shown wrongly is refused and changes nothing", async () => {
    const random = createRandom(43);
    const run = await runOf(longRow(random), random);
    const item = claimedFrom(run.right, withByte(run, 1, 99).claimed);
    const move = nextMove(run.right, item);
    assert.ok(move.kind === "demand");
    // One's own, right hashes; other ones; too few.
    const own = run.right.tensor(1);
    const lies = [
      Array.from({ length: 32 }, (_, i) => own.hash(own.depth - 5, i)),
      Array.from({ length: 32 }, () => bytesToHex(random.bytes(32))),
      [move.hash],
    ];
    for (const lie of lies)
      assert.throws(
        () => {
          item.learn(move.hash, move.levels, lie);
        },
        { code: "DISPUTE_SHOWN_WRONG" },
      );
    assert.deepEqual(nextMove(run.right, item), move);
    const claim = claimOf(run.right);
    const { inputRoots, trace } = run.right;
    const traceTop = traceTopOf(trace);
    const refused = (code: string, changed: Partial<Parameters<typeof claimedItem>[1]>) => {
      assert.throws(() => claimedItem(run.right, { claim, inputRoots, traceTop, ...changed }), { code });
    };
    refused("DISPUTE_CLAIM_OTHER", { claim: { ...claim, nodesRoot: move.hash } });
    refused("DISPUTE_CLAIM_OTHER", { claim: { ...claim, inputRoots: move.hash } });
    refused("DISPUTE_CLAIM_OTHER", { claim: { ...claim, nodes: 3 } });
    refused("DISPUTE_CLAIM_OTHER", { inputRoots: [] });
    refused("DISPUTE_SHOWN_WRONG", { traceTop: traceTop.toReversed() });
  });

  it("need no demand for what a hidden tree shares with one's own", async () => {
    const random = createRandom(44);
    const run = await runOf(randomNetwork(random, { nodes: 150, elements: 30 }), random);
    const tensor = run.right.model.inputs.length + 100;
    const item = claimedFrom(run.right, withByte(run, tensor, 0).claimed);
    const move = nextMove(run.right, item);
    assert.ok(move.kind === "demand" && move.node === undefined && move.levels === 2);
    assert.equal(item.trace.hash(0, 0), run.right.trace.hash(0, 0));
    assert.equal(item.trace.hash(0, 100), undefined);
    assert.throws(() => item.tensor(tensor), { code: "DISPUTE_HIDDEN" });
  });
});

describe("a provider's response", () => {
  it("ties inputs, outputs and trace together, for traces of every depth", async () => {
    const random = createRandom(45);
    for (const nodes of [1, 2, 64, 65, 200]) {
      const { right } = await runOf(randomNetwork(random, { nodes, elements: 20 }), random);
      const items = 5;
      const roots = () => Array.from({ length: items }, () => bytesToHex(random.bytes(32)));
      const [inputItemRoots, outputItemRoots] = [roots(), roots()];
      const response = responseOf(right, { item: 3, inputItemRoots, outputItemRoots });
      const { keccak } = right;
      const under = (itemRoots: Hex[]) => resultTree(keccak, itemRoots).root;
      assert.ok(verifyItem(under(inputItemRoots), 3, items, inputItemRoots[3] ?? "0x", response.batchProof));
      assert.ok(verifyItem(under(outputItemRoots), 3, items, outputItemRoots[3] ?? "0x", response.resultProof));
      assert.equal(hashTree(keccak, response.traceTop).root, right.trace.root);
      const { inputs, outputs } = right.model;
      const leaves = right.model.nodes.map((_, node) => right.tensor(inputs.length + node).root);
      const { depth } = right.trace;
      assert.equal(response.traceTop.length, 2 ** Math.min(6, depth));
      for (const [i, { tensor }] of outputs.entries()) {
        assert.equal(response.outputRoots[i], right.tensor(tensor).root);
        const node = tensor - inputs.length;
        if (node < 0) assert.deepEqual(response.ties[i], []);
        else assert.deepEqual(response.ties[i], naiveSiblings(leaves, node, 1).slice(0, Math.max(0, depth - 6)));
      }
      assert.equal(response.inputPorts, keccak256(right.commitment.inputPorts));
      assert.deepEqual(response.inputRoots, right.inputRoots);
    }
  });

  it("shows what stands below any hash of its trace, and nothing below others", async () => {
    const random = createRandom(46);
    const { right } = await runOf(randomModel(random, 5000), random);
    const shown = new Preimages(right.keccak);
    const tensors = right.model.inputs.length + right.model.nodes.length;
    for (let i = 0; i < 200; i++) {
      const tree = random.below(8) === 0 ? right.trace : right.tensor(random.below(tensors));
      const height = random.below(tree.depth + 1);
      const hash = tree.hash(height, random.below(2 ** (tree.depth - height)));
      const levels = Math.min(5, height);
      if (levels > 0) {
        const children = childrenOf(right, hash, levels);
        assert.equal(children.length, 2 ** levels);
        shown.learn(hash, children);
      } else if (tree !== right.trace && !/^0x0+$/.test(hash))
        assert.equal(keccak256(concat(["0x00", ...childrenOf(right, hash, 0)])), hash);
    }
    const unknown = { code: "DISPUTE_HASH_UNKNOWN" };
    for (const levels of [0, 1, 5])
      assert.throws(() => childrenOf(right, bytesToHex(random.bytes(32)), levels), unknown);
    assert.throws(() => childrenOf(right, `0x${"00".repeat(32)}`, 0), unknown);
  });

  it("cannot be given for what stands for nothing", async () => {
    const random = createRandom(47);
    const { right } = await runOf(longRow(random), random);
    const hash = bytesToHex(random.bytes(32));
    const forged = forgedTree(right.tensor(1), { height: 5, index: 3 }, hash);
    const claimed = traceOfTrees(right, [right.tensor(0), forged, right.tensor(2)]);
    const shown = new Preimages(right.keccak);
    assert.throws(() => {
      shown.learn(hash, childrenOf(claimed, hash, 5));
    }, GliaError);
    assert.notEqual(claimed.trace.root, right.trace.root);
  });
});

describe("the search through a result's tree", () => {
  it("finds the first item that differs, and junk behind the last", async () => {
    const random = createRandom(48);
    const { keccak } = (await runOf(randomModel(random, 100), random)).right;
    for (const items of [1, 2, 7, 33, 1000]) {
      const own = Array.from({ length: items }, () => bytesToHex(random.bytes(32)));
      const wrong = random.below(items);
      const result = resultTree(keccak, own.with(wrong, bytesToHex(random.bytes(32))));
      const shown = new Preimages(keccak);
      let move = nextResultMove(keccak, own, result.root, shown);
      for (let asked = 0; move.kind === "demandResult"; asked++) {
        assert.ok(asked < 2);
        assert.equal(climb(move), result.root);
        shown.learn(move.hash, childrenIn(result, move.hash, move.levels) ?? []);
        move = nextResultMove(keccak, own, result.root, shown);
      }
      assert.deepEqual(move, { kind: "chooseItem", item: wrong });
      assert.equal(nextResultMove(keccak, own, resultTree(keccak, own).root, shown).kind, "concede");
    }
    const own = Array.from({ length: 5 }, () => bytesToHex(random.bytes(32)));
    const junk = forgedTree(resultTree(keccak, own), { height: 0, index: 6 }, bytesToHex(random.bytes(32)));
    const shown = new Preimages(keccak);
    const first = nextResultMove(keccak, own, junk.root, shown);
    assert.ok(first.kind === "demandResult" && first.height === 3);
    shown.learn(junk.root, childrenIn(junk, junk.root, 3) ?? []);
    const second = nextResultMove(keccak, own, junk.root, shown);
    assert.ok(second.kind === "demandResult" && second.height === 0 && second.index === 6);
    assert.equal(climb(second), junk.root);
  });
});

function climb({ hash, index, siblings }: { hash: Hex; index: number; siblings: readonly Hex[] }): Hex {
  return siblings.reduce<Hex>(
    (node, sibling, level) =>
      keccak256(concat(Math.floor(index / 2 ** level) % 2 === 0 ? ["0x01", node, sibling] : ["0x01", sibling, node])),
    hash,
  );
}

describe("a tree over words", () => {
  it("is made from any number of them", async () => {
    const random = createRandom(49);
    const { keccak } = (await runOf(randomModel(random, 100), random)).right;
    for (const c of [32, 128, 129, 4000, 128 * 257]) {
      const shape = { n: 1, h: 1, w: 1, c };
      const bytes = random.bytes(c);
      assert.equal(wordsTree(keccak, tensorWords(shape, bytes)).root, await tensorRoot(shape, bytes));
    }
  });
});
