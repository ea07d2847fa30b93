import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesToHex, concat, keccak256 } from "viem";
import type { Hex } from "viem";
import {
  commitModel,
  elementPlace,
  leafRange,
  openHash,
  openRange,
  parameterWords,
  recordLeaf,
  tensorRoot,
  tensorWords,
  traceRoot,
  verifyHash,
  verifyRange,
  wordsOfShape,
} from "../../sdk/src/exact/commit/index.ts";
import type { RangeProof } from "../../sdk/src/exact/commit/index.ts";
import { sizeOf, tensorShape } from "../../sdk/src/exact/model.ts";
import type { Shape } from "../../sdk/src/exact/model.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import type { Random } from "../../sdk/src/exact/random.ts";
import { randomContract, randomModel, randomShape } from "./commit-models.ts";
import { naiveFilters, naiveLayout, naiveLeaves, naiveLevels, naiveRoot, naiveSiblings } from "./commit-naive.ts";

const EMPTY: Hex = `0x${"00".repeat(32)}`;
const inner = (left: Hex, right: Hex): Hex => keccak256(concat(["0x01", left, right]));

/** A tensor of several leaves, its root, and a range of its leaves. */
function sample(random: Random, shape = randomShape(random)) {
  const bytes = random.bytes(sizeOf(shape));
  const words = tensorWords(shape, bytes);
  const leaves = Math.ceil(words.count / 4);
  const first = random.below(leaves);
  return { shape, bytes, words, leaves, range: { first, count: 1 + random.below(leaves - first) } };
}

/** An honest-looking proof for a tree that somebody built from other bytes. */
function proofFrom(layout: readonly number[], first: number, count: number): RangeProof {
  const leaves = Uint8Array.from(layout.slice(first * 128, (first + count) * 128));
  return { first, leaves, siblings: naiveSiblings(naiveLeaves([...layout]), first, count) };
}

