/** The rules of commitment and audit as the model knows them. */
import { zeroHash } from "viem";
import type { Hex } from "viem";
import {
  attestationCommitment,
  batchTree,
  isChecked,
  isDrawn,
  resultCommitment,
  sampleDigest,
  sampleItems,
  sampleParts,
} from "../../../../sdk/src/index.ts";
import type { Reveal } from "../../../../sdk/src/index.ts";
import { PROFILES } from "../../../../contracts/deploy/deploy.ts";
import { BOND } from "../audit-world.ts";
import type { Receipt } from "../chain.ts";
import { cells } from "./ledger.ts";
import { fall, isProvider, label } from "./market-rules.ts";
import { isWrong, STATUS } from "./state.ts";
import type { Attestation, Auditor, JobState, Moment, Party } from "./state.ts";
import type { Action, GameWorld } from "./world.ts";

const { burnBps } = PROFILES.devnet.parameters;
/** Blocks that a seed can be read for. */
const SEED_BLOCKS = 256n;

export interface Rules {
  readonly refusal: (at: Moment) => string | undefined;
  readonly effect: (at: Moment, receipt: Receipt) => void;
}

function audits(by: Party, name: string, args: readonly unknown[], rules: Rules, job?: JobState): Action {
  return { name, by, to: "assurance", args, ...(job === undefined ? {} : { job }), ...rules };
}

/** Whether a transaction of that block finds the seed: it comes, and goes again if nobody kept it. */
export function seedState({ audit }: JobState, block: bigint): "waiting" | "there" | "lost" {
  if (audit === undefined || block <= audit.seedPoint) return audit?.captured === true ? "there" : "waiting";
  return audit.captured || block - audit.seedPoint <= SEED_BLOCKS ? "there" : "lost";
}

export async function readSeed(world: GameWorld, job: JobState): Promise<void> {
  if (job.seed !== undefined || seedState(job, world.moment.block) === "waiting") return;
  const blockNumber = job.audit?.seedPoint ?? 0n;
  job.seed = (await world.base.chain.publicClient.getBlock({ blockNumber })).hash ?? zeroHash;
}

/** A job whose seed was lost counts as checked, and nobody is drawn. */
export function checked(job: JobState, block: bigint): boolean {
  return seedState(job, block) === "lost" || isChecked(job.seed ?? zeroHash, job.id, job.spec.checkBps);
}

function stakeAt(history: Auditor["history"], time: number): bigint {
  return history.reduce((found, { since, stake }) => (since <= time ? stake : found), 0n);
}

export function drawn(world: GameWorld, job: JobState, auditor: Auditor, block: bigint): boolean {
  if (seedState(job, block) !== "there") return false;
  const [stake, total] = [auditor.history, world.total].map((history) => stakeAt(history, job.assignedAt));
  const { expectedAuditors: expected } = world.base.parameters;
  const { address } = auditor.party.account;
  const draw = { seed: job.seed ?? zeroHash, jobId: job.id, auditor: address, redrawn: job.audit?.redrawn ?? false };
  return isDrawn({ ...draw, stake: stake ?? 0n, total: total ?? 0n, expected });
}

export function sampleOf({ id, spec, seed }: JobState): number[] {
  return sampleItems({ seed: seed ?? zeroHash, jobId: id, items: spec.items, sampleSize: spec.sampleSize });
}

function changeStake(world: GameWorld, auditor: Auditor, by: bigint, now: number): void {
  auditor.enrolled += by;
  auditor.history.push({ since: now, stake: auditor.enrolled });
  const total = world.auditors.reduce((sum, { enrolled }) => sum + enrolled, 0n);
  world.total.push({ since: now, stake: total });
}

export function commit(world: GameWorld, job: JobState, by: Party): Action {
  const { id, spec, salt, scene, provider } = job;
  const { seedWait, auditWindow, revealWindow } = world.base.parameters;
  const word = { jobId: id, provider: provider.account.address, resultRoot: scene.resultRoot };
  const args = [spec, job.job, resultCommitment({ ...word, outputDigest: zeroHash, salt })];
  const refusal = ({ now }: Moment) => {
    if (spec.level !== 1) return "WrongLevel";
    if (!isProvider(job, by)) return "NotProvider";
    if (job.status !== STATUS.assigned) return "WrongStatus";
    return now > job.deadline ? "DeadlinePassed" : undefined;
  };
  const effect = ({ now, block }: Moment) => {
    const auditDeadline = now + seedWait + auditWindow;
    job.status = STATUS.committed;
    job.deadline = auditDeadline + auditWindow + revealWindow;
    job.audit = {
      ...{ seedPoint: block + 2n, captured: false, auditDeadline, redrawn: false },
      ...{
        attested: 0,
        waiting: 0,
        claimDeadline: 0,
        differing: sampleParts(spec.items, spec.sampleSize).map(() => 0),
      },
    };
  };
  return audits(by, "commit", args, { refusal, effect }, job);
}

