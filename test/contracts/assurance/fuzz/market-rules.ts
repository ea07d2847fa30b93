/** The rules of the market as the model knows them: hire, reject, accept, settle, default. */
import { keccak256, stringToBytes, zeroHash } from "viem";
import type { Hex } from "viem";
import { hashJobSpec, signQuote } from "../../../../sdk/src/index.ts";
import type { JobSpec } from "../../../../sdk/src/index.ts";
import { PROFILES } from "../../../../contracts/deploy/deploy.ts";
import { COLLATERAL, fold, PRICE } from "../audit-world.ts";
import type { Receipt } from "../chain.ts";
import type { Scene } from "../scene.ts";
import { cells } from "./ledger.ts";
import { STATUS } from "./state.ts";
import type { JobState, Moment, Party, Provider } from "./state.ts";
import type { Action, GameWorld } from "./world.ts";

const BPS = 10_000n;
const { feeBps, missSlashBps, bountyBps } = PROFILES.devnet.parameters;

export const label = (text: string): Hex => keccak256(stringToBytes(text));
const part = (amount: bigint, bps: number): bigint => (amount * BigInt(bps)) / BPS;

export interface Wish {
  readonly buyer: Party;
  readonly provider: Provider;
  readonly scene: Scene;
  readonly level: 0 | 1;
  readonly checkBps: number;
  readonly pot: bigint;
  readonly diligent: boolean;
  readonly watched: boolean;
}

/** A quote that was signed, taken. */
export async function hire(world: GameWorld, wish: Wish): Promise<Action> {
  const { buyer, provider, scene, level, checkBps } = wish;
  const n = world.jobs.length;
  const pot = level === 1 ? wish.pot : 0n;
  const spec: JobSpec = {
    ...{ buyer: buyer.account.address, payer: buyer.account.address, token: world.base.token },
    ...{ modelId: scene.provable.commitment.modelId, batchRoot: scene.batchRoot, items: scene.inputRoots.length },
    ...{ modelDigest: zeroHash, inputDigest: zeroHash, maxItemOutputBytes: 1_024 },
    ...{ startPrice: PRICE, maxPrice: PRICE, auctionStart: 0n, auctionEnd: 0n },
    ...{ rejectWindow: 60, executionWindow: 300, challengeWindow: 400, level, checkBps, sampleSize: 2 },
    ...{ auditPot: pot, declaredGain: PRICE, minStake: 0n, capabilities: 0n, determinism: 1 },
    ...{ allowedProviders: zeroHash, salt: label(`job ${n}`) },
  };
  const domain = { chainId: 31_337, market: world.base.contracts.market };
  const id = hashJobSpec(spec, domain);
  const collateral = COLLATERAL;
  const address = provider.account.address;
  const quote = { provider: address, jobId: id, price: PRICE, collateral, expiry: 2n ** 40n, nonce: 0 };
  const signature = await signQuote(provider.operator.account, quote, domain);
  return {
    ...{ name: "hire", by: buyer, to: "market", args: [spec, quote, signature] },
    refusal: () => (world.ledger.of(cells.free(provider.name)) < collateral ? "InsufficientFreeStake" : undefined),
    effect: ({ now }, receipt) => {
      world.jobs.push({
        ...{ n, id, spec, job: fold(undefined, receipt), scene, buyer, provider, collateral, price: PRICE, pot },
        ...{ diligent: wish.diligent, watched: wish.watched, salt: label(`salt of job ${n}`), reward: 0n },
        ...{ status: STATUS.assigned, assignedAt: now, rejectDeadline: now + 60, deadline: now + 300 },
        ...{ audit: undefined, seed: undefined, attestations: new Map(), holds: 0, refuted: false, winner: 0n },
        ...{ item: 0, tieDeadline: 0, proven: false, items: new Map(), request: undefined, mustFall: false },
      });
      world.ledger.move(cells.vault(buyer.name), cells.escrow, PRICE, n);
      world.ledger.move(cells.vault(buyer.name), cells.vault("module"), pot, n);
      world.ledger.move(cells.free(provider.name), cells.locked(provider.name), collateral, n);
    },
  };
}

