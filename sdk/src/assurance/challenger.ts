import type { Address, Hex } from "viem";
import { assuranceOf } from "../chain/assurance-client.ts";
import type { AssuranceClient } from "../chain/assurance-client.ts";
import { chainTime } from "../chain/chain-time.ts";
import { challengeCall, challengeStepCall } from "../chain/dispute-calls.ts";
import { NO_ITEM, Turn } from "../chain/dispute-types.ts";
import type { Challenge } from "../chain/dispute-types.ts";
import { disputesFromEvents } from "../chain/disputes-from-events.ts";
import type { ChallengeView, DisputesView } from "../chain/disputes-from-events.ts";
import { jobFromEvents } from "../chain/job-from-events.ts";
import type { JobView } from "../chain/job-from-events.ts";
import { isFinal } from "../chain/job-status.ts";
import type { MarketClient } from "../chain/market-client.ts";
import { unpackTerms } from "../chain/terms.ts";
import { JobStatus } from "../chain/types.ts";
import { GliaError } from "../errors.ts";
import { afterTheEnd, afterWin } from "./challenge-end.ts";
import { askOrProve, differs } from "./challenge-turn.ts";
import type { JobMaterial } from "./material.ts";
import type { ChallengerMove } from "./move.ts";

/** One challenger's dispute of one job. */
export interface ChallengerArgs {
  readonly client: MarketClient;
  readonly jobId: Hex;
  /** Who challenges: the account that sends the moves. */
  readonly account: Address;
  readonly material: JobMaterial;
  /** The wrong item; without it the challenger looks for one in the result's tree, for which it computes the whole batch. */
  readonly item?: number;
  /** Goes on with this challenge; by default with the account's latest one of this item, one that is not lost before others. None is opened after one was lost. */
  readonly challenge?: bigint;
  readonly signal?: AbortSignal;
}

/** All that a move is found from, as the chain has it now. */
export interface Standing extends ChallengerArgs {
  readonly view: JobView;
  readonly assurance: AssuranceClient;
  readonly disputes: DisputesView;
  /** Unix seconds. */
  readonly now: number;
}

/** One open or ended challenge: its events, and its state on chain. */
export interface Own {
  readonly events: ChallengeView;
  readonly state: Challenge;
}

/**
 * What the challenger does next. Reads everything anew from the chain and keeps nothing, so it may be called by anybody, any time, after
 * any crash: open, ask, prove, refute, release, claim the reward, withdraw; or claim the default of a provider that fell silent, or concede.
 * A challenge is opened only if own computation and delivered outputs differ, where these are at hand.
 * @throws GliaError `NOT_DISPUTABLE` for a job without an assurance module, and as reads of the chain and the material.
 */
export async function challengerMove(args: ChallengerArgs): Promise<ChallengerMove> {
  const standing = await read(args);
  const own = await ownChallenge(standing);
  if (own === undefined) return open(standing);
  const { turn, deadline, bond } = own.state;
  const { challenge } = own.events;
  const { assurance, view, now } = standing;
  if (turn === Turn.Lost) return { do: "done", outcome: "lost", challenge };
  if (turn === Turn.Won) return afterWin(standing, own);
  if (turn === Turn.Released || isFinal(view.status)) return afterTheEnd(standing, own, bond);
  if (turn === Turn.Provider) {
    if (now <= deadline)
      return { do: "wait", for: "provider", until: deadline + 1, why: `Challenge ${challenge} waits for its answer.` };
    return {
      do: "send",
      call: challengeStepCall(assurance.disputes, "claimDefault", challenge),
      key: `challenge ${challenge} claimDefault`,
      why: "The provider did not answer in time, so the challenge is won.",
    };
  }
  // Whoever comes too late has lost, but for somebody to say so, unless the job falls through another challenge.
  if (now > deadline) return { do: "done", outcome: "lost", challenge };
  return askOrProve(standing, own);
}

async function read(args: ChallengerArgs): Promise<Standing> {
  const { client, jobId, signal } = args;
  const view = await jobFromEvents(client, jobId, signal === undefined ? {} : { signal });
  if (BigInt(view.job.module) === 0n) {
    throw new GliaError("NOT_DISPUTABLE", `Job ${jobId} has no assurance module: its result cannot be disputed.`, {
      kind: "refused",
      hint: "Only jobs on exact models can; rate the provider, and buy an exact model the next time.",
    });
  }
  const assurance = await assuranceOf(client, view.job.module);
  const [disputes, now] = await Promise.all([
    disputesFromEvents(client, assurance, view, signal),
    chainTime(client.publicClient),
  ]);
  return { ...args, view, assurance, disputes, now: Number(now) };
}

async function ownChallenge({ disputes, account, item, challenge, assurance }: Standing): Promise<Own | undefined> {
  const mine = disputes.challenges.filter(
    (one) =>
      one.challenger.toLowerCase() === account.toLowerCase() &&
      (challenge === undefined ? item === undefined || one.item === item : one.challenge === challenge),
  );
  if (challenge !== undefined && mine.length === 0) {
    throw new GliaError("CHALLENGE_UNKNOWN", `${account} has no challenge ${challenge} of this job.`, {
      kind: "input",
      hint: "Check its number, the job, and which account opened it.",
    });
  }
  const all = await Promise.all(
    mine.map(async (events) => ({
      events,
      state: await assurance.challengeOf(events.challenge, disputes.blockNumber),
    })),
  );
  return all.findLast(({ state }) => state.turn !== Turn.Lost) ?? all.at(-1);
}

async function open(standing: Standing): Promise<ChallengerMove> {
  const { view, assurance, item = NO_ITEM, now, jobId } = standing;
  const { deadline } = unpackTerms(view.job.terms);
  if (isFinal(view.status) || (view.status === JobStatus.Revealed && now > deadline))
    return { do: "done", outcome: "closed" };
  if (view.status !== JobStatus.Revealed)
    return { do: "wait", for: "provider", until: deadline + 1, why: "The result is not revealed yet." };
  if (!(await differs(standing))) return { do: "done", outcome: "agreed" };
  const { spec, job } = view;
  const bond = await assurance.bondNow();
  return {
    do: "send",
    // The base fee may rise before it is mined; what is too much is owed back at once.
    call: challengeCall(assurance.disputes, { spec, job, item }, 2n * bond),
    key: `job ${jobId} challenge ${item === NO_ITEM ? "result" : item}`,
    until: deadline,
    why: item === NO_ITEM ? "The result's root is not the one computed here." : `Item ${item} is not as computed here.`,
  };
}
