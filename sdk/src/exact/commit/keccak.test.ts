import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { keccak256 } from "viem";
import { createRandom } from "../random.ts";
import { CHUNK, generalHash, loadKeccak, plainBulk, vectorBulk } from "./keccak.ts";

const hex = (bytes: Uint8Array, index: number) =>
  `0x${Buffer.from(bytes.subarray(32 * index, 32 * index + 32)).toString("hex")}`;

describe("keccak of the exact commitments", () => {
  it("is keccak256 of messages of any length, also across blocks", async () => {
    const random = createRandom(31);
    const { hash } = await loadKeccak();
    for (const length of [0, 1, 31, 32, 65, 129, 135, 136, 137, 272, 5000]) {
      const data = random.bytes(length);
      assert.equal(hex(hash(data), 0), keccak256(data));
    }
  });

  it("hashes leaves and pairs by vectors as one at a time, and as another library does", async () => {
    const random = createRandom(32);
    const vector = (await vectorBulk()) ?? assert.fail("Node has 128-bit vectors");
    for (const bulk of [vector, plainBulk(await generalHash())]) {
      for (const count of [1, 2, 3, 31, CHUNK]) {
        const leaves = random.bytes(bulk.leaves.length);
        bulk.leaves.set(leaves);
        bulk.hashLeaves(count);
        for (let i = 0; i < count; i++)
          assert.equal(hex(bulk.hashes, i), keccak256(Uint8Array.of(0, ...leaves.subarray(128 * i, 128 * i + 128))));
        const pairs = Math.floor(count / 2);
        const below = bulk.hashes.slice();
        if (pairs > 0) bulk.hashPairs(pairs);
        for (let i = 0; i < pairs; i++)
          assert.equal(hex(bulk.hashes, i), keccak256(Uint8Array.of(1, ...below.subarray(64 * i, 64 * i + 64))));
      }
    }
  });

  it("is loaded once", async () => {
    assert.equal(await loadKeccak(), await loadKeccak());
  });
});
