import {
  chainTime,
  drawItems,
  explainRevert,
  type GliaError,
  isFinal,
  jobFromEvents,
  JobStatus,
  jobStatusName,
  NO_ITEM,
  verifyResult,
  type ChallengeOutcome,
  type JobView,
  type RandomAccess,
  sleep,
} from "@glia/sdk";
import type { Hex } from "viem";

import { readAssurance } from "../assurance/read-assurance.ts";
import type { Context } from "../context/context.ts";
import { fetchInTime } from "../dispute/fetch-in-time.ts";
import { openEvidence } from "../dispute/open-dispute.ts";
import { ownChallenge } from "../dispute/own-challenge.ts";
import { playChallenge } from "../dispute/play.ts";
import { rerun } from "../rerun/rerun.ts";
import { jobFiles } from "../rerun/rerun-sample.ts";
import { showDifferences } from "../rerun/show-rerun.ts";
import { followAudits } from "./follow-audits.ts";
import { moveEvent, type Tell, type WatchEvent } from "./watch-event.ts";

/** Milliseconds for which outputs that cannot be fetched are asked for again before the chain is asked for them. */
const PATIENCE = 30_000;

/** Milliseconds for one download at most, however long the challenge window still is. */
const PATIENCE_OF_ONE = 3_600_000;

