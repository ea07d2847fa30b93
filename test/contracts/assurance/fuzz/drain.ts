/** The end of a game: strangers drive everything to where nothing is left to do, and the books are closed. */
import assert from "node:assert/strict";
import {
  claimReward,
  closeAudit,
  defaultAudited,
  finishLeaving,
  forfeit,
  returnPot,
  startLeaving,
} from "./audit-rules.ts";
import {
  claimDataDefault,
  claimDefault,
  compare,
  dismiss,
  refute,
  release,
  releaseData,
  withdraw,
} from "./dispute-rules.ts";
import { advance, deadlines } from "./duties.ts";
import { cells } from "./ledger.ts";
import type { Flow } from "./ledger.ts";
import { defaultJob, settle } from "./market-rules.ts";
import { isLive, STATUS } from "./state.ts";
import type { JobState } from "./state.ts";
import type { Action, GameWorld } from "./world.ts";

/** Everything by which a stranger ends something. */
function endings(world: GameWorld): (() => Action)[] {
  const { stranger } = world.parties;
  const ofJobs = world.jobs.flatMap((job): (() => Action)[] => [
    () => refute(world, job, stranger),
    () => settle(world, job, stranger, "settle"),
    () => defaultJob(world, job, stranger),
    () => defaultAudited(world, job, stranger),
    () => returnPot(world, job, stranger),
    () => claimDataDefault(world, job, stranger),
    () => releaseData(world, job, stranger),
    ...[...job.attestations.keys()].flatMap((auditor) => [
      () => forfeit(world, job, auditor, stranger),
      () => closeAudit(world, job, auditor, stranger),
    ]),
    () => claimReward(world, job, stranger),
  ]);
  const ofChallenges = world.challenges.flatMap((c): (() => Action)[] => [
    () => claimDefault(world, c, stranger),
    () => dismiss(world, c, stranger),
    () => release(world, c, stranger),
  ]);
  return [...ofChallenges, ...ofJobs];
}

/** Ends everything, in whatever order the clocks allow. */
export async function drain(world: GameWorld): Promise<void> {
  for (;;) {
    await advance(world, world.moment.now);
    const possible = endings(world).find((make) => make().refusal(world.moment) === undefined);
    if (possible !== undefined) {
      await world.act(possible());
      continue;
    }
    const [next] = deadlines(world);
    if (next === undefined) break;
    await advance(world, next.at + 1);
  }
  for (const auditor of world.auditors) {
    if (auditor.enrolled > 0n) await world.act(startLeaving(world, auditor, auditor.enrolled));
    world.jump(auditor.freeAt);
    if (auditor.leaving > 0n) await world.act(finishLeaving(world, auditor));
  }
  for (const party of world.everybody) {
    if (world.ledger.of(cells.owed(party.name)) > 0n) await world.act(withdraw(world, party));
  }
}

/** Of all jobs nothing is left, and everybody has what the rules promise. */
export async function assertEnd(world: GameWorld): Promise<void> {
  const { ledger, jobs, challenges, parties } = world;
  for (const job of jobs) {
    assert.ok(!isLive(job), `job ${job.n} is not final`);
    assert.deepEqual([job.pot, job.reward, job.attestations.size], [0n, 0n, 0], `job ${job.n} keeps something back`);
  }
  for (const c of challenges) await compare(world, c);
  assert.ok(
    challenges.every(({ bond }) => bond === 0n),
    "bonds are out",
  );
  const empty = [cells.vault("module"), cells.free("module"), cells.escrow, cells.held, cells.auditFree("module")];
  assert.deepEqual(
    empty.map((cell) => ledger.of(cell)),
    empty.map(() => 0n),
    "the contracts keep nothing",
  );
  for (const prefix of ["glia/stake/locked/", "glia/stake/auditLocked/", "coin/owed/"])
    assert.equal(ledger.sum(prefix), 0n, prefix);

  const slashed = (cell: string) => ledger.flows.filter(({ from, penalty }) => from === cell && penalty);
  assert.deepEqual(slashed(cells.locked(parties.honest.name)), [], "an honest provider in time loses nothing");
  assert.deepEqual(slashed(cells.auditLocked("honest auditor")), [], "an honest auditor loses nothing");
  for (const { challenger, turn, id } of challenges)
    assert.ok(challenger.manner !== "honest" || turn !== "lost", `honest challenge ${id} was lost`);
  for (const job of jobs) assertJob(world, job);
}

function assertJob(world: GameWorld, job: JobState): void {
  const { parties } = world;
  if (job.mustFall) assert.equal(job.status, STATUS.refuted, `job ${job.n} is wrong and was challenged in time`);
  if (job.provider === parties.honest)
    assert.ok(
      [STATUS.settled, STATUS.rejected].some((end) => end === job.status),
      `honest job ${job.n} ended as ${job.status}`,
    );
  if (job.provider.league && job.buyer.league) assertNoGain(world, job);
}

/** Who hires, audits, challenges and rewards itself ends with no more than it had, but for what others lost by their own fault. */
function assertNoGain(world: GameWorld, job: JobState): void {
  const league = new Set(world.everybody.filter((party) => party.league).map(({ name }) => name));
  const ours = (cell: string) => league.has(cell.split("/").at(-1) ?? "");
  const flows = world.ledger.flows.filter((flow) => flow.job === job.n);
  const others = (flow: Flow) => flow.penalty && !ours(flow.from) && ours(flow.to);
  for (const asset of ["usd/", "glia/", "coin/"]) {
    let gain = 0n;
    for (const flow of flows.filter(({ from }) => from.startsWith(asset))) {
      if (ours(flow.to) && !others(flow)) gain += flow.amount;
      if (ours(flow.from)) gain -= flow.amount;
    }
    assert.ok(gain <= 0n, `the league gained ${gain} of ${asset} by job ${job.n}`);
  }
}
