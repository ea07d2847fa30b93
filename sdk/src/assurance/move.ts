import type { ContractCall } from "../chain/contract-call.ts";
import type { GliaError } from "../errors.ts";

/** How a challenge ended for its challenger. */
export type ChallengeOutcome =
  /** The job fell through this challenge, or this one was won besides. */
  | "won"
  /** The bond is the provider's. */
  | "lost"
  /** The job fell through something else, and the bond came back. */
  | "released"
  /** It was too late, or the job had ended, before a challenge was opened. */
  | "closed"
  /** Nothing differs: no challenge was opened. */
  | "agreed";

/** A transaction that is to be sent. */
export interface SendMove {
  readonly do: "send";
  readonly call: ContractCall;
  /** Names the move: the same move has the same key, whenever and by whomever it is found, so a journal sends it once. */
  readonly key: string;
  /** Unix seconds by which it must be mined; missing where nothing presses. */
  readonly until?: number;
  /** Why it is sent, as a sentence. */
  readonly why: string;
}

/** Somebody else's move, or a time, is waited for. */
export interface WaitMove {
  readonly do: "wait";
  readonly for: "provider" | "challenger" | "time";
  /** Unix seconds at which there is something to do at the latest. */
  readonly until: number;
  readonly why: string;
}

/** An answer that is owed and cannot be made from the material; without it the challenge is lost at `until`. */
export interface StuckMove {
  readonly do: "stuck";
  readonly key: string;
  readonly until: number;
  readonly error: GliaError;
}

/** What a challenger does next. It follows from the chain and the material alone. */
export type ChallengerMove =
  SendMove | WaitMove | { readonly do: "done"; readonly outcome: ChallengeOutcome; readonly challenge?: bigint };

/** What a responder has to do now; several moves may be due at once. */
export type ResponderMove = SendMove | WaitMove | StuckMove;

/** Sends a move's call; resolves once it is mined, rejects with the contract's refusal. */
export type MoveSender = (move: SendMove) => Promise<void>;