/** What an auditor of that manner says the outputs are. Who copies does not know. */
export function wordOf(job: JobState, auditor: Auditor): Pick<Attestation, "commitment" | "roots" | "salt"> {
  const { address: name } = auditor.party.account;
  const salt = label(`${job.n} ${name}`);
  const [other] = [...job.attestations.values()];
  const { manner } = auditor.party;
  if (manner === "copier" && other !== undefined) return { commitment: other.commitment, roots: undefined, salt };
  const { outputRoots, rightRoots } = job.scene;
  const lie = manner === "friend" ? outputRoots : rightRoots.map((root, item) => label(`${root} ${item}`));
  const all = manner === "liar" || manner === "friend" ? lie : rightRoots;
  const roots = sampleOf(job).map((item) => all[item] ?? zeroHash);
  const commitment = attestationCommitment({ jobId: job.id, auditor: name, digest: sampleDigest(roots), salt });
  return { commitment, roots, salt };
}

export function attest(world: GameWorld, job: JobState, auditor: Auditor, by: Party): Action {
  const word = wordOf(job, auditor);
  const { audit, status } = job;
  const refusal = ({ now, block }: Moment) => {
    if (by.name !== auditor.party.name) return "NotAuditor";
    if (status !== STATUS.committed) return "NotCommitted";
    if (audit === undefined) return undefined;
    if (now > audit.auditDeadline) {
      const second = !audit.redrawn && audit.attested === 0;
      return second && now <= audit.auditDeadline + world.base.parameters.auditWindow ? "NotRedrawn" : "AuditsClosed";
    }
    if (job.attestations.has(auditor)) return "AttestedAlready";
    if (seedState(job, block) === "waiting") return "SeedNotReady";
    if (!checked(job, block)) return "NotChecked";
    if (!drawn(world, job, auditor, block)) return "NotDrawn";
    return auditor.enrolled - auditor.bonded < BOND ? "InsufficientAuditingStake" : undefined;
  };
  const effect = () => {
    if (audit === undefined) return;
    job.attestations.set(auditor, { ...word, auditor, differences: [], opened: false, excused: false });
    auditor.bonded += BOND;
    audit.captured = true;
    [audit.attested, audit.waiting] = [audit.attested + 1, audit.waiting + 1];
    // Whoever attests the truth sees to it that a lie falls.
    if (auditor.party.manner === "honest") job.watched = true;
  };
  const args = [job.id, job.job, auditor.party.account.address, word.commitment, "0x"];
  return audits(by, "attest", args, { refusal, effect }, job);
}

export function redraw(world: GameWorld, job: JobState, by: Party): Action {
  const { audit } = job;
  const { auditWindow } = world.base.parameters;
  const refusal = ({ now, block }: Moment) => {
    if (audit === undefined) return "NotCommitted";
    if (audit.redrawn || audit.attested > 0) return "CannotRedraw";
    if (now <= audit.auditDeadline) return "AuditsOpen";
    if (now > audit.auditDeadline + auditWindow) return "AuditsClosed";
    const seed = seedState(job, block);
    if (seed === "waiting") return "SeedNotReady";
    return seed === "lost" || !checked(job, block) ? "CannotRedraw" : undefined;
  };
  const effect = () => {
    if (audit === undefined) return;
    [audit.redrawn, audit.captured] = [true, true];
    audit.auditDeadline += auditWindow;
  };
  return audits(by, "redraw", [job.id, "0x"], { refusal, effect }, job);
}

/** From when on the job may be revealed. */
export function revealFrom(world: GameWorld, job: JobState, block: bigint): number {
  const { audit } = job;
  if (audit === undefined || (audit.attested === 0 && !checked(job, block))) return 0;
  if (audit.attested > 0 || audit.redrawn) return audit.auditDeadline + 1;
  return audit.auditDeadline + world.base.parameters.auditWindow + 1;
}

