/** What somebody might try next, sensible or not. */
import { BOND } from "../audit-world.ts";
import {
  attest,
  claimAudit,
  claimReward,
  closeAudit,
  commit,
  defaultAudited,
  enrol,
  finishLeaving,
  forfeit,
  readSeed,
  redraw,
  returnPot,
  reveal,
  startLeaving,
} from "./audit-rules.ts";
import * as disputes from "./dispute-rules.ts";
import { advance, attestations, deadlines, duties } from "./duties.ts";
import { defaultJob, hire, reject, settle } from "./market-rules.ts";
import { bluff, copyProof, pester, reply, seek, spoil } from "./plays.ts";
import { isFaulty, NO_ITEM, STATUS, turnOf } from "./state.ts";
import type { ChallengeState, JobState, Party } from "./state.ts";
import type { Action, GameWorld } from "./world.ts";

const MOST_LIVE = 5;
/** Of one job, that somebody opens for no reason. */
const MOST_CHALLENGES = 4;
type Choice = () => Action | undefined;

async function newJob(world: GameWorld): Promise<Action> {
  const { random, parties, scenes } = world;
  const chance = (percent: number) => random.below(100) < percent;
  const cheats = chance(60);
  // Scenes come in threes: all right, a wrong result, and a right one with a wrong trace.
  const kind = cheats ? random.pick([0, 1, 1, 1, 2]) : 0;
  const scene = scenes[3 * random.below(scenes.length / 3) + kind] ?? random.pick(scenes);
  return hire(world, {
    ...{ buyer: chance(50) ? parties.buyer : parties.friendlyBuyer, provider: cheats ? parties.cheat : parties.honest },
    ...{ scene, level: chance(75) ? 1 : 0, checkBps: chance(75) ? 10_000 : 5_000 },
    ...{ pot: BigInt(random.pick([0, 1, 1_000_001])), diligent: !cheats || chance(70), watched: chance(60) },
  });
}

/** The party whose call it is, or now and then just anyone. */
function mostly(world: GameWorld, party: Party): Party {
  return world.random.below(5) === 0 ? world.random.pick(world.everybody) : party;
}

function ofJob(world: GameWorld, job: JobState): Choice[] {
  const { random, parties } = world;
  const anyone = random.pick(world.everybody);
  const operator = mostly(world, job.provider.operator);
  const buyer = mostly(world, job.buyer);
  const auditor = random.pick(world.auditors);
  const teller = mostly(world, auditor.party);
  const item = random.below(job.spec.items);
  const market: Choice[] = [
    () => (random.below(4) === 0 ? reject(world, job, operator) : undefined),
    () => settle(world, job, buyer, "accept"),
    () => settle(world, job, anyone, "settle"),
    () => defaultJob(world, job, anyone),
    () => defaultAudited(world, job, anyone),
    () => returnPot(world, job, anyone),
  ];
  const audits: Choice[] = [
    () => (job.status > STATUS.revealed ? undefined : commit(world, job, operator)),
    () => (job.status > STATUS.revealed ? undefined : reveal(world, job, operator)),
    () => attest(world, job, auditor, teller),
    () => attest(world, job, auditor, teller),
    () => redraw(world, job, anyone),
    () =>
      auditor.party.manner === "silent" || auditor.party.manner === "honest"
        ? undefined
        : claimAudit(job, auditor, anyone),
    () => forfeit(world, job, auditor, anyone),
    () => closeAudit(world, job, auditor, anyone),
    () => claimReward(world, job, anyone),
  ];
  return [
    ...market,
    ...audits,
    ...disputed(world, job, { anyone, operator, buyer, item }),
    () => challenging(world, job, parties),
  ];
}

interface Chosen {
  readonly anyone: Party;
  readonly operator: Party;
  readonly buyer: Party;
  readonly item: number;
}

function disputed(world: GameWorld, job: JobState, { anyone, operator, buyer, item }: Chosen): Choice[] {
  const challenged = world.challenges.some((c) => c.job === job && c.item === item);
  return [
    () => disputes.respond(world, job, operator, { item, challenged }),
    () => disputes.refute(world, job, anyone),
    () => disputes.requestData(world, job, buyer, [item]),
    () => disputes.postData(world, job, anyone, item),
    () => disputes.claimDataDefault(world, job, anyone),
    () => disputes.releaseData(world, job, anyone),
  ];
}

/** Not by the honest challenger, who knows when. */
function challenging(
  world: GameWorld,
  job: JobState,
  { liar, friend, copier, friendlyBuyer }: GameWorld["parties"],
): Action {
  const { random, bond } = world;
  const item = random.pick([...job.scene.inputRoots.keys(), NO_ITEM, 99]);
  const value = random.pick([bond, bond, bond + 5n, bond - 1n]);
  const more = { delivered: random.below(2) === 0, maxBytes: random.below(2) === 0 ? 1 : undefined };
  return disputes.challenge(world, job, random.pick([liar, friend, copier, friendlyBuyer]), { item, value, ...more });
}