describe("range proofs of exact tensors", () => {
  it("open what the second implementation opens, and verify", async () => {
    const random = createRandom(11);
    for (let i = 0; i < 150; i++) {
      const { shape, bytes, words, range } = sample(random);
      const layout = naiveLayout(shape, bytes);
      const proof = await openRange(words, range);
      assert.deepEqual(proof, proofFrom(layout, range.first, range.count));
      assert.ok(await verifyRange(await tensorRoot(shape, bytes), wordsOfShape(shape), proof));
    }
  });

  it("prove every element in its word and byte lane", async () => {
    const random = createRandom(12);
    for (let i = 0; i < 60; i++) {
      const { shape, bytes, words } = sample(random);
      const root = await tensorRoot(shape, bytes);
      for (let k = 0; k < 4; k++) {
        const index = random.below(bytes.length);
        const { word, lane } = elementPlace(shape, index);
        const proof = await openRange(words, leafRange(word, 1));
        assert.equal(proof.leaves[word * 32 + lane - proof.first * 128], bytes[index]);
        assert.ok(await verifyRange(root, words.count, proof));
      }
    }
  });

  it("show every single byte that differs, filler too: another root, and a proof of the fault under it", async () => {
    const random = createRandom(13);
    const shapes: Shape[] = [
      { n: 1, h: 5, w: 5, c: 3 },
      { n: 2, h: 1, w: 3, c: 33 },
      { n: 1, h: 1, w: 1, c: 1 },
      { n: 1, h: 9, w: 1, c: 17 },
    ];
    for (const shape of shapes) {
      const { bytes, words } = sample(random, shape);
      const root = await tensorRoot(shape, bytes);
      const layout = naiveLayout(shape, bytes);
      for (let at = 0; at < layout.length; at++) {
        const forged = [...layout];
        forged[at] = ((layout[at] ?? 0) + 1 + random.below(255)) % 256;
        const forgedRoot = naiveRoot(naiveLeaves(forged));
        assert.notEqual(forgedRoot, root);
        const leaf = Math.floor(at / 128);
        const proof = proofFrom(forged, leaf, 1);
        assert.ok(await verifyRange(forgedRoot, words.count, proof), `byte ${at}`);
        assert.equal(proof.leaves[at % 128], forged[at]);
        assert.ok(!(await verifyRange(root, words.count, proof)));
        assert.ok(!(await verifyRange(forgedRoot, words.count, proofFrom(layout, leaf, 1))));
      }
    }
  });

  it("show every leaf behind the last that is not empty", async () => {
    const random = createRandom(14);
    const shape = { n: 1, h: 1, w: 1, c: 128 * 9 };
    const layout = naiveLayout(shape, random.bytes(sizeOf(shape)));
    const honest = naiveLevels(naiveLeaves(layout))[0] ?? [];
    const root = naiveRoot(honest);
    assert.equal(honest.length, 16);
    for (let place = 9; place < 16; place++) {
      const stray = bytesToHex(random.bytes(32));
      const leaves = honest.with(place, stray);
      const siblings = naiveSiblings(leaves, place, 1);
      assert.notEqual(naiveRoot(leaves), root);
      assert.ok(await verifyHash(naiveRoot(leaves), 9, place, stray, siblings));
      assert.ok(!(await verifyHash(naiveRoot(leaves), 9, place, EMPTY, siblings)));
      assert.ok(await verifyHash(root, 9, place, EMPTY, naiveSiblings(honest, place, 1)));
    }
  });

  it("show no words behind the last leaf, even where a tree has some", async () => {
    const random = createRandom(20);
    const layout = [...random.bytes(128 * 10)];
    const forged = naiveRoot(naiveLeaves(layout));
    assert.ok(await verifyRange(forged, 37, proofFrom(layout, 9, 1)));
    assert.ok(!(await verifyRange(forged, 36, proofFrom(layout, 9, 1))));
    assert.ok(!(await verifyRange(forged, 36, proofFrom(layout, 8, 2))));
  });

  it("hold at one place only, in trees of every depth", async () => {
    const random = createRandom(21);
    for (const count of [1, 2, 3, 8, 9]) {
      const leaves = Array.from({ length: count }, () => bytesToHex(random.bytes(32)));
      const root = naiveRoot(leaves);
      const size = naiveLevels(leaves)[0]?.length ?? 0;
      for (const [index, leaf] of leaves.entries()) {
        const siblings = await openHash(leaves, index);
        for (let place = -size; place < 3 * size; place += 0.5)
          assert.equal(await verifyHash(root, count, place, leaf, siblings), place === index, `${place} of ${count}`);
        assert.ok(!(await verifyHash(root, count, NaN, leaf, siblings)));
        assert.ok(!(await verifyHash(root, count, index, `${leaf}00`, siblings)));
        assert.ok(!(await verifyHash(root, count, index, `0x${"zz".repeat(32)}`, siblings)));
        for (let i = 0; i < siblings.length; i++)
          assert.ok(!(await verifyHash(root, count, index, leaf, siblings.with(i, `${siblings[i] ?? EMPTY}00`))));
      }
    }
    const leaf = random.bytes(128);
    const root = await tensorRoot({ n: 1, h: 1, w: 1, c: 128 }, leaf);
    for (const first of [0, -1, -0.5, 0.5, 1, NaN])
      assert.equal(await verifyRange(root, 4, { first, leaves: leaf, siblings: [] }), first === 0);
  });

  it("prove something: a range without leaves is none", async () => {
    const layout = [...createRandom(22).bytes(256)];
    const siblings = naiveLeaves(layout);
    assert.ok(!(await verifyRange(naiveRoot(siblings), 8, { first: 1, leaves: new Uint8Array(0), siblings })));
  });

  it("are refused when anything about them is wrong", async () => {
    const random = createRandom(15);
    for (let i = 0; i < 40; i++) {
      const { shape, bytes, words, leaves, range } = sample(random, { n: 1, h: 3 + random.below(30), w: 7, c: 20 });
      const root = await tensorRoot(shape, bytes);
      const proof = await openRange(words, range);
      const { first, siblings } = proof;
      const refused = async (name: string, other: RangeProof, count = words.count, under = root) =>
        assert.ok(!(await verifyRange(under, count, other)), name);
      await refused("another place", { ...proof, first: first + 1 });
      await refused("another place", { ...proof, first: first - 1 });
      await refused("a place outside", { ...proof, first: first + 2 ** 31 });
      for (const place of [-1, 0.5, NaN, Infinity, 2 ** 53]) await refused("no place", { ...proof, first: place });
      await refused("an extra sibling", { ...proof, siblings: [...siblings, EMPTY] });
      await refused("an extra sibling in front", { ...proof, siblings: [root, ...siblings] });
      await refused("no leaves", { ...proof, leaves: new Uint8Array(0) });
      await refused("a leaf cut short", { ...proof, leaves: proof.leaves.slice(0, -1) });
      await refused("one leaf more", { ...proof, leaves: Uint8Array.from([...proof.leaves, ...new Uint8Array(128)]) });
      await refused("a shallower tree", proof, Math.max(1, Math.floor(words.count / 2)));
      await refused("a deeper tree", proof, words.count * 2 + 4);
      await refused("another root", proof, words.count, EMPTY);
      await refused("no words at all", proof, 0);
      const [front, ...rest] = siblings;
      if (front === undefined) continue;
      await refused("a sibling missing", { ...proof, siblings: rest });
      await refused("a sibling cut short", { ...proof, siblings: [front.slice(0, -2) as Hex, ...rest] });
      await refused("no hex", { ...proof, siblings: [`0x${"zz".repeat(32)}`, ...rest] });
      const swapped = rest.length > 0 && rest[0] !== front;
      if (swapped)
        await refused("the wrong order", { ...proof, siblings: [rest[0] ?? front, front, ...rest.slice(1)] });
      await refused("both neighbours", { ...proof, siblings: [front, front, ...rest] });
      assert.ok(leaves > 0);
    }
  });

  it("cannot pass an inner node for a leaf, nor a leaf for an inner node", async () => {
    const random = createRandom(16);
    const shape = { n: 1, h: 1, w: 1, c: 512 };
    const bytes = random.bytes(512);
    const root = await tensorRoot(shape, bytes);
    const [leaves = [], pairs = []] = naiveLevels(naiveLeaves([...bytes]));
    // The two hashes below an inner node, offered as the words of a leaf: the preimages differ in tag and length.
    const fake = new Uint8Array(128);
    fake.set(Buffer.from((leaves[0] ?? EMPTY).slice(2), "hex"), 0);
    fake.set(Buffer.from((leaves[1] ?? EMPTY).slice(2), "hex"), 32);
    assert.ok(!(await verifyRange(root, 8, { first: 0, leaves: fake, siblings: [pairs[1] ?? EMPTY] })));
    assert.ok(!(await verifyRange(root, 16, { first: 0, leaves: fake, siblings: [pairs[1] ?? EMPTY] })));
    assert.ok(await verifyHash(root, 4, 0, leaves[0] ?? EMPTY, [leaves[1] ?? EMPTY, pairs[1] ?? EMPTY]));
    assert.ok(!(await verifyHash(root, 4, 0, pairs[0] ?? EMPTY, [pairs[1] ?? EMPTY])));
    assert.ok(!(await verifyHash(root, 4, 0, root, [])));
    assert.equal(inner(pairs[0] ?? EMPTY, pairs[1] ?? EMPTY), root);
    // A leaf whose hash happens to be an inner node of a deeper tree is bound to its depth by the record.
    assert.ok(await verifyHash(root, 2, 0, pairs[0] ?? EMPTY, [pairs[1] ?? EMPTY]));
  });

  it("refuse to open what is not there", async () => {
    const words = tensorWords({ n: 1, h: 1, w: 1, c: 300 }, new Uint8Array(300));
    for (const [first, count] of [
      [-1, 1],
      [0, 0],
      [0, 4],
      [3, 1],
      [0.5, 1],
      [0, 1.5],
      [NaN, 1],
    ] as const)
      await assert.rejects(openRange(words, { first, count }), { code: "EXACT_RANGE_INVALID" });
    for (const index of [-1, 1, 0.5]) await assert.rejects(openHash([EMPTY], index), { code: "EXACT_RANGE_INVALID" });
  });
});

