import type { ChallengerMove, ChallengeOutcome, GliaError, ResponderMove } from "@glia/sdk";
import type { Hex } from "viem";

import { printable } from "../terminal/printable.ts";

/** What a watchtower tells, one line each; `jobId` is added by who tells it. Times in Unix seconds. */
export type WatchEvent =
  | { readonly event: "status"; readonly status: string }
  /** Items that were run again and came out the same. */
  | { readonly event: "checked"; readonly items: readonly number[]; readonly of: number }
  /** An item that came out differently; provable on chain where the model is exact. */
  | { readonly event: "wrong"; readonly item: number; readonly provable: boolean; readonly what: string }
  /** The outputs are not to be had, or are not what was committed to. */
  | { readonly event: "undelivered"; readonly why: string }
  | { readonly event: "audit"; readonly attestations: number; readonly opened: number; readonly differing: number }
  | { readonly event: "move"; readonly what: string; readonly why: string; readonly until?: number }
  | { readonly event: "wait"; readonly why: string; readonly until: number }
  /** An answer that is owed and cannot be made. */
  | {
      readonly event: "stuck";
      readonly what: string;
      readonly until: number;
      readonly code: string;
      readonly why: string;
    }
  | { readonly event: "challenge"; readonly outcome: ChallengeOutcome; readonly challenge?: bigint }
  | { readonly event: "trouble"; readonly code: string; readonly why: string; readonly again: boolean };

/** Tells an event of one job. */
export type Tell = (jobId: Hex, event: WatchEvent) => void;

/** A move in a dispute as an event; undefined for its end. */
export function moveEvent(move: ChallengerMove | ResponderMove): WatchEvent | undefined {
  switch (move.do) {
    case "send": {
      const { call, why, until } = move;
      return { event: "move", what: call.what, why, ...(until === undefined ? {} : { until }) };
    }
    case "wait":
      return { event: "wait", why: move.why, until: move.until };
    case "stuck":
      return { event: "stuck", what: move.key, until: move.until, code: move.error.code, why: move.error.message };
    case "done":
      return undefined;
  }
}

/** A failure as an event. */
export function troubleEvent({ code, message, hint }: GliaError, again: boolean): WatchEvent {
  return { event: "trouble", code, why: hint === undefined ? message : `${message} ${hint}`, again };
}

/** The event for a person. */
export function lineOf(event: WatchEvent): string {
  switch (event.event) {
    case "status":
      return event.status;
    case "checked":
      return `right as far as looked: ${event.items.length} of ${event.of} items run again, all the same`;
    case "wrong":
      return `WRONG ${printable(event.what, 300)}${event.provable ? "" : "; the model is not exact, so nothing can be proven"}`;
    case "undelivered":
      return `not delivered: ${printable(event.why, 300)}`;
    case "audit":
      return `audits: ${event.attestations} attested, ${event.opened} opened, ${event.differing} got another result`;
    case "move":
      return `${event.what}: ${printable(event.why)}`;
    case "wait":
      return `${printable(event.why)} Until ${time(event.until)} at the latest.`;
    case "stuck":
      return `CANNOT ANSWER ${event.what} by ${time(event.until)}: ${printable(event.why, 300)} [${event.code}]`;
    case "challenge":
      return `challenge${event.challenge === undefined ? "" : ` ${event.challenge}`}: ${event.outcome}`;
    case "trouble":
      return `trouble${event.again ? ", tried again" : ""}: ${printable(event.why, 300)} [${event.code}]`;
  }
}

function time(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