function ofChallenge(world: GameWorld, c: ChallengeState): Choice[] {
  const { random } = world;
  const anyone = random.pick(world.everybody);
  const by = mostly(world, c.challenger);
  const { turn } = turnOf(c, world.base.parameters.moveWindow);
  const known = c.item !== NO_ITEM && c.job.items.get(c.item)?.responded === true;
  const live = c.job.status === STATUS.revealed;
  const answering = mostly(world, c.job.provider.operator);
  const givesUp = c.challenger.manner === "honest" ? anyone : by;
  return [
    () => (known && !isFaulty(c.job, c.item) ? bluff(world, c, anyone) : undefined),
    () => (known && isFaulty(c.job, c.item) ? copyProof(world, c, anyone) : undefined),
    // An honest challenger asks what it must; nobody else asks in its name.
    () => (known && c.challenger.manner !== "honest" ? pester(world, c, by) : undefined),
    () => (live && turn === "challenger" && c.item === NO_ITEM ? seek(world, c, by) : undefined),
    () => (live && c.challenger.manner !== "honest" ? disputes.chooseItem(world, c, by, 0) : undefined),
    () => (live && turn === "provider" ? reply(world, c, answering) : undefined),
    () => {
      const right = live && turn === "provider" ? reply(world, c, answering) : undefined;
      return right === undefined ? undefined : spoil(right);
    },
    () => disputes.claimDefault(world, c, anyone),
    () => (givesUp.manner === "honest" && turn === "challenger" ? undefined : disputes.dismiss(world, c, givesUp)),
    () => disputes.release(world, c, anyone),
    () => disputes.refute(world, c.job, anyone),
  ];
}

function ofMoney(world: GameWorld): Choice[] {
  const auditor = world.random.pick(world.auditors);
  return [
    () => startLeaving(world, auditor, world.random.pick([0n, BOND, 3n * BOND, 10n ** 27n])),
    () => finishLeaving(world, auditor),
    () => enrol(world, auditor, world.random.pick([BOND, 2n * BOND])),
    () => disputes.withdraw(world, world.random.pick(world.everybody)),
    () => {
      const { random, parties, everybody } = world;
      const provider = random.pick([parties.honest, parties.cheat]);
      return disputes.setDelegate(world, provider, random.pick(everybody), random.below(3) > 0);
    },
  ];
}

/** One step: time passes or somebody tries something. `focus` is a job that is worth a look. */
export async function step(world: GameWorld, focus: JobState | undefined): Promise<JobState | undefined> {
  const { random } = world;
  await advance(world, world.moment.now);
  const dice = random.below(100);
  if (dice < 10) {
    const next = deadlines(world).slice(0, 3);
    if (next.length > 0) {
      const { at, job } = random.pick(next);
      await advance(world, at + random.below(2));
      return job;
    }
  }
  if (world.liveJobs.length < 2 || (dice < 20 && world.liveJobs.length < MOST_LIVE)) {
    await world.act(await newJob(world));
    return world.jobs.at(-1);
  }
  const action = await pickAction(world, focus, dice);
  if (action !== undefined) await world.act(action);
  return random.below(4) === 0 ? undefined : focus;
}

async function pickAction(world: GameWorld, focus: JobState | undefined, dice: number): Promise<Action | undefined> {
  const { random } = world;
  if (dice < 32) {
    const now = (await duties(world)).filter(
      ({ from, deadline }) => from <= world.moment.now && world.moment.now <= deadline,
    );
    if (now.length > 0) return random.pick(now).make();
  }
  if (dice < 34) return pickFrom(world, ofMoney(world));
  if (dice < 45) {
    const willing = world.liveJobs.flatMap((live) => attestations(world, live));
    if (willing.length > 0) return random.pick(willing);
  }
  const job = focus ?? random.pick(random.below(4) === 0 ? world.jobs : world.liveJobs);
  await readSeed(world, job);
  const open = world.challenges.filter((c) => c.job === job);
  if (job.status === STATUS.revealed && open.length < MOST_CHALLENGES && random.below(4) === 0)
    return challenging(world, job, world.parties);
  return pickFrom(
    world,
    open.length > 0 && random.below(4) !== 0 ? ofChallenge(world, random.pick(open)) : ofJob(world, job),
  );
}

/** Mostly something that is to be done, now and then something that is to be refused. */
function pickFrom(world: GameWorld, choices: readonly Choice[]): Action | undefined {
  const careless = world.random.below(3) === 0;
  let last: Action | undefined;
  for (let tries = 0; tries < 8; tries++) {
    const action = world.random.pick(choices)();
    if (action === undefined) continue;
    if (careless || action.refusal(world.moment) === undefined) return action;
    last = action;
  }
  return last;
}
