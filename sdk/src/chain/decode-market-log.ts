import { parseEventLogs } from "viem";
import type { Log } from "viem";
import { jobMarketAbi } from "./abis.ts";
import type { ChainEvent } from "./read-events.ts";

/** A decoded event of the JobMarket. */
export type MarketEvent = ChainEvent<typeof jobMarketAbi>;

/** Decodes one log; undefined where it is none of the market's events. */
export function decodeMarketLog(log: Log): MarketEvent | undefined {
  const [event] = parseEventLogs({ abi: jobMarketAbi, logs: [log], strict: true });
  return event;
}
