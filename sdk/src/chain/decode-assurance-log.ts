import { parseEventLogs } from "viem";
import type { Log } from "viem";
import { assuranceAbi, disputesAbi } from "./abis.ts";
import type { ChainEvent } from "./read-events.ts";

/** A decoded event of the assurance module. */
export type AssuranceEvent = ChainEvent<typeof assuranceAbi>;

/** A decoded event of the module's disputes. */
export type DisputesEvent = ChainEvent<typeof disputesAbi>;

/** Decodes one log; undefined where it is none of the module's events. */
export function decodeAssuranceLog(log: Log): AssuranceEvent | undefined {
  return parseEventLogs({ abi: assuranceAbi, logs: [log], strict: true })[0];
}

/** Decodes one log; undefined where it is none of the disputes' events. */
export function decodeDisputesLog(log: Log): DisputesEvent | undefined {
  return parseEventLogs({ abi: disputesAbi, logs: [log], strict: true })[0];
}
