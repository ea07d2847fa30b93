import type { Hex, Log } from "viem";

import type { BlockRecord } from "../store/blocks.ts";

/** What the reader needs of a chain. */
export interface LogSource {
  /** Number of the newest block. */
  head(): Promise<bigint>;
  /** The block of this number on the canonical chain; undefined if there is none. */
  block(number: bigint): Promise<(BlockRecord & { readonly parentHash: Hex }) | undefined>;
  /** Logs of the blocks `from` to `to`, both included. */
  logs(from: bigint, to: bigint): Promise<Log[]>;
}

/** What was read; handed over so that the receiver can make it durable together with the new cursor. */
export interface LogBatch {
  readonly logs: readonly Log[];
  readonly upTo: BlockRecord;
}

export interface ReadLogsOptions {
  readonly source: LogSource;
  /** First block of interest, for an empty journal. */
  readonly fromBlock: bigint;
  /** Most blocks in one request. */
  readonly range: bigint;
  /** Blocks that must lie on top of what is read. */
  readonly confirmations: bigint;
  /** Block hashes that were read before, newest first. */
  known(): BlockRecord[];
  /** Makes a batch and its cursor durable. */
  onBatch(batch: LogBatch): void;
  /** A reorganisation: everything above block `number` did not happen. */
  onRewind(number: bigint): void;
  readonly signal: AbortSignal;
}

/**
 * Reads on from the cursor to the head, at most `range` blocks at a time. Before and after each request the cursor's hash is
 * compared with the chain; if it is no longer there, the reader goes back to the newest block that still is.
 * @returns the number of the last block that was read, or undefined if there is nothing yet.
 */
export async function readLogs(options: ReadLogsOptions): Promise<bigint | undefined> {
  const { source, range, confirmations, fromBlock, signal } = options;
  const target = (await source.head()) - confirmations;
  let cursor = await findAncestor(options);
  while (!signal.aborted) {
    const from = cursor === undefined ? fromBlock : cursor.number + 1n;
    if (from > target) break;
    const to: bigint = from + range - 1n < target ? from + range - 1n : target;
    const end = await source.block(to);
    if (end === undefined) break;
    const logs = await source.logs(from, to);
    if (!(await isStill(source, end)) || !(await follows(source, cursor, end))) break;
    cursor = { number: end.number, hash: end.hash };
    options.onBatch({ logs, upTo: cursor });
  }
  return cursor?.number;
}

/** The cursor if it is still on the chain; else the newest known block that is, after saying how far back that is. */
async function findAncestor(options: ReadLogsOptions): Promise<BlockRecord | undefined> {
  const { source, fromBlock } = options;
  const [newest, ...older] = options.known();
  if (newest === undefined || (await isStill(source, newest))) return newest;
  for (const block of older) {
    if (!(await isStill(source, block))) continue;
    options.onRewind(block.number);
    return block;
  }
  options.onRewind(fromBlock - 1n);
  return undefined;
}

async function isStill(source: LogSource, block: BlockRecord): Promise<boolean> {
  return (await source.block(block.number))?.hash === block.hash;
}

/** Whether `end` descends from the cursor: by its parent's hash where they touch, else because the chain that holds `end` still holds the cursor. */
async function follows(
  source: LogSource,
  cursor: BlockRecord | undefined,
  end: BlockRecord & { readonly parentHash: Hex },
): Promise<boolean> {
  if (cursor === undefined) return true;
  if (end.number === cursor.number + 1n) return end.parentHash === cursor.hash;
  return isStill(source, cursor);
}
