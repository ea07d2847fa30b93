import { BaseError, numberToHex, parseEventLogs } from "viem";
import type { Abi, Address, Hex, ParseEventLogsReturnType, PublicClient, RpcLog } from "viem";
import { formatLog } from "viem/utils";
import { GliaError } from "../errors.ts";
import { explainRevert } from "./errors/explain-revert.ts";

/** A decoded event with its place in the chain. */
export type ChainEvent<abi extends Abi> = ParseEventLogsReturnType<abi, undefined, true>[number];

/** Which events to read. */
export interface EventQuery<abi extends Abi> {
  readonly publicClient: PublicClient;
  readonly address: Address | readonly Address[];
  /** Events outside the ABI are left out. */
  readonly abi: abi;
  /** Raw topic filters, position by position; null admits all. */
  readonly topics?: readonly (Hex | readonly Hex[] | null)[];
  readonly fromBlock: bigint;
  /** Inclusive. */
  readonly toBlock: bigint;
  /** Blocks asked for at once, at most; halved while the RPC finds that too much. */
  readonly maxRange?: bigint;
  readonly signal?: AbortSignal;
}

/** The events of one stretch of blocks; stretches without events are yielded too, so that a cursor can follow. */
export interface EventWindow<abi extends Abi> {
  readonly fromBlock: bigint;
  readonly toBlock: bigint;
  readonly events: readonly ChainEvent<abi>[];
}

/** What RPC providers say when a range or its answer is too large. */
const TOO_MUCH = /range|too (many|large|wide)|more than|limit|exceed|response size|10,?000/i;
const RATE = /rate|requests per|429|capacity/i;

/** Reads events in chain order with bounded `eth_getLogs` calls, stretch by stretch. */
export async function* readEventWindows<const abi extends Abi>(
  query: EventQuery<abi>,
): AsyncGenerator<EventWindow<abi>, void, undefined> {
  const maxRange = query.maxRange ?? 2_000n;
  let range = maxRange;
  let fromBlock = query.fromBlock;
  while (fromBlock <= query.toBlock) {
    query.signal?.throwIfAborted();
    const last = fromBlock + range - 1n;
    const toBlock = last < query.toBlock ? last : query.toBlock;
    let events: readonly ChainEvent<abi>[];
    try {
      events = await getLogs(query, fromBlock, toBlock);
    } catch (error) {
      const asked = toBlock - fromBlock + 1n;
      if (asked === 1n || !isTooMuch(error)) throw error instanceof GliaError ? error : explainRevert(error);
      range = asked / 2n;
      continue;
    }
    yield { fromBlock, toBlock, events };
    fromBlock = toBlock + 1n;
    range = range * 2n < maxRange ? range * 2n : maxRange;
  }
}

/** Like {@link readEventWindows}, event by event. */
export async function* readEvents<const abi extends Abi>(
  query: EventQuery<abi>,
): AsyncGenerator<ChainEvent<abi>, void, undefined> {
  for await (const { events } of readEventWindows(query)) yield* events;
}

async function getLogs<const abi extends Abi>(
  { publicClient, address, abi, topics }: EventQuery<abi>,
  fromBlock: bigint,
  toBlock: bigint,
): Promise<readonly ChainEvent<abi>[]> {
  const addresses = typeof address === "string" ? [address] : [...address];
  const raw: RpcLog[] = await publicClient.request({
    method: "eth_getLogs",
    params: [
      {
        address: addresses,
        fromBlock: numberToHex(fromBlock),
        toBlock: numberToHex(toBlock),
        ...(topics === undefined ? {} : { topics: topics.map((topic) => (topic === null ? null : [topic].flat())) }),
      },
    ],
  });
  if (!Array.isArray(raw)) {
    throw new GliaError("RPC_NONSENSE", "The RPC answered eth_getLogs with something that is no list.", {
      kind: "network",
      hint: "Use another RPC endpoint.",
    });
  }
  const wanted = new Set(addresses.map((one) => one.toLowerCase()));
  const logs = raw
    .map((log) => formatLog(log))
    .filter((log) => wanted.has(log.address.toLowerCase()) && log.removed !== true);
  return parseEventLogs({ abi, logs, strict: true });
}

function isTooMuch(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  const text = `${error.details} ${error.shortMessage}`;
  return TOO_MUCH.test(text) && !RATE.test(text);
}
