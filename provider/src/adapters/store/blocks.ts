import type { DatabaseSync } from "node:sqlite";

import type { Hex } from "viem";

/** A block that the chain reader has read up to. */
export interface BlockRecord {
  readonly number: bigint;
  readonly hash: Hex;
}

/** How many block hashes are kept to find the common ancestor after a reorganisation. */
const KEPT = 512;

export type BlockStore = ReturnType<typeof createBlockStore>;

/** The chain reader's cursor and the hashes behind it. */
export function createBlockStore(database: DatabaseSync) {
  const put = database.prepare("INSERT OR REPLACE INTO blocks (number, hash) VALUES (?, ?)");
  const trim = database.prepare(
    "DELETE FROM blocks WHERE number NOT IN (SELECT number FROM blocks ORDER BY number DESC LIMIT ?)",
  );
  const list = database.prepare("SELECT * FROM blocks ORDER BY number DESC");
  const last = database.prepare("SELECT * FROM blocks ORDER BY number DESC LIMIT 1");
  const removeAbove = database.prepare("DELETE FROM blocks WHERE number > ?");
  const toRecord = (row: Record<string, unknown>): BlockRecord => ({
    number: BigInt(Number(row["number"])),
    hash: String(row["hash"]) as Hex,
  });

  return {
    /** The block up to which everything was read; undefined in a new journal. */
    last(): BlockRecord | undefined {
      const row = last.get();
      return row === undefined ? undefined : toRecord(row);
    },
    /** Newest first. */
    list(): BlockRecord[] {
      return list.all().map(toRecord);
    },
    put(block: BlockRecord): void {
      put.run(block.number, block.hash);
      trim.run(KEPT);
    },
    removeAbove(number: bigint): void {
      removeAbove.run(number);
    },
  };
}
