/** One cell played: a provider lies, an honest challenger finds out, the job falls. */
import { challengerMove, jobFromEvents, sendCall, unpackMoney } from "@glia/sdk";
import type { ChallengerArgs, JobStatus, SendMove, Turn } from "@glia/sdk";
import { CELLS, ROUTES } from "./cells.ts";
import type { Cell } from "./cells.ts";
import { lie } from "./liar.ts";
import type { Answered } from "./liar.ts";
import { truthOf } from "./world.ts";
import type { Lane, MatrixWorld, Revealed } from "./world.ts";

/** What changed hands when a job fell, and how it came to that. */
export interface Ending {
  /** Names of the challenger's transactions, in order. */
  readonly calls: readonly string[];
  readonly answered: Answered;
  readonly outcome: string;
  readonly status: JobStatus;
  readonly proven: boolean;
  /** Of the challenge that was won. */
  readonly turn: Turn;
  readonly bondLeft: bigint;
  /** Token units that came back to the payer. */
  readonly refund: bigint;
  /** GLIA units: the job's collateral, what the provider lost, what of it was burned, what the challenger got. */
  readonly collateral: bigint;
  readonly lost: bigint;
  readonly burned: bigint;
  readonly reward: bigint;
}

/** What both sides have, and how long the liar talks. */
export interface Rules {
  /** The challenger holds the claimed outputs. */
  readonly delivered: boolean;
  /** The challenger knows which item is wrong. */
  readonly named: boolean;
  /** Answers after which the provider falls silent. */
  readonly patience: number;
}

/** A job in play. */
export interface Play {
  readonly lane: Lane;
  readonly job: Revealed;
  readonly args: ChallengerArgs;
  readonly patience: number;
  readonly calls: string[];
  readonly answered: Answered;
  readonly money: { refund: bigint; lost: bigint; reward: bigint };
  outcome?: string;
}

/** How a cell is played. A silent party says nothing at all, or nothing once it is asked for more than its claim: by turns. */
export function rulesOf(cell: Cell): Rules {
  const { fault, route } = cell;
  return {
    delivered: route === "delivered data",
    // Nobody can respond for a result that no tree stands below: it is looked for.
    named: fault !== "a random result root",
    patience: route === "silent party" ? Math.floor(CELLS.indexOf(cell) / ROUTES.length) % 2 : Infinity,
  };
}

/** Plays a revealed job up to where only time helps, or the challenge is won. */
export async function begin(
  world: MatrixWorld,
  lane: Lane,
  job: Revealed,
  { delivered, named, patience }: Rules,
): Promise<Play> {
  const { challenger } = lane;
  const { claimed, jobId } = job;
  const args: ChallengerArgs = {
    client: challenger,
    jobId,
    account: challenger.requireWallet().account.address,
    material: truthOf(claimed, delivered),
    ...(named ? { item: claimed.item } : {}),
  };
  const play: Play = {
    ...{ lane, job, args, patience, calls: [], answered: { taken: [], refused: [] } },
    money: { refund: 0n, lost: 0n, reward: 0n },
  };
  await goOn(world, play, { fall: false });
  return play;
}

/** Plays on until the challenge is over or only time helps; or, if that is wanted, up to where the job is taken down. */
export async function goOn(world: MatrixWorld, play: Play, { fall } = { fall: true }): Promise<void> {
  while (play.outcome === undefined) {
    const move = await challengerMove(play.args);
    if (move.do === "done") play.outcome = move.outcome;
    else if (move.do === "send" && !fall && move.key.endsWith(" refute")) return;
    else if (move.do === "send") await make(world, play, move);
    else if (move.for !== "provider" || !(await answers(world, play))) return;
  }
}

async function answers({ assurance }: MatrixWorld, { lane, job, answered, patience }: Play): Promise<boolean> {
  if (answered.taken.length >= patience) return false;
  return lie({ client: lane.operator, assurance, job, done: answered });
}

async function make(world: MatrixWorld, { lane, job, calls, money, args }: Play, move: SendMove) {
  const name = move.key.split(" ")[2] ?? "";
  calls.push(name);
  const { payer, token } = job.view.spec;
  const holdings = async () => ({
    paid: await lane.buyer.vaultBalance(payer, token),
    stake: await lane.buyer.position(lane.provider.address),
    glia: await world.glia(args.account),
  });
  if (name !== "refute" && name !== "claimReward") {
    await sendCall(lane.challenger, move.call);
    return;
  }
  const before = await holdings();
  await sendCall(lane.challenger, move.call);
  const after = await holdings();
  money.refund += after.paid - before.paid;
  money.lost += before.stake.free + before.stake.locked - after.stake.free - after.stake.locked;
  money.reward += after.glia - before.glia;
}

/** How a play that is over ended. */
export async function endingOf({ assurance }: MatrixWorld, play: Play): Promise<Ending> {
  const { job, args, calls, answered, money, outcome = "none" } = play;
  const { client, jobId } = args;
  const [{ status, refuted }, { proven, challenge }] = await Promise.all([
    jobFromEvents(client, jobId),
    assurance.verdictOf(jobId),
  ]);
  const { turn, bond, challenger } = await assurance.challengeOf(challenge);
  return {
    ...{ calls, answered, outcome, status, proven, turn, bondLeft: bond + (await assurance.owed(challenger)) },
    ...{ ...money, collateral: unpackMoney(job.view.job.money).collateral, burned: refuted?.burned ?? 0n },
  };
}