export function reveal(world: GameWorld, job: JobState, by: Party): Action {
  const { audit, spec, scene } = job;
  const tree = batchTree(scene.outputRoots);
  const items = audit === undefined || audit.attested === 0 ? [] : sampleOf(job);
  const what: Reveal = {
    ...{ resultRoot: tree.root, outputDigest: zeroHash, salt: job.salt, seedProof: "0x" },
    sampledRoots: items.map((item) => scene.outputRoots[item] ?? zeroHash),
    siblings: items.map((item) => tree.proveItem(item)),
  };
  const refusal = ({ now, block }: Moment) => {
    if (spec.level === 0 && !isProvider(job, by)) return "NotProvider";
    if (spec.level === 1 && audit === undefined) return "NotCommitted";
    if (spec.level === 1 && job.status === STATUS.revealed) return "WrongOpening";
    if (audit !== undefined && seedState(job, block) === "waiting") return "SeedNotReady";
    if (now < revealFrom(world, job, block)) return "AuditsOpen";
    if (job.status !== STATUS.assigned && job.status !== STATUS.committed) return "WrongStatus";
    return now > job.deadline ? "DeadlinePassed" : undefined;
  };
  const effect = ({ now, block }: Moment) => {
    const doubled = audit?.attested === 0 && checked(job, block);
    job.status = STATUS.revealed;
    job.deadline = now + spec.challengeWindow * (doubled ? 2 : 1);
    if (audit !== undefined && audit.attested > 0) audit.claimDeadline = now + world.base.parameters.claimWindow;
    else returned(world, job);
  };
  return audits(by, "reveal", [job.id, job.job, what], { refusal, effect }, job);
}

function returned(world: GameWorld, job: JobState): void {
  world.ledger.move(cells.vault("module"), cells.vault(job.buyer.name), job.pot, job.n);
  job.pot = 0n;
}

export function returnPot(world: GameWorld, job: JobState, by: Party): Action {
  const refusal = () => {
    const unserved = job.status === STATUS.rejected || job.status === STATUS.defaulted;
    return unserved && job.pot > 0n ? undefined : "NoPot";
  };
  return audits(by, "returnPot", [job.spec, job.job], { refusal, effect: () => returned(world, job) }, job);
}

export function defaultAudited(world: GameWorld, job: JobState, by: Party): Action {
  const refusal = ({ now }: Moment) => {
    if (job.status !== STATUS.committed) return "NotCommitted";
    if (job.audit?.attested === 0) return "NotAttested";
    return now <= job.deadline ? "RevealNotPassed" : undefined;
  };
  return audits(by, "defaultAudited", [job.id, job.job], { refusal, effect: () => fall(world, job, 0n) }, job);
}

export function claimAudit(job: JobState, auditor: Auditor, by: Party): Action {
  const { audit } = job;
  const word = job.attestations.get(auditor);
  const revealed = sampleOf(job).map((item) => job.scene.outputRoots[item] ?? zeroHash);
  const roots: readonly Hex[] = word?.roots ?? revealed;
  const same = roots.join() === revealed.join();
  const refusal = ({ now }: Moment) => {
    if (word === undefined) return "NoAttestation";
    if (word.opened) return "OpenedAlready";
    if (now > (audit?.claimDeadline ?? 0)) return "ClaimsClosed";
    return word.roots === undefined ? "WrongOpening" : undefined;
  };
  const effect = () => {
    if (word === undefined || audit === undefined) return;
    word.opened = true;
    word.differences = roots.map((root, part) => root !== revealed[part]);
    word.differences.forEach(
      (differs, part) => (audit.differing[part] = (audit.differing[part] ?? 0) + (differs ? 1 : 0)),
    );
    word.excused = !same && job.status === STATUS.settled;
  };
  const args = [job.id, auditor.party.account.address, roots, word?.salt ?? zeroHash, same ? [] : revealed];
  return audits(by, "claimAudit", args, { refusal, effect }, job);
}

/** The attestation is done with: its share of the pot. */
function finish(world: GameWorld, job: JobState, auditor: Auditor, earned: boolean): void {
  const waiting = BigInt(job.audit?.waiting ?? 1);
  const share = job.pot / waiting;
  job.pot -= share;
  if (job.audit !== undefined) job.audit.waiting -= 1;
  job.attestations.delete(auditor);
  const to = earned ? auditor.party.name : job.buyer.name;
  world.ledger.move(cells.vault("module"), cells.vault(to), share, job.n, earned);
}

function loseBond(world: GameWorld, job: JobState, auditor: Auditor, to: string, now: number): void {
  auditor.bonded -= BOND;
  changeStake(world, auditor, -BOND, now);
  world.ledger.move(cells.auditLocked(auditor.party.name), to, BOND, job.n, true);
}

export function forfeit(world: GameWorld, job: JobState, auditor: Auditor, by: Party): Action {
  const { audit } = job;
  const word = job.attestations.get(auditor);
  const refusal = ({ now }: Moment) => {
    if (word === undefined) return "NoAttestation";
    if (word.opened) return "OpenedAlready";
    const deadline = audit?.claimDeadline ?? 0;
    return deadline === 0 || now <= deadline ? "ClaimsOpen" : undefined;
  };
  const effect = ({ now }: Moment) => {
    finish(world, job, auditor, false);
    loseBond(world, job, auditor, cells.auditFree(job.provider.name), now);
  };
  return audits(by, "forfeit", [job.id, auditor.party.account.address], { refusal, effect }, job);
}