export function isProvider({ provider }: JobState, by: Party): boolean {
  return by.name === provider.name || by.name === provider.operator.name;
}

/** Challenges that the market counts: one for waiting attestations, one for all disputes. */
export function openCount({ status, audit, holds }: JobState): number {
  const waiting = status === STATUS.committed && audit !== undefined && audit.attested > 0 ? 1 : 0;
  return waiting + (holds > 0 ? 1 : 0);
}

function refund(world: GameWorld, { buyer, price, n }: JobState): void {
  world.ledger.move(cells.escrow, cells.vault(buyer.name), price, n);
}

/** The whole collateral goes: this much as reward, the rest burned. */
export function fall(world: GameWorld, job: JobState, reward: bigint): void {
  job.status = STATUS.refuted;
  refund(world, job);
  const from = cells.locked(job.provider.name);
  world.ledger.move(from, cells.burned, job.collateral - reward, job.n, true);
  world.ledger.move(from, cells.free("module"), reward, job.n);
}

const marketAction = (world: GameWorld, job: JobState, by: Party, name: string, rules: Rules): Action => ({
  ...{ name, by, to: "market", job, args: [job.id, job.job, ...(rules.more ?? [])] },
  ...{ refusal: rules.refusal, effect: (at, receipt) => rules.effect(at, receipt) },
});

interface Rules {
  readonly more?: readonly unknown[];
  readonly refusal: (at: Moment) => string | undefined;
  readonly effect: (at: Moment, receipt: Receipt) => void;
}

export function reject(world: GameWorld, job: JobState, by: Party): Action {
  return marketAction(world, job, by, "reject", {
    more: [zeroHash],
    refusal: ({ now }) => {
      if (job.status !== STATUS.assigned) return "WrongStatus";
      if (!isProvider(job, by)) return "NotProvider";
      return now > job.rejectDeadline ? "DeadlinePassed" : undefined;
    },
    effect: () => {
      job.status = STATUS.rejected;
      refund(world, job);
      world.ledger.move(cells.locked(job.provider.name), cells.free(job.provider.name), job.collateral, job.n);
    },
  });
}

export function settle(world: GameWorld, job: JobState, by: Party, name: "settle" | "accept"): Action {
  return marketAction(world, job, by, name, {
    refusal: ({ now }) => {
      if (job.status !== STATUS.revealed) return "WrongStatus";
      if (name === "accept" && by.name !== job.buyer.name) return "NotBuyer";
      if (openCount(job) > 0) return "ChallengesOpen";
      return name === "settle" && now <= job.deadline ? "DeadlineNotReached" : undefined;
    },
    effect: () => {
      job.status = STATUS.settled;
      const fee = part(job.price, feeBps);
      world.ledger.move(cells.escrow, cells.vault(job.provider.name), job.price - fee, job.n);
      world.ledger.move(cells.escrow, cells.fees, fee, job.n, true);
      world.ledger.move(cells.locked(job.provider.name), cells.free(job.provider.name), job.collateral, job.n);
    },
  });
}

export function defaultJob(world: GameWorld, job: JobState, by: Party): Action {
  return marketAction(world, job, by, "defaultJob", {
    refusal: ({ now }) => {
      if (job.status !== STATUS.assigned && job.status !== STATUS.committed) return "WrongStatus";
      if (openCount(job) > 0) return "ChallengesOpen";
      return now <= job.deadline ? "DeadlineNotReached" : undefined;
    },
    effect: () => {
      job.status = STATUS.defaulted;
      refund(world, job);
      const taken = part(job.collateral, missSlashBps);
      const bounty = part(taken, bountyBps);
      const from = cells.locked(job.provider.name);
      world.ledger.move(from, cells.burned, taken - bounty, job.n, true);
      world.ledger.move(from, cells.free(by.name), bounty, job.n, true);
      world.ledger.move(from, cells.free(job.provider.name), job.collateral - taken, job.n);
    },
  });
}
