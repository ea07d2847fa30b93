import assert from "node:assert/strict";
import { describe, it } from "mocha";

import type { Hex, Log } from "viem";

import type { BlockRecord } from "../store/blocks.ts";
import { type LogSource, readLogs } from "./read-logs.ts";

/** A chain of blocks named by strings; each holds one log that carries the block's name. */
class ToyChain implements LogSource {
  readonly requests: [bigint, bigint][] = [];
  blocks: string[];
  beforeLogs: () => void = () => undefined;

  constructor(blocks: string[]) {
    this.blocks = blocks;
  }

  head(): Promise<bigint> {
    return Promise.resolve(BigInt(this.blocks.length - 1));
  }

  block(number: bigint): Promise<(BlockRecord & { parentHash: Hex }) | undefined> {
    const name = this.blocks[Number(number)];
    const parent = this.blocks[Number(number) - 1] ?? "";
    return Promise.resolve(name === undefined ? undefined : { number, hash: `0x${name}`, parentHash: `0x${parent}` });
  }

  logs(from: bigint, to: bigint): Promise<Log[]> {
    this.requests.push([from, to]);
    this.beforeLogs();
    return Promise.resolve(
      this.blocks.slice(Number(from), Number(to) + 1).map((name) => ({ data: `0x${name}` }) as Log),
    );
  }
}

/** What a receiver makes of it: the names of blocks seen, cut back at each rewind. */
class Receiver {
  known: BlockRecord[] = [];
  seen: string[] = [];
  rewinds: bigint[] = [];

  read(source: LogSource, range = 100n, confirmations = 0n): Promise<bigint | undefined> {
    return readLogs({
      source,
      fromBlock: 0n,
      range,
      confirmations,
      known: () => this.known,
      onBatch: ({ logs, upTo }) => {
        this.seen.push(...logs.map(({ data }) => data.slice(2)));
        this.known.unshift(upTo);
      },
      onRewind: (number) => {
        this.rewinds.push(number);
        this.seen.length = Number(number + 1n);
        this.known = this.known.filter((block) => block.number <= number);
      },
      signal: new AbortController().signal,
    });
  }
}

describe("readLogs", () => {
  it("reads everything once, in bounded ranges, and goes on from the cursor", async () => {
    const chain = new ToyChain(["a", "b", "c", "d", "e"]);
    const receiver = new Receiver();
    assert.equal(await receiver.read(chain, 2n), 4n);
    assert.deepEqual(chain.requests, [
      [0n, 1n],
      [2n, 3n],
      [4n, 4n],
    ]);
    chain.blocks.push("f");
    await receiver.read(chain, 2n);
    await receiver.read(chain, 2n);
    assert.deepEqual(receiver.seen, ["a", "b", "c", "d", "e", "f"]);
  });

  it("stays behind the head by the confirmations", async () => {
    const receiver = new Receiver();
    assert.equal(await receiver.read(new ToyChain(["a", "b", "c"]), 100n, 2n), 0n);
    assert.deepEqual(receiver.seen, ["a"]);
    assert.equal(await new Receiver().read(new ToyChain(["a"]), 100n, 2n), undefined);
  });

  it("goes back to the common ancestor when the chain was reorganised", async () => {
    const chain = new ToyChain(["a", "b", "c", "d"]);
    const receiver = new Receiver();
    await receiver.read(chain, 1n);
    chain.blocks = ["a", "b", "x", "y", "z"];
    await receiver.read(chain, 1n);
    assert.deepEqual(receiver.rewinds, [1n]);
    assert.deepEqual(receiver.seen, ["a", "b", "x", "y", "z"]);
  });

  it("starts over when nothing that it knew is left", async () => {
    const chain = new ToyChain(["a", "b"]);
    const receiver = new Receiver();
    await receiver.read(chain);
    chain.blocks = ["p", "q", "r"];
    await receiver.read(chain);
    assert.deepEqual(receiver.rewinds, [-1n]);
    assert.deepEqual(receiver.seen, ["p", "q", "r"]);
  });

  it("also goes back when the new chain is shorter", async () => {
    const chain = new ToyChain(["a", "b", "c"]);
    const receiver = new Receiver();
    await receiver.read(chain, 1n);
    chain.blocks = ["a"];
    await receiver.read(chain, 1n);
    assert.deepEqual([receiver.rewinds, receiver.seen], [[0n], ["a"]]);
  });

  it("drops a batch that a reorganisation overtook", async () => {
    const chain = new ToyChain(["a", "b", "c", "d"]);
    const receiver = new Receiver();
    await receiver.read(chain);
    chain.blocks.push("e", "f");
    chain.beforeLogs = () => {
      chain.blocks = ["a", "b", "c", "x", "y", "z"];
    };
    await receiver.read(chain);
    assert.deepEqual(receiver.seen, ["a", "b", "c", "d"], "nothing of the mixed answer is taken");
    chain.beforeLogs = () => undefined;
    await receiver.read(chain);
    assert.deepEqual(receiver.seen, ["a", "b", "c", "x", "y", "z"]);
  });
});
