/** The rules of challenges and data requests as the model knows them. */
import assert from "node:assert/strict";
import { bytesToHex, concatHex } from "viem";
import type { Hex } from "viem";
import { disputesAbi } from "../../../../contracts/index.ts";
import { Preimages, resultTree } from "../../../../sdk/src/exact/dispute/index.ts";
import type { Receipt } from "../chain.ts";
import { layoutOf } from "../scene.ts";
import { rewardOf } from "./audit-rules.ts";
import { cells } from "./ledger.ts";
import { fall, isProvider, openCount } from "./market-rules.ts";
import { isFaulty, isWrong, NO_ITEM, STATUS, TURNS, turnOf } from "./state.ts";
import type { ChallengeState, JobState, Moment, Party } from "./state.ts";
import type { Action, GameWorld } from "./world.ts";

const MAX_ROUNDS = 48;

interface Rules {
  readonly refusal: (at: Moment) => string | undefined;
  readonly effect: (at: Moment, receipt: Receipt) => void;
}

type Extra = Partial<Pick<Action, "job" | "value">>;

function disputes(by: Party, name: string, args: readonly unknown[], rules: Rules, extra: Extra = {}): Action {
  return { name, by, to: "disputes", args, ...extra, ...rules };
}

export function itemOf(job: JobState, item: number) {
  const known = job.items.get(item) ?? { responded: false, respondedAt: 0, wanted: false };
  job.items.set(item, known);
  return known;
}

function begin(world: GameWorld, c: ChallengeState, item: number, now: number): void {
  c.item = item;
  [c.turn, c.question, c.deadline] = ["challenger", "none", now + world.base.parameters.moveWindow];
  if (item === NO_ITEM) return;
  if (!itemOf(c.job, item).responded) c.turn = "provider";
}

function asksToo(world: GameWorld, c: ChallengeState, by: Party, now: number): string | undefined {
  const { turn, deadline } = turnOf(c, world.base.parameters.moveWindow);
  if (turn !== "challenger") return "WrongTurn";
  if (now > deadline) return "MovePassed";
  return by.name === c.challenger.name ? undefined : "NotChallenger";
}

function win(world: GameWorld, c: ChallengeState, proven: boolean, now: number): void {
  const { job, id } = c;
  c.turn = "won";
  if (job.winner === 0n) {
    if (job.refuted) return;
    [job.item, job.winner, job.proven] = [c.item, id, proven];
    job.tieDeadline = now + world.base.parameters.moveWindow;
  } else if (c.item === job.item && now <= job.tieDeadline) {
    if (id < job.winner) job.winner = id;
    if (proven) job.proven = true;
  }
}

export interface Opening {
  readonly item: number;
  readonly value: bigint;
  readonly delivered: boolean;
  readonly maxBytes: number | undefined;
}

export function challenge(world: GameWorld, job: JobState, by: Party, opening: Opening): Action {
  const { item, value } = opening;
  const refusal = ({ now }: Moment) => {
    if (job.status !== STATUS.revealed) return "NotRevealed";
    if (now > job.deadline) return "MovePassed";
    if (item !== NO_ITEM && item >= job.spec.items) return "NoSuchItem";
    return value < world.bond ? "BondTooLow" : undefined;
  };
  const effect = ({ now }: Moment, { events }: Receipt) => {
    const opened = events.find(({ name }) => name === "ChallengeOpened")?.args ?? assert.fail("a challenge");
    const c: ChallengeState = {
      ...{ id: opened["challenge"] as bigint, job, challenger: by, bond: world.bond, item, rounds: 0 },
      ...{
        turn: "challenger",
        deadline: 0,
        question: "none",
        delivered: opening.delivered,
        maxBytes: opening.maxBytes,
      },
      ...{ play: undefined, asked: undefined, shown: new Preimages(job.scene.provable.keccak) },
    };
    assert.equal(c.id, BigInt(world.challenges.length + 1));
    world.challenges.push(c);
    begin(world, c, item, now);
    job.holds += 1;
    world.ledger.move(cells.coin(by.name), cells.held, world.bond, job.n);
    world.ledger.move(cells.coin(by.name), cells.owed(by.name), value - world.bond, job.n);
    if (by.manner === "honest" && (item === NO_ITEM ? isWrong(job) : isFaulty(job, item))) job.mustFall = true;
  };
  return disputes(by, "challenge", [job.spec, job.job, item], { refusal, effect }, { job, value });
}

