import { encodeEventTopics, numberToHex } from "viem";
import type { Address, Hex } from "viem";
import type { Claim } from "../exact/dispute/index.ts";
import { disputesAbi } from "./abis.ts";
import type { AssuranceClient } from "./assurance-client.ts";
import type { DisputesEvent } from "./decode-assurance-log.ts";
import type { EventPlace, JobView } from "./job-from-events.ts";
import type { MarketClient } from "./market-client.ts";
import { readEvents } from "./read-events.ts";

/** One challenge as its events tell it; whose turn it is says `AssuranceClient.challengeOf`. */
export interface ChallengeView {
  readonly challenge: bigint;
  readonly challenger: Address;
  /** `NO_ITEM` while it is looked for. */
  readonly item: number;
  /** Wei. */
  readonly bond: bigint;
  readonly opened: EventPlace;
  /** All its events in their order, the opening first. */
  readonly events: readonly DisputesEvent[];
}

/** What a provider claimed of one item. */
export interface ItemResponse {
  readonly item: number;
  readonly claim: Claim;
  readonly inputRoots: readonly Hex[];
  readonly outputRoots: readonly Hex[];
  /** The trace's tree 6 levels below its root, or its leaves. */
  readonly traceTop: readonly Hex[];
}

/** The buyer's request for outputs as calldata. */
export interface DataRequest {
  readonly items: readonly number[];
  /** Wei. */
  readonly prepaid: bigint;
  /** Unix seconds up to which they must be posted. */
  readonly deadline: number;
  /** What was posted so far: bytes of each output's layout, one after another. */
  readonly posted: readonly { readonly item: number; readonly lengths: readonly number[]; readonly data: Hex }[];
  /** The provider did not, and the job fell. */
  readonly defaulted: boolean;
  /** The prepayment went back, because the job fell through something else. */
  readonly released: boolean;
}

/** Everything that the log of the disputes says about one job. */
export interface DisputesView {
  /** The block up to which the log was read; state that is to fit it must be read at that block. */
  readonly blockNumber: bigint;
  readonly challenges: readonly ChallengeView[];
  readonly responses: readonly ItemResponse[];
  readonly data?: DataRequest;
}

const BY_JOB = ["ItemResponded", "DataRequested", "DataPosted", "DataDefaulted", "DataReleased"] as const;

/**
 * What the events of a revealed job's disputes say: all challenges of it, responses, the request for data.
 * @throws GliaError as `readEvents`.
 */
export async function disputesFromEvents(
  client: MarketClient,
  { disputes }: Pick<AssuranceClient, "disputes">,
  { jobId, revealed }: Pick<JobView, "jobId" | "revealed">,
  signal?: AbortSignal,
): Promise<DisputesView> {
  const { publicClient } = client;
  const toBlock = await publicClient.getBlockNumber({ cacheTime: 0 });
  if (revealed === undefined) return { blockNumber: toBlock, challenges: [], responses: [] };
  const read = (topics: readonly (Hex | readonly Hex[] | null)[]): Promise<DisputesEvent[]> =>
    collect({
      publicClient,
      address: disputes,
      abi: disputesAbi,
      topics,
      fromBlock: revealed.blockNumber,
      toBlock,
      ...(signal === undefined ? {} : { signal }),
    });
  const [opened, about] = await Promise.all([
    read([topicOf("ChallengeOpened"), null, jobId]),
    read([BY_JOB.map(topicOf), jobId]),
  ]);
  const ids = opened.flatMap((event) => (event.eventName === "ChallengeOpened" ? [event.args.challenge] : []));
  const moves = ids.length === 0 ? [] : await read([null, ids.map((id) => numberToHex(id, { size: 32 }))]);
  return {
    blockNumber: toBlock,
    challenges: ids.flatMap((id) =>
      challengeFrom(
        id,
        moves.filter((event) => isOf(event, id)),
      ),
    ),
    responses: about.flatMap((event) => (event.eventName === "ItemResponded" ? [responseOf(event.args)] : [])),
    ...dataOf(about),
  };
}

function challengeFrom(challenge: bigint, events: readonly DisputesEvent[]): ChallengeView[] {
  const [first] = events;
  if (first?.eventName !== "ChallengeOpened") return [];
  const { challenger, bond } = first.args;
  let { item } = first.args;
  for (const event of events) if (event.eventName === "ItemChosen") item = event.args.item;
  const { transactionHash, blockNumber, blockHash } = first;
  return [{ challenge, challenger, item, bond, opened: { transactionHash, blockNumber, blockHash }, events }];
}

function responseOf({
  item,
  claim,
  inputRoots,
  outputRoots,
  traceTop,
}: Extract<DisputesEvent, { eventName: "ItemResponded" }>["args"]): ItemResponse {
  return { item, claim, inputRoots, outputRoots, traceTop };
}

function dataOf(events: readonly DisputesEvent[]): { readonly data?: DataRequest } {
  let data: DataRequest | undefined;
  for (const { eventName, args } of events) {
    if (eventName === "DataRequested") {
      const { items, prepaid, deadline } = args;
      data = { items, prepaid, deadline, posted: [], defaulted: false, released: false };
    } else if (eventName === "DataPosted" && data !== undefined) {
      const { item, lengths, data: bytes } = args;
      data = { ...data, posted: [...data.posted, { item, lengths, data: bytes }] };
    } else if (eventName === "DataDefaulted" && data !== undefined) data = { ...data, defaulted: true };
    else if (eventName === "DataReleased" && data !== undefined) data = { ...data, released: true };
  }
  return data === undefined ? {} : { data };
}

/** The first topic of challenges' events is the challenge's number, that of others is no number of a challenge. */
function isOf(event: DisputesEvent, challenge: bigint): boolean {
  return "challenge" in event.args && event.args.challenge === challenge;
}

function topicOf(eventName: "ChallengeOpened" | (typeof BY_JOB)[number]): Hex {
  return encodeEventTopics({ abi: disputesAbi, eventName })[0];
}

async function collect(query: Parameters<typeof readEvents<typeof disputesAbi>>[0]): Promise<DisputesEvent[]> {
  const events: DisputesEvent[] = [];
  for await (const event of readEvents(query)) events.push(event);
  return events;
}
