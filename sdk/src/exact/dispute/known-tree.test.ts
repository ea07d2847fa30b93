import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesToHex, concat, keccak256 } from "viem";
import type { Hex } from "viem";
import { loadKeccak } from "../commit/keccak.ts";
import { byteWords } from "../commit/words.ts";
import { createRandom } from "../random.ts";
import { Preimages, hashTree, knownTree, wordsTree } from "./index.ts";
import type { FullTree } from "./index.ts";

const random = createRandom(31);
const someHash = (): Hex => bytesToHex(random.bytes(32));
const WRONG = { code: "DISPUTE_SHOWN_WRONG" };

/** The hashes `levels` below one. */
function below(tree: FullTree, height: number, index: number, levels: number): Hex[] {
  return Array.from({ length: 2 ** levels }, (_, i) => tree.hash(height - levels, index * 2 ** levels + i));
}

describe("a tree of which only a part was shown", () => {
  it("knows what leads down to a leaf, and nothing else", async () => {
    const keccak = await loadKeccak();
    const bytes = random.bytes(128 * 100);
    const full = wordsTree(keccak, byteWords(bytes));
    const shown = new Preimages(keccak);
    const tree = knownTree(full.root, full.depth, shown);
    assert.equal(full.depth, 7);
    assert.equal(tree.hash(7, 0), full.root);
    assert.equal(tree.hash(6, 0), undefined);
    shown.learn(full.root, below(full, 7, 0, 5));
    for (let height = 2; height <= 7; height++)
      for (let index = 0; index < 2 ** (7 - height); index++)
        assert.equal(tree.hash(height, index), full.hash(height, index));
    assert.equal(tree.hash(1, 0), undefined);
    shown.learn(full.hash(2, 24), below(full, 2, 24, 2));
    // Leaves 96 to 99; behind 99 the empty ones.
    assert.equal(tree.hash(0, 99), full.hash(0, 99));
    assert.equal(tree.leaf(99), undefined);
    shown.learnLeaf(full.hash(0, 99), bytes.slice(128 * 99));
    assert.deepEqual(tree.leaf(99), bytes.slice(128 * 99));
    assert.equal(tree.leaf(98), undefined);
    for (const [height, index] of [
      [8, 0],
      [-1, 0],
      [0, 128],
      [0, -1],
      [NaN, 0],
    ] as const)
      assert.equal(tree.hash(height, index), undefined);
  });

  it("takes from one's own tree what both share", async () => {
    const keccak = await loadKeccak();
    const leaves = Array.from({ length: 64 }, someHash);
    const own = hashTree(keccak, leaves);
    const other = hashTree(keccak, leaves.with(40, someHash()));
    const shown = new Preimages(keccak);
    const tree = knownTree(other.root, 6, shown, own);
    assert.equal(tree.hash(0, 3), undefined);
    shown.learn(other.root, below(other, 6, 0, 1));
    for (let leaf = 0; leaf < 32; leaf++) assert.equal(tree.hash(0, leaf), leaves[leaf]);
    assert.equal(tree.hash(0, 41), undefined);
    const bytes = random.bytes(256);
    const mine = wordsTree(keccak, byteWords(bytes));
    const changed = wordsTree(keccak, byteWords(bytes.with(200, (bytes[200] ?? 0) ^ 1)));
    const half = knownTree(changed.root, 1, shown, mine);
    shown.learn(changed.root, below(changed, 1, 0, 1));
    assert.deepEqual(half.leaf(0), bytes.slice(0, 128));
    assert.equal(half.leaf(1), undefined);
  });

  it("refuses whatever does not hash to what was asked for, and learns nothing of it", async () => {
    const keccak = await loadKeccak();
    const bytes = random.bytes(128 * 32);
    const full = wordsTree(keccak, byteWords(bytes));
    const children = below(full, 5, 0, 5);
    const shown = new Preimages(keccak);
    const refused = (hash: Hex, offered: readonly Hex[]) => {
      assert.throws(() => {
        shown.learn(hash, offered);
      }, WRONG);
    };
    const first = children[0] ?? full.root;
    refused(full.root, children.with(7, someHash()));
    refused(full.root, children.toReversed());
    refused(full.root, children.slice(0, 16));
    refused(full.root, children.slice(0, 31));
    refused(full.root, [...children, ...children]);
    refused(full.root, []);
    refused(full.root, [full.root]);
    refused(full.root, children.with(0, `${first}00`));
    refused(full.root, children.with(0, "0x12"));
    refused(full.root, children.with(0, `0x${"zz".repeat(32)}`));
    refused(full.hash(4, 0), children);
    const leaf = bytes.slice(0, 128);
    for (const [hash, offered] of [
      [full.hash(0, 0), leaf.with(5, (leaf[5] ?? 0) ^ 1)],
      [full.hash(0, 1), leaf],
      [full.hash(0, 0), leaf.slice(0, 127)],
      [full.hash(0, 0), Uint8Array.of(...leaf, 0)],
      // The preimage of an inner node is no leaf.
      [full.hash(1, 0), Uint8Array.of(...leaf.slice(0, 64))],
    ] as const)
      assert.throws(() => {
        shown.learnLeaf(hash, offered);
      }, WRONG);
    const tree = knownTree(full.root, 5, shown);
    assert.equal(tree.hash(4, 0), undefined);
    assert.equal(tree.leaf(0), undefined);
    // Capitals are the same hash.
    shown.learn(full.root.toUpperCase().replace("0X", "0x") as Hex, children);
    assert.equal(tree.hash(0, 0), children[0]);
  });
});

describe("a tree that is known as a whole", () => {
  it("fills up with the hash that it is given, and finds every hash", async () => {
    const keccak = await loadKeccak();
    const fill = someHash();
    for (const count of [1, 2, 3, 5, 8, 300, 513]) {
      const leaves = Array.from({ length: count }, someHash);
      const tree = hashTree(keccak, leaves, fill);
      let level = Array.from({ length: 2 ** tree.depth }, (_, i) => leaves[i] ?? fill);
      for (let height = 0; height <= tree.depth; height++) {
        for (const [index, hash] of level.entries()) assert.equal(tree.hash(height, index), hash);
        const at = random.below(level.length);
        const place = tree.find(level[at] ?? fill, height);
        assert.equal(tree.hash(place?.height ?? -1, place?.index ?? -1), level[at]);
        const rows = level;
        level = Array.from({ length: rows.length / 2 }, (_, i) =>
          keccak256(concat(["0x01", rows[2 * i] ?? fill, rows[2 * i + 1] ?? fill])),
        );
      }
      assert.equal(tree.find(someHash(), 0), undefined);
      assert.equal(tree.leaf(0), undefined);
      assert.throws(() => tree.hash(tree.depth + 1, 0), RangeError);
      assert.throws(() => tree.hash(0, 2 ** tree.depth), RangeError);
      if (tree.depth > 0) assert.equal(tree.find(leaves[0] ?? fill, 1), undefined);
    }
  });
});