describe("proofs of a model's parts", () => {
  it("open every record under nodesRoot and every root under the trace's, and nothing else", async () => {
    const random = createRandom(17);
    const model = randomModel(random);
    const { nodesRoot, records } = await commitModel(model);
    const leaves = await Promise.all(records.map((record) => recordLeaf(record)));
    const count = leaves.length;
    for (const [index, leaf] of leaves.entries()) {
      const siblings = await openHash(leaves, index);
      assert.deepEqual(siblings, naiveSiblings(leaves, index, 1));
      assert.ok(await verifyHash(nodesRoot, count, index, leaf, siblings));
      assert.ok(!(await verifyHash(nodesRoot, count, index ^ 1, leaf, siblings)));
      assert.ok(!(await verifyHash(nodesRoot, 2 * count, index, leaf, siblings)));
      assert.ok(!(await verifyHash(nodesRoot, count, index, await recordLeaf(random.bytes(40)), siblings)));
      assert.ok(!(await verifyHash(nodesRoot, count, index, keccak256(records[index] ?? "0x"), siblings)));
    }
    assert.ok(await verifyHash(await traceRoot(leaves), count, 3, leaves[3] ?? EMPTY, await openHash(leaves, 3)));
    assert.equal(await traceRoot([]), EMPTY);
  });

  it("lay filters out as the second implementation does, and open a run", async () => {
    const random = createRandom(18);
    for (let i = 0; i < 120; i++) {
      const shape = randomShape(random);
      const node = randomContract(random, 0, shape);
      const runs = naiveFilters(node, shape);
      const words = parameterWords(node, [shape]);
      assert.ok(words !== undefined);
      assert.equal(words.count, runs.flat().length);
      const run = runs[0]?.length ?? 0;
      const channel = random.below(node.shape.c);
      const proof = await openRange(words, leafRange(channel * run, run));
      const from = channel * run * 32 - proof.first * 128;
      assert.deepEqual([...proof.leaves.slice(from, from + run * 32)], runs[channel]?.flat());
      assert.ok(await verifyRange(naiveRoot(naiveLeaves(runs.flat(2))), words.count, proof));
    }
  });

  it("open tables and sources", async () => {
    const model = randomModel(createRandom(19));
    for (const node of model.nodes) {
      const words = parameterWords(
        node,
        node.inputs.map((input) => tensorShape(model, input)),
      );
      if (node.kind === "Table") {
        const proof = await openRange(words ?? assert.fail(), { first: 0, count: 2 });
        assert.deepEqual(proof.leaves, node.table);
      } else if (node.kind === "Move" && node.mode === "select") {
        const proof = await openRange(words ?? assert.fail(), { first: 0, count: 1 });
        assert.equal(new DataView(proof.leaves.buffer).getUint32(0), node.sources[0]);
      } else assert.equal(words === undefined, node.kind !== "Contract");
    }
  });
});
