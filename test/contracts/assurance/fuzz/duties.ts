/** What honest parties, and diligent providers, never fail to do in time; and how time passes without anyone of them being late. */
import assert from "node:assert/strict";
import { attest, claimAudit, commit, drawn, isLie, readSeed, reveal, revealFrom, seedState } from "./audit-rules.ts";
import { challenge, postData } from "./dispute-rules.ts";
import { reply, seek } from "./plays.ts";
import { isFaulty, NO_ITEM, STATUS, turnOf } from "./state.ts";
import type { JobState } from "./state.ts";
import type { Action, GameWorld } from "./world.ts";

export interface Duty {
  readonly from: number;
  /** Last second. */
  readonly deadline: number;
  readonly make: () => Action;
}

/** Seconds that are enough for all that may be due at once. */
const SLACK = 40;

function ofProvider(world: GameWorld, job: JobState): Duty[] {
  const { operator } = job.provider;
  const { status, deadline, spec } = job;
  if (!job.diligent) return [];
  if (status === STATUS.assigned) {
    const make = () => (spec.level === 1 ? commit(world, job, operator) : reveal(world, job, operator));
    return [{ from: 0, deadline, make }];
  }
  if (status === STATUS.committed)
    return [{ from: revealFrom(world, job, world.moment.block), deadline, make: () => reveal(world, job, operator) }];
  if (status !== STATUS.revealed) return [];
  const answers = world.challenges.flatMap((c): Duty[] => {
    const { turn, deadline: until } = turnOf(c, world.base.parameters.moveWindow);
    if (c.job !== job || turn !== "provider" || until < world.moment.now) return [];
    const action = reply(world, c, operator);
    return action === undefined ? [] : [{ from: 0, deadline: until, make: () => action }];
  });
  const posts = [...(job.request?.items ?? [])].map((item): Duty => {
    return { from: 0, deadline: job.request?.deadline ?? 0, make: () => postData(world, job, operator, item) };
  });
  return [...answers, ...posts];
}

function ofAuditors(world: GameWorld, job: JobState): Duty[] {
  const claimDeadline = job.audit?.claimDeadline ?? 0;
  // Whoever opens a difference before it is disputed gives the cheat's buyer the time to accept.
  if (claimDeadline < world.moment.now || (isLie(job) && !job.mustFall)) return [];
  return [...job.attestations.values()]
    .filter(({ auditor, opened }) => auditor.party.manner === "honest" && !opened)
    .map(({ auditor }) => {
      return { from: 0, deadline: claimDeadline, make: () => claimAudit(job, auditor, auditor.party) };
    });
}

function ofChallengers(world: GameWorld, job: JobState): Duty[] {
  const { challenger } = world.parties;
  const due: Duty[] = [];
  if (isLie(job) && job.watched && !job.mustFall && world.moment.now <= job.deadline) {
    const faulty = [...job.scene.claimed.keys()].filter((item) => isFaulty(job, item));
    const more = { value: world.bond, delivered: job.n % 5 < 3, maxBytes: job.n % 4 < 2 ? 1 : undefined };
    const item = job.n % 3 === 0 ? NO_ITEM : (faulty[job.n % faulty.length] ?? NO_ITEM);
    // Before attestations must be opened, so that the job can no longer be accepted when they are.
    const opened = job.attestations.size > 0 ? (job.audit?.claimDeadline ?? Infinity) : Infinity;
    const deadline = Math.min(job.deadline, opened - SLACK / 2);
    due.push({ from: 0, deadline, make: () => challenge(world, job, challenger, { item, ...more }) });
  }
  for (const c of world.challenges) {
    if (c.job !== job || c.challenger.manner !== "honest" || job.status !== STATUS.revealed) continue;
    const { turn, deadline } = turnOf(c, world.base.parameters.moveWindow);
    if (turn === "challenger") due.push({ from: 0, deadline, make: () => seek(world, c) });
  }
  return due;
}

/** What an honest auditor may do while it is drawn; not a duty, but nobody may keep it from that. */
export function attestations(world: GameWorld, job: JobState): Action[] {
  const { block, now } = world.moment;
  if (job.status !== STATUS.committed || seedState(job, block) !== "there") return [];
  return world.auditors
    .filter((auditor) => drawn(world, job, auditor, block) && !job.attestations.has(auditor))
    .map((auditor) => attest(world, job, auditor, auditor.party))
    .filter(({ refusal }) => refusal({ now, block }) === undefined);
}

export async function duties(world: GameWorld): Promise<Duty[]> {
  for (const job of world.liveJobs) await readSeed(world, job);
  return world.jobs.flatMap((job) => [
    ...ofProvider(world, job),
    ...ofAuditors(world, job),
    ...ofChallengers(world, job),
  ]);
}

/** Lets time pass to that second. Whoever is honest acts before its deadline is over, sometimes in its last second. */
export async function advance(world: GameWorld, to: number): Promise<void> {
  const waits = world.liveJobs.some(
    (job) => seedState(job, world.moment.block) === "waiting" && job.audit !== undefined,
  );
  if (waits && to > world.moment.now + 4) await world.mine(3);
  for (;;) {
    const due = (await duties(world))
      .filter(({ deadline }) => deadline < to + SLACK)
      .sort((a, b) => a.deadline - b.deadline);
    const [first, second] = due;
    if (first === undefined) break;
    const last = second === undefined && world.random.below(3) === 0;
    const at = last ? first.deadline : Math.max(first.from, world.moment.now);
    world.jump(at);
    assert.ok(world.moment.now <= first.deadline, "an honest party had no time for what it had to do");
    assert.ok(await world.act(first.make()), "an honest party was refused what it had to do");
  }
  world.jump(to);
}

/** Deadlines that are still to come, the next first. */
export function deadlines(world: GameWorld): { readonly at: number; readonly job: JobState | undefined }[] {
  const { moveWindow, auditWindow } = world.base.parameters;
  const found = world.jobs.flatMap((job) => {
    const { audit, request } = job;
    const open = job.status < STATUS.settled ? [job.rejectDeadline, job.deadline] : [];
    const committed = job.status === STATUS.committed && audit !== undefined;
    const windows = committed ? [audit.auditDeadline, audit.auditDeadline + auditWindow] : [];
    const claims = job.attestations.size > 0 ? [audit?.claimDeadline ?? 0] : [];
    const others = [job.reward > 0n || job.winner > 0n ? job.tieDeadline : 0, request?.deadline ?? 0];
    return [...open, ...windows, ...claims, ...others].map((at) => ({ at, job }));
  });
  const turns = world.challenges.map((c) => ({ at: turnOf(c, moveWindow).deadline, job: c.job }));
  const leaving = world.auditors.map(({ freeAt }) => ({ at: freeAt - 1, job: undefined }));
  return [...found, ...turns, ...leaving].filter(({ at }) => at >= world.moment.now).sort((a, b) => a.at - b.at);
}
