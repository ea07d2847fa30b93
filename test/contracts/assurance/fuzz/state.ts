/** What the model knows of a game: jobs, attestations, challenges, and who is who. */
import type { Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import type { Job, JobSpec } from "../../../../sdk/src/index.ts";
import type { Preimages } from "../../../../sdk/src/exact/dispute/index.ts";
import type { Game as Play } from "../game.ts";
import type { Receipt } from "../chain.ts";
import type { Scene } from "../scene.ts";

export const NO_ITEM = 2 ** 32 - 1;
export const TURNS = ["none", "provider", "challenger", "won", "lost", "released"] as const;
export type TurnName = (typeof TURNS)[number];
/** As in contracts/types/Job.sol. */
export const STATUS = {
  assigned: 2,
  committed: 3,
  revealed: 4,
  settled: 5,
  rejected: 7,
  defaulted: 9,
  refuted: 10,
} as const;

/** How a party behaves. All who are in league belong to the cheat. */
export type Manner = "honest" | "liar" | "copier" | "silent" | "friend" | "stranger";

export interface Party {
  readonly name: string;
  readonly account: HDAccount;
  readonly manner: Manner;
  readonly league: boolean;
}

export interface Provider extends Party {
  readonly operator: Party;
}

export interface Auditor {
  readonly party: Party;
  enrolled: bigint;
  bonded: bigint;
  leaving: bigint;
  freeAt: number;
  /** Enrolled stake since these moments. */
  readonly history: { readonly since: number; readonly stake: bigint }[];
}

export interface Attestation {
  readonly auditor: Auditor;
  readonly commitment: Hex;
  /** What it opens; undefined for whoever copied. */
  readonly roots: readonly Hex[] | undefined;
  readonly salt: Hex;
  differences: boolean[];
  opened: boolean;
  excused: boolean;
}

export interface AuditState {
  readonly seedPoint: bigint;
  captured: boolean;
  auditDeadline: number;
  redrawn: boolean;
  attested: number;
  waiting: number;
  /** Zero until revealed with attestations. */
  claimDeadline: number;
  /** Of the opened attestations, how many differ in each part. */
  readonly differing: number[];
}

export interface ItemState {
  responded: boolean;
  respondedAt: number;
  wanted: boolean;
}

export interface JobState {
  readonly n: number;
  readonly id: Hex;
  readonly spec: JobSpec;
  job: Job;
  readonly scene: Scene;
  readonly buyer: Party;
  readonly provider: Provider;
  /** Moves in time whenever it is the provider's turn. */
  readonly diligent: boolean;
  /** Somebody honest has the inputs and challenges what is wrong. */
  watched: boolean;
  readonly salt: Hex;
  status: number;
  readonly price: bigint;
  readonly collateral: bigint;
  readonly assignedAt: number;
  readonly rejectDeadline: number;
  deadline: number;
  /** What is left of the pot, and of the reward. */
  pot: bigint;
  reward: bigint;
  audit: AuditState | undefined;
  seed: Hex | undefined;
  readonly attestations: Map<Auditor, Attestation>;
  holds: number;
  refuted: boolean;
  /** Number of the challenge; 0 if there is none. */
  winner: bigint;
  item: number;
  tieDeadline: number;
  proven: boolean;
  readonly items: Map<number, ItemState>;
  request: { readonly deadline: number; readonly items: Set<number>; prepaid: bigint } | undefined;
  /** An honest challenge of a wrong result was opened in time: the job must fall. */
  mustFall: boolean;
}

export interface ChallengeState {
  readonly id: bigint;
  readonly job: JobState;
  readonly challenger: Party;
  bond: bigint;
  item: number;
  /** As stored: a response changes it only in effect. */
  turn: TurnName;
  deadline: number;
  rounds: number;
  question: "none" | "show" | "sums" | "step" | "max";
  /** Whether it sees the provider's tensors, and how long its proofs may be. */
  readonly delivered: boolean;
  readonly maxBytes: number | undefined;
  play: Play | undefined;
  asked: Receipt | undefined;
  /** Of the result's tree. */
  readonly shown: Preimages;
}

/** The time and number of the block in which the next transaction stands. */
export interface Moment {
  readonly now: number;
  readonly block: bigint;
}

/** Whose turn it is, and until when. */
export function turnOf(c: ChallengeState, moveWindow: number): { turn: TurnName; deadline: number } {
  const item = c.job.items.get(c.item);
  const responded = c.turn === "provider" && c.question === "none" && item?.responded === true;
  if (responded && item.respondedAt <= c.deadline)
    return { turn: "challenger", deadline: item.respondedAt + moveWindow };
  return { turn: c.turn, deadline: c.deadline };
}

/** Whether the revealed result is not what the model computes. */
export function isWrong({ scene }: JobState): boolean {
  return scene.outputRoots.join() !== scene.rightRoots.join();
}

/** The item's claim can be refuted: a wrong output, or a trace that does not compute. */
export function isFaulty({ scene }: JobState, item: number): boolean {
  return scene.claimed[item]?.trace.root !== scene.honest[item]?.trace.root;
}

export function isLive({ status }: JobState): boolean {
  return status === STATUS.assigned || status === STATUS.committed || status === STATUS.revealed;
}