/** What a buyer's watch is made of. */
export interface ResultWatch {
  readonly context: Context;
  /** How many items of each result are run again. */
  readonly rerun: number;
  /** Whether what is wrong is challenged; else it is only told. */
  readonly challenge: boolean;
  /** Whether bonds are posted without a question. */
  readonly yes: boolean;
  /** Milliseconds between looks at the chain. */
  readonly interval: number;
  readonly tell: Tell;
  /** One at a time: every rerun has a sandbox of its own. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

/** How the watching of one job ended. */
export interface ResultEnd {
  readonly jobId: Hex;
  /** `over`: it ended without a result to look at, or before this watch could look. */
  readonly end: "right" | "wrong" | "over";
  /** The first item found wrong; missing where the challenge had to look for it. */
  readonly item?: number;
  /** How the challenge ended; missing where there was none. */
  readonly outcome?: ChallengeOutcome;
}

/** What is found out about a result, item by item. */
type Finding = { readonly wrong: number } | "right" | "undelivered";

/**
 * Watches one job from wherever it stands until its result was found right and no auditor says otherwise, or until what is wrong was
 * challenged to the end. Goes on with a challenge that this account has opened before.
 * @throws GliaError `JOB_UNKNOWN`, `CONTENT_MISSING` without model or inputs, and those of verification and transactions.
 */
export async function watchResult(watch: ResultWatch, jobId: Hex): Promise<ResultEnd> {
  const { context, signal } = watch;
  await untilRevealed(watch, jobId);
  const view = await jobFromEvents(context.client, jobId, { signal });
  const own = watch.challenge ? await ownChallenge(context, view, signal) : undefined;
  if (own !== undefined) return play(watch, view, own.item === NO_ITEM ? undefined : own.item);
  if (isFinal(view.status)) return { jobId, end: "over" };
  const sample = drawItems(view.spec.items, watch.rerun);
  const first = await look(watch, view, sample);
  // Somebody else may see what the sample missed.
  const found = first === "right" ? await listen(watch, view, sample) : first;
  if (found === "undelivered") return play(watch, view, undefined);
  return found === "right" ? { jobId, end: "right" } : challengeItem(watch, view, found.wrong);
}

/** Runs again what auditors say is wrong and is not among what was `checked`. */
function listen(watch: ResultWatch, view: JobView, checked: readonly number[]): Promise<Finding> {
  const { context, tell, interval, signal } = watch;
  const { client } = context;
  const { jobId } = view;
  return followAudits<Finding>({
    jobId,
    read: () => readAssurance(client, view, signal),
    isOver: async (claimDeadline) =>
      (await chainTime(client.publicClient)) > claimDeadline || isFinal((await client.statusOf(jobId)).status),
    checked,
    look: (items) => look(watch, view, items),
    tell,
    interval,
    signal,
  });
}

async function untilRevealed({ context, interval, tell, signal }: ResultWatch, jobId: Hex): Promise<void> {
  for (let told = -1; ;) {
    signal.throwIfAborted();
    const { status } = await context.client.statusOf(jobId);
    if (status !== told) tell(jobId, { event: "status", status: jobStatusName(status) });
    told = status;
    if (isFinal(status) || status === JobStatus.Revealed) return;
    await sleep(interval, signal);
  }
}

/** Fetches the result, checks every hash and runs items again. */
async function look(watch: ResultWatch, view: JobView, items: readonly number[]): Promise<Finding> {
  const { context, tell, inTurn, signal } = watch;
  const { jobId, spec } = view;
  const outputs = await delivered(watch, view);
  if (outputs === undefined) return "undelivered";
  const files = await jobFiles(context, view, outputs);
  const report = await inTurn(() => rerun(files, items, { signal }));
  const wrong = report.items.find(({ same }) => !same);
  if (wrong === undefined) {
    tell(jobId, { event: "checked", items, of: spec.items });
    return "right";
  }
  const [what = ""] = showDifferences([wrong]);
  tell(jobId, { event: "wrong", item: wrong.item, provable: report.exact, what: what.trim() });
  return { wrong: wrong.item };
}

/** The outputs, every hash checked; undefined where they are not to be had and the chain can be asked. */
async function delivered(watch: ResultWatch, view: JobView): Promise<RandomAccess | undefined> {
  const { context, tell, signal } = watch;
  const until = performance.now() + PATIENCE;
  for (let wait = 500; ; wait *= 2) {
    try {
      const outputs = await fetchInTime(context, view, { signal, mostMs: PATIENCE_OF_ONE });
      await verifyResult(view, context.client.domain, await jobFiles(context, view, outputs));
      return outputs;
    } catch (cause) {
      signal.throwIfAborted();
      const error: GliaError = explainRevert(cause);
      if (error.retryable && performance.now() + wait < until) {
        await sleep(wait, signal);
        continue;
      }
      if (!watch.challenge || BigInt(view.job.module) === 0n || error.code === "CONTENT_MISSING") throw error;
      tell(view.jobId, { event: "undelivered", why: error.message });
      return undefined;
    }
  }
}

async function challengeItem(watch: ResultWatch, view: JobView, item: number): Promise<ResultEnd> {
  const { jobId, job } = view;
  if (!watch.challenge || BigInt(job.module) === 0n) return { jobId, end: "wrong", item };
  return play(watch, view, item);
}

/** Challenges, or goes on with the challenge that there is. Without an item, one is looked for in the result's tree. */
async function play(watch: ResultWatch, view: JobView, item: number | undefined): Promise<ResultEnd> {
  const { context, yes, tell, signal } = watch;
  const { jobId } = view;
  const { material } = await openEvidence(context, view, signal);
  const { outcome, challenge, moves } = await playChallenge(context, {
    jobId,
    material,
    ...(item === undefined ? {} : { item }),
    yes,
    signal,
    onMove: (move) => {
      const event: WatchEvent | undefined = moveEvent(move);
      if (event !== undefined) tell(jobId, event);
    },
  });
  // Told before, when it was played.
  if (isFinal(view.status) && moves.length === 0) return { jobId, end: "over" };
  tell(jobId, { event: "challenge", outcome, ...(challenge === undefined ? {} : { challenge }) });
  if (outcome === "agreed") return { jobId, end: "right" };
  if (outcome === "closed" && item === undefined) return { jobId, end: "over" };
  return { jobId, end: "wrong", ...(item === undefined ? {} : { item }), outcome };
}
