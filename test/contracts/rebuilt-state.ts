/** All state of Vault, registry and market, from their logs alone. */
import { encodeAbiParameters, keccak256, parseEventLogs } from "viem";
import type { AbiParameter, Address, Hex, Log } from "viem";

import { jobMarketAbi, providerRegistryAbi, vaultAbi } from "@glia/contracts";
import { decodeMarketLog, jobAfter, JobStatus, unpackMoney } from "@glia/sdk";
import type { Job } from "@glia/sdk";

/** What the market's `statusOf` tells of one job. */
export interface RebuiltJob {
  status: JobStatus;
  openChallenges: number;
  job: Job | undefined;
}

const UNLIMITED = 2n ** 256n - 1n;
const JOB_TYPE = jobMarketAbi.find((entry) => entry.type === "function" && entry.name === "cancel")
  ?.inputs[1] as AbiParameter;

/** Low 232 bits of the hash of the ABI-encoded struct. */
export function jobHash(job: Job): bigint {
  return BigInt.asUintN(232, BigInt(keccak256(encodeAbiParameters([JOB_TYPE], [job]))));
}

export const key = (...parts: readonly string[]): string => parts.map((part) => part.toLowerCase()).join(" ");

/** Sums by name; a name that was never seen is zero. */
class Sums extends Map<string, bigint> {
  add(name: string, amount: bigint): void {
    this.set(name, this.of(name) + amount);
  }

  of(name: string): bigint {
    return this.get(name) ?? 0n;
  }
}

/** Folds logs in chain order. Keys: `account token`, `account market token`, `market token`, `account market`. */
export class RebuiltState {
  readonly balances = new Sums();
  readonly allowances = new Sums();
  readonly escrows = new Sums();
  readonly fees = new Sums();
  readonly free = new Sums();
  readonly locked = new Sums();
  readonly rejections = new Map<string, number>();
  readonly providers = new Map<string, { operator: Address; endpoint: string; nonce: number }>();
  readonly jobs = new Map<Hex, RebuiltJob>();
  readonly #market: Address;

  constructor(market: Address) {
    this.#market = market;
  }

  apply(log: Log): void {
    for (const event of parseEventLogs({ abi: vaultAbi, logs: [log] })) this.#vault(event);
    for (const event of parseEventLogs({ abi: providerRegistryAbi, logs: [log] })) this.#registry(event);
    this.#marketLog(log);
  }

  #vault(event: ReturnType<typeof parseEventLogs<typeof vaultAbi, true>>[number]): void {
    if (event.eventName === "Deposited") {
      this.balances.add(key(event.args.account, event.args.token), event.args.amount);
    } else if (event.eventName === "Withdrawn") {
      this.balances.add(key(event.args.account, event.args.token), -event.args.amount);
    } else if (event.eventName === "AllowanceSet") {
      const { account, market, token, amount } = event.args;
      this.allowances.set(key(account, market, token), amount);
    } else if (event.eventName === "Escrowed") {
      const { account, market, token, amount } = event.args;
      this.balances.add(key(account, token), -amount);
      this.escrows.add(key(market, token), amount);
      const allowance = key(account, market, token);
      if (this.allowances.of(allowance) !== UNLIMITED) this.allowances.add(allowance, -amount);
    } else if (event.eventName === "Released") {
      const { account, market, token, amount, fee } = event.args;
      this.balances.add(key(account, token), amount);
      this.escrows.add(key(market, token), -amount - fee);
      this.fees.add(key(market, token), fee);
    } else if (event.eventName === "FeesCollected") {
      const { market, token, treasury, amount } = event.args;
      this.fees.add(key(market, token), -amount);
      this.balances.add(key(treasury, token), amount);
    }
  }

  #registry(event: ReturnType<typeof parseEventLogs<typeof providerRegistryAbi, true>>[number]): void {
    if (event.eventName === "Registered" || event.eventName === "Updated") {
      const { provider, operator, endpoint } = event.args;
      const nonce = this.providers.get(key(provider))?.nonce ?? 0;
      this.providers.set(key(provider), { operator, endpoint, nonce });
    } else if (event.eventName === "QuoteNonceBumped") {
      const known = this.providers.get(key(event.args.provider));
      if (known !== undefined) known.nonce = event.args.nonce;
    } else if (event.eventName === "Staked") {
      this.free.add(key(event.args.provider, event.args.market), event.args.amount);
    } else if (event.eventName === "Unstaked") {
      this.free.add(key(event.args.provider, event.args.market), -event.args.amount);
    } else if (event.eventName === "StakeMoved") {
      this.free.add(key(event.args.provider, event.args.from), -event.args.amount);
      this.free.add(key(event.args.provider, event.args.to), event.args.amount);
    } else if (event.eventName === "Slashed") {
      const { market, provider, burned, rewardTo, reward } = event.args;
      this.locked.add(key(provider, market), -burned - reward);
      this.free.add(key(rewardTo, market), reward);
    } else if (event.eventName === "RejectionCounted") {
      this.rejections.set(key(event.args.provider, event.args.market), event.args.rejections);
    }
  }

  #marketLog(log: Log): void {
    const event = decodeMarketLog(log);
    if (event === undefined || !("jobId" in event.args)) return;
    const id = event.args.jobId;
    const entry = this.jobs.get(id) ?? { status: JobStatus.None, openChallenges: 0, job: undefined };
    this.jobs.set(id, entry);
    const before = entry.job;
    entry.job = jobAfter(entry.job, event);
    switch (event.eventName) {
      case "JobPosted":
        entry.status = JobStatus.Open;
        break;
      case "JobAssigned":
      case "JobTaken":
        entry.status = JobStatus.Assigned;
        this.#lock(entry.job, 1n);
        break;
      case "JobRevealed":
        entry.status = JobStatus.Revealed;
        break;
      case "JobSettled":
        this.#end(entry, JobStatus.Settled, before);
        break;
      case "JobRejected":
        this.#end(entry, JobStatus.Rejected, before);
        break;
      case "JobDefaulted":
        this.#end(entry, JobStatus.Defaulted, before);
        // The registry tells what was slashed; the market's unlocking of the rest follows from both.
        this.locked.add(key(event.args.provider, this.#market), event.args.burned + event.args.bounty);
        this.free.add(key(event.args.provider, this.#market), -event.args.burned - event.args.bounty);
        break;
      case "JobCancelled":
        this.#end(entry, JobStatus.Cancelled, undefined);
        break;
      case "JobExpired":
        this.#end(entry, JobStatus.Expired, undefined);
        break;
      default:
    }
  }

  #end(entry: RebuiltJob, status: JobStatus, locked: Job | undefined): void {
    entry.status = status;
    // The hash of a job that was not served stays.
    if (status !== JobStatus.Rejected && status !== JobStatus.Defaulted) entry.job = undefined;
    this.#lock(locked, -1n);
  }

  #lock(job: Job | undefined, sign: bigint): void {
    if (job === undefined) return;
    const { collateral } = unpackMoney(job.money);
    this.locked.add(key(job.provider, this.#market), sign * collateral);
    this.free.add(key(job.provider, this.#market), -sign * collateral);
  }
}
