import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { encodePacked, keccak256, sha256, toHex } from "viem";
import type { Hex } from "viem";
import { createTensor } from "../tensors/tensor.ts";
import type { Item, Tensor } from "../tensors/tensor.ts";
import { DTYPES, isDType } from "../tensors/dtype.ts";
import { batchTree, itemRoot, opaqueModelId, proveItem, tensorHash, verifyItem } from "./index.ts";

interface Vectors {
  model: { file: Hex; modelId: Hex };
  tensors: { dtype: string; shape: number[]; bytes: Hex; hash: Hex }[];
  items: { tensors: { name: string; dtype: string; shape: number[]; bytes: Hex }[]; root: Hex }[];
  batches: { itemRoots: Hex[]; root: Hex; proofs: Hex[][] }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../../../test/vectors/commitments.json", import.meta.url), "utf8"),
) as Vectors;

function tensorOf({ dtype, shape, bytes }: { dtype: string; shape: number[]; bytes: Hex }): Tensor {
  assert.ok(isDType(dtype));
  return createTensor(dtype, shape, Uint8Array.from(Buffer.from(bytes.slice(2), "hex")));
}

function itemOf(vector: Vectors["items"][number]): Item {
  return new Map(vector.tensors.map((tensor) => [tensor.name, tensorOf(tensor)]));
}

/** The protocol page's table again, written from it alone: words of 32 bytes by hand, the tree by plain recursion over a padded list. */
const word = (value: number | bigint | Hex): Hex => (typeof value === "string" ? value : toHex(value, { size: 32 }));
const hash = (...parts: Hex[]): Hex => keccak256(`0x${parts.map((part) => part.slice(2)).join("")}`);
const tag = (text: string): Hex => keccak256(toHex(new TextEncoder().encode(text)));
function naiveTensor({ dtype, shape, bytes }: Tensor): Hex {
  const sizes = shape.map((size) => encodePacked(["uint64"], [BigInt(size)]));
  return hash(tag("glia.tensor.v1"), word(DTYPES[dtype].code), hash(...sizes), keccak256(bytes));
}
function naiveItem(item: Item): Hex {
  return hash(tag("glia.item.v1"), hash(...[...item].flatMap(([name, tensor]) => [tag(name), naiveTensor(tensor)])));
}
function naiveRoot(leaves: Hex[]): Hex {
  const [first] = leaves;
  if (first !== undefined && leaves.length === 1) return first;
  const half = leaves.length / 2;
  return hash("0x01", naiveRoot(leaves.slice(0, half)), naiveRoot(leaves.slice(half)));
}
function naiveBatch(roots: readonly Hex[]): Hex {
  const leaves = roots.map((root, index) => hash(word(index), root));
  while (!Number.isInteger(Math.log2(leaves.length))) leaves.push(tag("glia.empty.v1"));
  return naiveRoot(leaves);
}
const someRoots = (count: number): Hex[] => Array.from({ length: count }, (_, i) => keccak256(toHex(`item ${i}`)));

describe("commitments", () => {
  it("reproduces the fixed vectors", () => {
    assert.equal(opaqueModelId(Buffer.from(vectors.model.file.slice(2), "hex")), vectors.model.modelId);
    for (const vector of vectors.tensors) assert.equal(tensorHash(tensorOf(vector)), vector.hash);
    for (const vector of vectors.items) assert.equal(itemRoot(itemOf(vector)), vector.root);
    for (const { itemRoots, root, proofs } of vectors.batches) {
      assert.equal(batchTree(itemRoots).root, root);
      assert.deepEqual(
        itemRoots.map((_, index) => proveItem(itemRoots, index)),
        proofs,
      );
    }
    assert.ok(vectors.tensors.length >= 3 && vectors.items.length >= 2 && vectors.batches.length >= 4);
  });

  it("agrees with a second implementation written from the protocol page", () => {
    const file = Buffer.from(vectors.model.file.slice(2), "hex");
    assert.equal(opaqueModelId(file), hash(tag("glia.onnx.v1"), sha256(file)));
    for (const vector of vectors.tensors) assert.equal(tensorHash(tensorOf(vector)), naiveTensor(tensorOf(vector)));
    for (const vector of vectors.items) assert.equal(itemRoot(itemOf(vector)), naiveItem(itemOf(vector)));
    for (let count = 1; count <= 33; count++)
      assert.equal(batchTree(someRoots(count)).root, naiveBatch(someRoots(count)), `${count} items`);
  });

  it("proves every item of every batch size, and nothing else", () => {
    for (let count = 1; count <= 17; count++) {
      const roots = someRoots(count);
      const tree = batchTree(roots);
      const { root } = tree;
      roots.forEach((item, index) => {
        const proof = tree.proveItem(index);
        assert.ok(verifyItem(root, index, count, item, proof));
        assert.ok(!verifyItem(root, index, count, keccak256(item), proof), "another item");
        assert.ok(!verifyItem(root, index ^ 1, count, item, proof), "another place");
        assert.ok(!verifyItem(root, index, count, item, [...proof, root]), "too long a proof");
        assert.ok(!verifyItem(root, index, count * 2, item, proof), "another depth");
        if (proof.length > 0) assert.ok(!verifyItem(root, index, count, item, proof.slice(1)), "too short a proof");
        assert.ok(!verifyItem(root, index, index, item, proof), "an index beyond the count");
      });
    }
  });

  it("cannot pass an inner node for a leaf: their preimages differ in length", () => {
    const roots = someRoots(4);
    const tree = batchTree(roots);
    const { root } = tree;
    const pair = naiveBatch(roots.slice(0, 2));
    assert.ok(!verifyItem(root, 0, 2, pair, tree.proveItem(0).slice(1)));
  });

  it("depends on names, order, type, shape and bytes", () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const tensor = createTensor("uint8", [4], bytes);
    const other = createTensor("uint8", [2, 2], bytes);
    const hashes = [
      tensor,
      other,
      createTensor("int8", [4], bytes),
      createTensor("uint8", [4], Uint8Array.of(1, 2, 3, 5)),
    ].map(tensorHash);
    assert.equal(new Set(hashes).size, 4);
    const items: Item[] = [
      new Map([
        ["a", tensor],
        ["b", other],
      ]),
      new Map([
        ["b", other],
        ["a", tensor],
      ]),
      new Map([
        ["a", other],
        ["b", tensor],
      ]),
      new Map([
        ["a", tensor],
        ["c", other],
      ]),
    ];
    assert.equal(new Set(items.map(itemRoot)).size, 4);
  });

  it("refuses an empty batch, unknown items and tensors whose bytes do not fit", () => {
    assert.throws(() => batchTree([]), { code: "BATCH_EMPTY" });
    for (const index of [-1, 2, 0.5])
      assert.throws(() => proveItem(someRoots(2), index), { code: "BATCH_ITEM_UNKNOWN" });
    assert.throws(() => tensorHash({ dtype: "float32", shape: [2], bytes: new Uint8Array(7) }), {
      code: "TENSOR_SIZE_MISMATCH",
    });
  });
});