export function chooseItem(world: GameWorld, c: ChallengeState, by: Party, item: number): Action {
  const refusal = ({ now }: Moment) => {
    const refused = asksToo(world, c, by, now);
    if (refused !== undefined) return refused;
    if (c.item !== NO_ITEM) return "ItemChosenAlready";
    return item >= c.job.spec.items ? "NoSuchItem" : undefined;
  };
  const effect = ({ now }: Moment) => {
    begin(world, c, item, now);
  };
  return disputes(by, "chooseItem", [c.id, c.job.spec, item], { refusal, effect }, { job: c.job });
}

function mayAnswer(world: GameWorld, job: JobState, by: Party): boolean {
  return isProvider(job, by) || world.delegates.has(`${job.provider.name}/${by.name}`);
}

/** Lets somebody answer for a provider, or no more. */
export function setDelegate(world: GameWorld, by: Party, delegate: Party, allowed: boolean): Action {
  const pair = `${by.name}/${delegate.name}`;
  const effect = () => {
    if (allowed) world.delegates.add(pair);
    else world.delegates.delete(pair);
  };
  return disputes(by, "setDelegate", [delegate.account.address, allowed], { refusal: () => undefined, effect });
}

interface Responding {
  readonly item: number;
  readonly challenged: boolean;
}

export function respond(world: GameWorld, job: JobState, by: Party, { item, challenged }: Responding): Action {
  const refusal = () => {
    if (job.status !== STATUS.revealed) return "NotRevealed";
    if (!mayAnswer(world, job, by)) return "NotAnswerer";
    if (!challenged) return "NotChallenged";
    return itemOf(job, item).responded ? "AlreadyResponded" : undefined;
  };
  const effect = ({ now }: Moment) => {
    Object.assign(itemOf(job, item), { responded: true, respondedAt: now });
  };
  return disputes(by, "respond", [job.spec, job.job, job.scene.response(item)], { refusal, effect }, { job });
}

export interface Question {
  readonly name: "demand" | "demandSums" | "demandMax" | "demandResult";
  readonly args: readonly unknown[];
}

/** A question that the chain understands. */
export function ask(world: GameWorld, c: ChallengeState, by: Party, { name, args }: Question): Action {
  const cost = name === "demandMax" ? 2 : name === "demandSums" ? 2 : 1;
  const refusal = ({ now }: Moment) => {
    const refused = asksToo(world, c, by, now);
    if (refused !== undefined) return refused;
    if (name === "demandResult" && c.item !== NO_ITEM) return "ItemChosenAlready";
    return c.rounds + cost > MAX_ROUNDS ? "TooManyRounds" : undefined;
  };
  const effect = ({ now }: Moment, receipt: Receipt) => {
    c.asked = receipt;
    c.rounds += cost;
    [c.turn, c.deadline] = ["provider", now + world.base.parameters.moveWindow];
    c.question = name === "demandSums" ? "sums" : name === "demandMax" ? "max" : "show";
  };
  return disputes(by, name, args, { refusal, effect }, { job: c.job });
}

/** An answer to what was asked last; only sums are the provider's own. */
export function answer(
  world: GameWorld,
  c: ChallengeState,
  by: Party,
  {
    name,
    args,
    learned,
  }: { readonly name: string; readonly args: readonly unknown[]; readonly learned: (receipt: Receipt) => void },
): Action {
  const kinds: Readonly<Record<string, string>> = { show: "show", postSums: "sums", answerMax: "max" };
  const refusal = ({ now }: Moment) => {
    if (c.turn !== "provider") return "WrongTurn";
    if (c.question !== kinds[name]) return "WrongQuestion";
    if (now > c.deadline) return "MovePassed";
    if (name !== "postSums") return undefined;
    if (c.job.status !== STATUS.revealed) return "NotRevealed";
    return mayAnswer(world, c.job, by) ? undefined : "NotAnswerer";
  };
  const effect = ({ now }: Moment, receipt: Receipt) => {
    [c.turn, c.deadline] = ["challenger", now + world.base.parameters.moveWindow];
    c.question = name === "postSums" ? "step" : "none";
    learned(receipt);
  };
  return disputes(by, name, args, { refusal, effect }, { job: c.job });
}