/** Which part of the batch the refuted item was sampled for; undefined if it was not. */
function refutedPart(job: JobState): number | undefined {
  const part = sampleOf(job).indexOf(job.item);
  return part < 0 ? undefined : part;
}

export function closeAudit(world: GameWorld, job: JobState, auditor: Auditor, by: Party): Action {
  const { audit } = job;
  const word = job.attestations.get(auditor);
  const revealed = (audit?.claimDeadline ?? 0) !== 0;
  const refusal = ({ now }: Moment) => {
    if (word === undefined) return "NoAttestation";
    if (job.status !== STATUS.settled && job.status !== STATUS.refuted) return "JobNotFinal";
    if (revealed && !word.opened) return "NotOpened";
    const early = job.status === STATUS.refuted && revealed && now <= (audit?.claimDeadline ?? 0);
    return early ? "ClaimsOpen" : undefined;
  };
  const effect = ({ now }: Moment) => {
    if (word === undefined || audit === undefined) return;
    const differs = word.differences.includes(true);
    let [earned, keeps, bondTo, reward] = [true, true, cells.burned as string, 0n];
    if (job.status === STATUS.settled) {
      [earned, keeps, bondTo] = [!differs, !differs || word.excused, cells.auditFree(job.provider.name)];
    } else if (revealed) {
      const at = refutedPart(job);
      if (at !== undefined && word.differences[at] === true) {
        const all = audit.differing[at] ?? 1;
        reward = job.reward / BigInt(all);
        audit.differing[at] = all - 1;
      } else if (at !== undefined && job.proven) earned = false;
    }
    finish(world, job, auditor, earned);
    if (keeps) auditor.bonded -= BOND;
    else loseBond(world, job, auditor, bondTo, now);
    job.reward -= reward;
    world.ledger.move(cells.free("module"), cells.wallet(auditor.party.name), reward, job.n);
  };
  return audits(by, "closeAudit", [job.id, auditor.party.account.address], { refusal, effect }, job);
}

export function claimReward(world: GameWorld, job: JobState, by: Party): Action {
  const winner = world.challenges.find(({ id }) => id === job.winner);
  const refusal = ({ now }: Moment) => {
    if (job.reward === 0n) return "NoReward";
    if (now <= job.tieDeadline) return "ClaimsOpen";
    const { audit } = job;
    if (audit === undefined || audit.attested === 0) return undefined;
    if (now <= audit.claimDeadline) return "ClaimsOpen";
    const at = refutedPart(job);
    return at !== undefined && (audit.differing[at] ?? 0) > 0 ? "NoReward" : undefined;
  };
  const effect = () => {
    const to = winner?.challenger.name ?? "nobody";
    world.ledger.move(cells.free("module"), cells.wallet(to), job.reward, job.n);
    job.reward = 0n;
  };
  return audits(by, "claimReward", [job.id], { refusal, effect }, job);
}

/** What is not burned of a collateral that falls by a challenge. */
export function rewardOf({ collateral }: JobState): bigint {
  return (collateral * BigInt(10_000 - burnBps)) / 10_000n;
}

export function isLie(job: JobState): boolean {
  return job.status === STATUS.revealed && isWrong(job);
}

export function startLeaving(world: GameWorld, auditor: Auditor, amount: bigint): Action {
  const { name } = auditor.party;
  const refusal = () => {
    if (amount > auditor.enrolled - auditor.bonded) return "InsufficientAuditingStake";
    return amount === 0n ? "NothingToLeave" : undefined;
  };
  const effect = ({ now }: Moment) => {
    changeStake(world, auditor, -amount, now);
    auditor.leaving += amount;
    auditor.freeAt = now + world.base.parameters.leaveDelay;
    world.log.push(`   ${name} is free at ${auditor.freeAt}`);
  };
  return audits(auditor.party, "startLeaving", [amount], { refusal, effect });
}

export function finishLeaving(world: GameWorld, auditor: Auditor): Action {
  const { name } = auditor.party;
  const refusal = ({ now }: Moment) => {
    if (auditor.leaving === 0n) return "NothingToLeave";
    return now < auditor.freeAt ? "LeaveNotPassed" : undefined;
  };
  const effect = () => {
    world.ledger.move(cells.auditLocked(name), cells.auditFree(name), auditor.leaving);
    auditor.leaving = 0n;
  };
  return audits(auditor.party, "finishLeaving", [], { refusal, effect });
}

export function enrol(world: GameWorld, auditor: Auditor, amount: bigint): Action {
  const { name } = auditor.party;
  const refusal = () => (world.ledger.of(cells.auditFree(name)) < amount ? "InsufficientFreeStake" : undefined);
  const effect = ({ now }: Moment) => {
    world.ledger.move(cells.auditFree(name), cells.auditLocked(name), amount);
    changeStake(world, auditor, amount, now);
  };
  return audits(auditor.party, "enrol", [amount], { refusal, effect });
}
