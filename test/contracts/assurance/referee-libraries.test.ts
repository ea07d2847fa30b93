/** The referee's libraries, each alone: against the shared vectors, the law and plain arithmetic. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "mocha";
import { bytesToHex, concat, keccak256 } from "viem";
import type { Hex } from "viem";
import { loadKeccak } from "../../../sdk/src/exact/commit/keccak.ts";
import { weightByte } from "../../../sdk/src/exact/commit/filters.ts";
import { elementPlace, wordsOfShape } from "../../../sdk/src/exact/commit/layout.ts";
import { openHash, openRange } from "../../../sdk/src/exact/commit/range.ts";
import { depthOf, leafNodes, readyNodes, rootOf } from "../../../sdk/src/exact/commit/tree.ts";
import { byteWords, leavesOf } from "../../../sdk/src/exact/commit/words.ts";
import { requantise } from "../../../sdk/src/exact/law/index.ts";
import { sizeOf } from "../../../sdk/src/exact/model.ts";
import type { Shape } from "../../../sdk/src/exact/model.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";
import { randomShape } from "../../exact/commit-models.ts";
import { naiveLayout } from "../../exact/commit-naive.ts";
import { librariesAbi, startRefereeChain } from "./referee-chain.ts";
import type { RefereeChain } from "./referee-chain.ts";

const VECTORS = new URL("../../vectors/exact/", import.meta.url);
const BITS = new DataView(new ArrayBuffer(4));

type Row = readonly [acc: number, multiplier: number, zero: number, result: number];
type Sizes = readonly [number, number, number, number];
interface RangeVector {
  readonly first: number;
  readonly leaves: Hex;
  readonly siblings: Hex[];
}
interface TensorVector {
  readonly shape: Sizes;
  readonly bytes: Hex;
  readonly words: number;
  readonly root: Hex;
  readonly elements: Sizes[];
  readonly proofs: RangeVector[];
}
interface FilterVector {
  readonly record: Hex;
  readonly parameters: Hex;
  readonly input: { readonly shape: Sizes; readonly root: Hex };
  readonly element: { readonly inputRanges: RangeVector[]; readonly filterRange: RangeVector };
}

const shapeOf = ([n, h, w, c]: Sizes): Shape => ({ n, h, w, c });
const read = async <T>(file: string): Promise<T> => JSON.parse(await readFile(new URL(file, VECTORS), "utf8")) as T;
const bytesIn = (hex: Hex): number => (hex.length - 2) / 2;

function floatOf(bits: number): number {
  BITS.setUint32(0, bits);
  return BITS.getFloat32(0);
}

describe("Libraries of the referee", () => {
  let chain: RefereeChain;
  const libraries = () => ({ address: chain.libraries, abi: librariesAbi }) as const;

  before(async () => {
    chain = await startRefereeChain();
  });
  after(() => chain.close());

  async function checkRows(rows: readonly Row[]): Promise<void> {
    for (let from = 0; from < rows.length; from += 500) {
      const part = rows.slice(from, from + 500);
      const results = await chain.client.readContract({
        ...libraries(),
        functionName: "requantise",
        args: [
          part.map(([acc]) => BigInt(acc)),
          part.map(([, bits]) => BigInt(bits)),
          part.map(([, , zero]) => BigInt(zero)),
        ],
      });
      part.forEach((row, i) => {
        assert.equal(results[i], BigInt(row[3]), `requantise(${row.join(", ")})`);
      });
    }
  }

  describe("requantisation", () => {
    it("passes the shared vectors, ties and extremes among them", async () => {
      const { comment, ...groups } = await read<Record<string, [number, Hex, number, number][]>>("requantise.json");
      assert.equal(typeof comment, "string");
      assert.deepEqual(Object.keys(groups), ["ties", "roundedTies", "ordinary", "extremes"]);
      for (const rows of Object.values(groups))
        await checkRows(rows.map(([acc, bits, zero, result]) => [acc, Number(bits), zero, result]));
    });

    it("is the law on random numbers of all sizes, at ties of either rounding and next to them", async () => {
      const random = createRandom(4101);
      const rows: Row[] = [];
      const add = (acc: number, bits: number) => {
        const zero = random.pick([0, 128, 255, random.below(256)]);
        rows.push([acc, bits, zero, requantise(acc, floatOf(bits), zero)]);
      };
      const exponent = (e: number) => (e + 127) << 23;
      for (let i = 0; i < 4000; i++) {
        const acc = (random.below(2 ** (1 + random.below(24))) + 0) * random.pick([1, -1]);
        const mantissa = random.pick([0, 1, 2 ** 23 - 1, random.below(2 ** 23), random.below(128) << 16]);
        // So that the product is about 2^-3 to 2^10, and now and then anything.
        const near = Math.floor(random.between(-3, 11)) - Math.floor(Math.log2(Math.abs(acc) || 1));
        add(acc, exponent(random.below(8) === 0 ? random.below(254) - 126 : near) | mantissa);
        // Halves: an odd number times 2^-1 with a power of two as multiplier, and its neighbours.
        const shift = 1 + random.below(15);
        const tie = ((2 * random.below(256) + 1) << (shift - 1)) * random.pick([1, -1]);
        for (const beside of [-1, 0, 1]) add(tie + beside, exponent(-shift));
      }
      assert.ok(new Set(rows.map(([, , , result]) => result)).size === 256);
      await checkRows(rows);
    });

    it("rounds what single precision cannot hold to an even mantissa first", async () => {
      // 3 · (2^23 + 1) = 25165827 lies halfway between two singles; so does every odd product of 25 bits.
      const rows: Row[] = [];
      for (let mantissa = 2 ** 23 + 1; mantissa < 2 ** 23 + 400; mantissa++)
        for (const acc of [3, -3, 5, 255, 16777215])
          for (const e of [-25, -24, -20, -18]) {
            const bits = (((e + 127) << 23) | (mantissa & 0x7fffff)) >>> 0;
            rows.push([acc, bits, 7, requantise(acc, floatOf(bits), 7)]);
          }
      await checkRows(rows);
    });
  });

  describe("dot products", () => {
    it("are those of plain numbers, for one word and many", async () => {
      const random = createRandom(4102);
      for (let i = 0; i < 60; i++) {
        const words = 1 + random.below(i < 50 ? 6 : 200);
        const extreme = random.below(4) === 0;
        const draw = () => (extreme ? new Uint8Array(32 * words).fill(255) : random.bytes(32 * words));
        const [x, w, wZero] = [draw(), draw(), random.pick([0, 128, 255, random.below(256)])];
        const constant = random.below(256);
        let [sum, constantSum] = [0, 0];
        for (let k = 0; k < 32 * words; k++) {
          const weight = (w[(k & ~31) + weightByte(k & 31)] ?? 0) - wZero;
          sum += (x[k] ?? 0) * weight;
          constantSum += constant * weight;
        }
        const [xs, ws] = [bytesToHex(x), bytesToHex(w)];
        const args = [xs, ws, BigInt(wZero)] as const;
        assert.equal(await chain.client.readContract({ ...libraries(), functionName: "dot", args }), BigInt(sum));
        const other = [BigInt(constant), ws, BigInt(wZero)] as const;
        assert.equal(
          await chain.client.readContract({ ...libraries(), functionName: "dotOfConstant", args: other }),
          BigInt(constantSum),
        );
      }
    });
  });

  describe("trees", () => {
    async function rangeRoot({ first, leaves, siblings }: RangeVector, words: number): Promise<Hex> {
      const args = [
        concat([leaves, ...siblings]),
        BigInt(first),
        BigInt(bytesIn(leaves) / 128),
        BigInt(depthOf(leavesOf(words))),
      ] as const;
      return chain.client.readContract({ ...libraries(), functionName: "rangeRoot", args });
    }

    it("leads the shared ranges of tensors and filters to their roots", async () => {
      const { tensors } = await read<{ tensors: TensorVector[] }>("tensors.json");
      for (const { root, words, proofs } of tensors)
        for (const proof of proofs) assert.equal(await rangeRoot(proof, words), root);
      const { filters } = await read<{ filters: FilterVector[] }>("filters.json");
      for (const { record, parameters, input, element } of filters) {
        const root: Hex = `0x${record.slice(-64)}`;
        assert.equal(await rangeRoot(element.filterRange, bytesIn(parameters) / 32), root);
        for (const range of element.inputRanges)
          assert.equal(await rangeRoot(range, wordsOfShape(shapeOf(input.shape))), input.root);
      }
    });

    it("leads every range of a small tree to its root", async () => {
      const keccak = await loadKeccak();
      for (const leaves of [1, 2, 3, 5, 8, 13]) {
        const words = byteWords(createRandom(leaves).bytes(leaves * 128 - 5));
        const root = bytesToHex(rootOf(keccak, leafNodes(words)));
        for (let first = 0; first < leaves; first++)
          for (let count = 1; first + count <= leaves; count++) {
            const proof = await openRange(words, { first, count });
            const vector = { first, leaves: bytesToHex(proof.leaves), siblings: [...proof.siblings] };
            assert.equal(await rangeRoot(vector, words.count), root);
          }
      }
    });

    it("leads a hash to its root, at every place", async () => {
      const keccak = await loadKeccak();
      const random = createRandom(4103);
      for (const count of [1, 2, 5, 16]) {
        const leaves = Array.from({ length: count }, () => random.bytes(32));
        const root = bytesToHex(rootOf(keccak, readyNodes(leaves)));
        const hashes = leaves.map((leaf) => bytesToHex(leaf));
        for (const [index, hash] of hashes.entries()) {
          const siblings = await openHash(hashes, index);
          const args = [concat(["0x", ...siblings]), hash, BigInt(index), BigInt(depthOf(count))] as const;
          assert.equal(await chain.client.readContract({ ...libraries(), functionName: "hashRoot", args }), root);
        }
      }
    });

    it("makes the root of bytes of any length", async () => {
      const keccak = await loadKeccak();
      const random = createRandom(4104);
      for (const length of [4, 32, 124, 128, 132, 256, 260, 380, 512, 640, 1000, 1028, 3996, 8192]) {
        const bytes = random.bytes(length);
        const expected = bytesToHex(rootOf(keccak, leafNodes(byteWords(bytes))));
        const args = [bytesToHex(bytes)] as const;
        assert.equal(await chain.client.readContract({ ...libraries(), functionName: "rootOf", args }), expected);
      }
    });

    it("takes no more and no fewer words than the place needs", async () => {
      const words = byteWords(createRandom(9).bytes(1000));
      const { first, leaves, siblings } = await openRange(words, { first: 2, count: 3 });
      const call = (data: Hex) =>
        chain.client.readContract({
          ...libraries(),
          functionName: "rangeRoot",
          args: [data, BigInt(first), 3n, 3n],
        });
      const whole = concat([bytesToHex(leaves), ...siblings]);
      assert.match(await call(whole), /^0x/);
      for (const wrong of [whole.slice(0, -64), whole.slice(0, -2), `${whole}${"00".repeat(32)}`, whole.slice(0, 130)])
        await assert.rejects(call(wrong as Hex), /MalformedProof/);
    });

    it("gives another root where a leaf is an inner node's children", async () => {
      // 64 bytes that are two hashes, filled up to a leaf: the domain byte and the length keep the two apart.
      const [left, right] = [keccak256("0x01"), keccak256("0x02")];
      const inner = await chain.client.readContract({
        ...libraries(),
        functionName: "hashRoot",
        args: [right, left, 0n, 1n],
      });
      assert.equal(inner, keccak256(concat(["0x01", left, right])));
      for (const leaf of [concat([left, right, `0x${"00".repeat(64)}`]), concat([left, right, left, right])]) {
        const root = await rangeRoot({ first: 0, leaves: leaf, siblings: [] }, 4);
        assert.equal(root, keccak256(concat(["0x00", leaf])));
        assert.notEqual(root, inner);
      }
    });
  });

  describe("layout", () => {
    const placeOf = async (shape: Shape, element: number) => {
      const { n, h, w, c } = shape;
      const sizes = { n: BigInt(n), h: BigInt(h), w: BigInt(w), c: BigInt(c) };
      const args = [sizes, BigInt(element)] as const;
      const [place, depth] = await chain.client.readContract({ ...libraries(), functionName: "placeOf", args });
      return { place: Number(place), depth: Number(depth), sizes };
    };

    it("passes the shared vectors", async () => {
      const { tensors } = await read<{ tensors: TensorVector[] }>("tensors.json");
      for (const { shape, words, elements } of tensors)
        for (const [index, word, lane] of elements) {
          const { place, depth } = await placeOf(shapeOf(shape), index);
          assert.equal(place, 32 * word + lane);
          assert.equal(depth, depthOf(leavesOf(words)));
        }
    });

    it("puts elements and filler where the commitments do", async () => {
      const random = createRandom(4105);
      for (let i = 0; i < 40; i++) {
        const shape = randomShape(random, 600);
        const layout = naiveLayout(shape, new Uint8Array(sizeOf(shape)).fill(1));
        const index = random.below(sizeOf(shape));
        const { word, lane } = elementPlace(shape, index);
        const { place, sizes } = await placeOf(shape, index);
        assert.equal(place, 32 * word + lane);
        const args = [sizes, BigInt(layout.length)] as const;
        const fillers = await chain.client.readContract({ ...libraries(), functionName: "fillers", args });
        assert.deepEqual(
          fillers,
          layout.map((byte) => byte === 0),
        );
      }
    });
  });
});