/** A proof, anyone's. A right claim withstands it. */
export function prove(
  world: GameWorld,
  c: ChallengeState,
  by: Party,
  { name, args, right }: { readonly name: string; readonly args: readonly unknown[]; readonly right: boolean },
): Action {
  const refusal = ({ now }: Moment) => {
    const { turn, deadline } = turnOf(c, world.base.parameters.moveWindow);
    if (turn !== "challenger") return "WrongTurn";
    if (now > deadline) return "MovePassed";
    return right ? undefined : "NotRefuted";
  };
  const effect = ({ now }: Moment) => {
    win(world, c, true, now);
  };
  return disputes(by, name, args, { refusal, effect }, { job: c.job });
}

export function claimDefault(world: GameWorld, c: ChallengeState, by: Party): Action {
  const refusal = ({ now }: Moment) => {
    const { turn, deadline } = turnOf(c, world.base.parameters.moveWindow);
    if (turn !== "provider") return "WrongTurn";
    return now <= deadline ? "MoveNotPassed" : undefined;
  };
  const effect = ({ now }: Moment) => {
    win(world, c, false, now);
  };
  return disputes(by, "claimDefault", [c.id], { refusal, effect }, { job: c.job });
}

function payBond(world: GameWorld, c: ChallengeState, to: string, penalty: boolean): void {
  world.ledger.move(cells.held, cells.owed(to), c.bond, c.job.n, penalty);
  c.bond = 0n;
}

export function dismiss(world: GameWorld, c: ChallengeState, by: Party): Action {
  const { job } = c;
  const refusal = ({ now }: Moment) => {
    const { turn, deadline } = turnOf(c, world.base.parameters.moveWindow);
    if (turn !== "challenger") return "WrongTurn";
    if (by.name !== c.challenger.name && now <= deadline) return "MoveNotPassed";
    return job.status === STATUS.revealed ? undefined : "NotRevealed";
  };
  const effect = () => {
    c.turn = "lost";
    payBond(world, c, job.provider.name, true);
    job.holds -= 1;
  };
  return disputes(by, "dismiss", [c.id, job.job], { refusal, effect }, { job });
}

export function refute(world: GameWorld, job: JobState, by: Party): Action {
  const refusal = () => {
    if (job.winner === 0n) return "NoVerdict";
    return job.status === STATUS.revealed ? undefined : "WrongStatus";
  };
  const effect = () => {
    job.refuted = true;
    job.reward = rewardOf(job);
    fall(world, job, job.reward);
  };
  return disputes(by, "refute", [job.id, job.job], { refusal, effect }, { job });
}

export function release(world: GameWorld, c: ChallengeState, by: Party): Action {
  const { job } = c;
  const open = c.turn === "provider" || c.turn === "challenger";
  const refusal = ({ now }: Moment) => {
    if (!open) return c.turn !== "won" || c.bond === 0n ? "WrongTurn" : undefined;
    if (job.status < STATUS.settled) return "JobNotClosed";
    const mayTake = c.id < job.winner && c.item === job.item && now <= job.tieDeadline;
    return mayTake && by.name !== c.challenger.name ? "TieOpen" : undefined;
  };
  const effect = () => {
    if (open) c.turn = "released";
    payBond(world, c, c.challenger.name, false);
  };
  return disputes(by, "release", [c.id], { refusal, effect }, { job });
}

/** What posting one item costs at most, in gas, for the model's `maxItemOutputBytes`: see IDisputes. */
export function dataPrice(items: number): bigint {
  return 2n * BigInt(items) * (150_000n + 2n * 40n * 1_024n) * 10n ** 9n;
}

export function requestData(world: GameWorld, job: JobState, by: Party, items: readonly number[]): Action {
  const value = dataPrice(items.length);
  const refusal = ({ now }: Moment) => {
    if (job.status !== STATUS.revealed) return "NotRevealed";
    if (by.name !== job.buyer.name) return "NotBuyer";
    if (now > job.deadline) return "MovePassed";
    return job.request === undefined ? undefined : "DataRequestedAlready";
  };
  const effect = ({ now }: Moment) => {
    job.request = { deadline: now + world.base.parameters.moveWindow, items: new Set(items), prepaid: value };
    for (const item of items) itemOf(job, item).wanted = true;
    job.holds += 1;
    world.ledger.move(cells.coin(by.name), cells.held, value, job.n);
  };
  return disputes(by, "requestData", [job.spec, job.job, items], { refusal, effect }, { job, value });
}

export function postData(world: GameWorld, job: JobState, by: Party, item: number): Action {
  const { scene, request } = job;
  const trace = scene.claimed[item] ?? assert.fail(`item ${item}`);
  const layouts = trace.model.outputs.map(({ tensor }) => layoutOf(trace, tensor));
  const { resultProof } = scene.response(item);
  const data: Hex = concatHex(layouts.map((bytes) => bytesToHex(bytes)));
  const posted = { item, lengths: layouts.map(({ length }) => length), data, resultProof };
  const refusal = ({ now }: Moment) => {
    if (job.status !== STATUS.revealed) return "NotRevealed";
    if (!itemOf(job, item).wanted) return "NotRequested";
    return now > (request?.deadline ?? 0) ? "MovePassed" : undefined;
  };
  const effect = () => {
    itemOf(job, item).wanted = false;
    request?.items.delete(item);
    if (request === undefined || request.items.size > 0) return;
    world.ledger.move(cells.held, cells.owed(job.provider.name), request.prepaid, job.n, true);
    request.prepaid = 0n;
    job.holds -= 1;
  };
  return disputes(by, "postData", [job.spec, job.job, posted], { refusal, effect }, { job });
}

function prepaidBack(world: GameWorld, { request, buyer, n }: JobState): void {
  if (request === undefined) return;
  world.ledger.move(cells.held, cells.owed(buyer.name), request.prepaid, n);
  request.prepaid = 0n;
}

export function claimDataDefault(world: GameWorld, job: JobState, by: Party): Action {
  const refusal = ({ now }: Moment) => {
    if (job.request === undefined || job.request.prepaid === 0n) return "NoDataRequest";
    if (now <= job.request.deadline) return "MoveNotPassed";
    return job.status === STATUS.revealed ? undefined : "WrongStatus";
  };
  const effect = () => {
    prepaidBack(world, job);
    job.refuted = true;
    if (job.winner === 0n) job.item = NO_ITEM;
    else job.reward = rewardOf(job);
    fall(world, job, job.reward);
  };
  return disputes(by, "claimDataDefault", [job.id, job.job], { refusal, effect }, { job });
}

export function releaseData(world: GameWorld, job: JobState, by: Party): Action {
  const refusal = () => {
    if (job.request === undefined || job.request.prepaid === 0n) return "NoDataRequest";
    return job.status < STATUS.settled ? "JobNotClosed" : undefined;
  };
  const effect = () => {
    prepaidBack(world, job);
  };
  return disputes(by, "releaseData", [job.id], { refusal, effect }, { job });
}

export function withdraw(world: GameWorld, by: Party): Action {
  const refusal = () => (world.ledger.of(cells.owed(by.name)) === 0n ? "NothingOwed" : undefined);
  const effect = () => {
    world.ledger.move(cells.owed(by.name), cells.coin(by.name), world.ledger.of(cells.owed(by.name)));
  };
  return disputes(by, "withdraw", [by.account.address], { refusal, effect });
}

/** What the chain says of a challenge and of its job, against the model. */
export async function compare(world: GameWorld, c: ChallengeState): Promise<void> {
  const { contracts, chain } = world.base;
  const read = async <T>(name: string, args: readonly unknown[]) =>
    chain.view<T>(contracts.disputes, disputesAbi, name, args);
  const { turn, deadline } = turnOf(c, world.base.parameters.moveWindow);
  const found = await read<{ turn: number; deadline: number; rounds: number; item: number; bond: bigint }>(
    "challengeOf",
    [c.id],
  );
  assert.deepEqual(
    [TURNS[found.turn], found.deadline, found.rounds, found.item, found.bond],
    [turn, deadline, c.rounds, c.item, c.bond],
    `challenge ${c.id}`,
  );
  const verdict = await read<{ refuted: boolean; challenge: bigint; proven: boolean; tieDeadline: number }>(
    "verdictOf",
    [c.job.id],
  );
  assert.deepEqual(
    [verdict.refuted, verdict.challenge, verdict.proven, verdict.tieDeadline],
    [c.job.refuted, c.job.winner, c.job.proven, c.job.tieDeadline],
    `verdict of job ${c.job.n}`,
  );
  assert.equal((await world.base.statusOf(c.job))[1], c.job.status < STATUS.settled ? openCount(c.job) : 0);
}

export const treeOf = ({ scene }: JobState) => resultTree(scene.provable.keccak, scene.outputRoots);
