/** The chain, the parties and the model of one game, and the one way to act in it: what the model refuses must revert, all else must not. */
import assert from "node:assert/strict";
import type { Abi, Address, Hex } from "viem";
import {
  assuranceAbi,
  disputesAbi,
  gliaTokenAbi,
  jobMarketAbi,
  providerRegistryAbi,
  testTokenAbi,
  vaultAbi,
} from "../../../../contracts/index.ts";
import type { Random } from "../../../../sdk/src/exact/random.ts";
import { AUDITING_STAKE, fold } from "../audit-world.ts";
import type { AuditWorld } from "../audit-world.ts";
import type { Receipt } from "../chain.ts";
import type { Scene } from "../scene.ts";
import { cells, Ledger } from "./ledger.ts";
import { isLive } from "./state.ts";
import type { Auditor, ChallengeState, JobState, Moment, Party, Provider } from "./state.ts";

/** What somebody tries. The contract is refused or it has exactly this effect. */
export interface Action {
  readonly name: string;
  readonly by: Party;
  readonly to: "market" | "assurance" | "disputes" | "registry" | "vault";
  readonly args: readonly unknown[];
  readonly value?: bigint;
  readonly job?: JobState;
  /** Name of the error with which it must revert; undefined if it must not. */
  readonly refusal: (at: Moment) => string | undefined;
  readonly effect: (at: Moment, receipt: Receipt) => void;
}

const ABIS: Readonly<Record<Action["to"], Abi>> = {
  market: jobMarketAbi,
  assurance: assuranceAbi,
  disputes: disputesAbi,
  registry: providerRegistryAbi,
  vault: vaultAbi,
};

interface Position {
  readonly free: bigint;
  readonly locked: bigint;
}

export interface Parties {
  readonly buyer: Party;
  readonly friendlyBuyer: Party;
  readonly honest: Provider;
  readonly cheat: Provider;
  readonly auditors: readonly Party[];
  readonly challenger: Party;
  readonly liar: Party;
  readonly friend: Party;
  readonly copier: Party;
  readonly stranger: Party;
}

export class GameWorld {
  readonly base: AuditWorld;
  readonly parties: Parties;
  readonly scenes: readonly Scene[];
  readonly random: Random;
  readonly bond: bigint;
  readonly ledger = new Ledger();
  readonly jobs: JobState[] = [];
  readonly challenges: ChallengeState[] = [];
  /** Who may answer for which provider: `provider/delegate`. */
  readonly delegates = new Set<string>();
  readonly auditors: Auditor[];
  readonly total: { readonly since: number; readonly stake: bigint }[] = [];
  readonly log: string[] = [];
  /** How often each action was done, or refused. */
  readonly counts = new Map<string, number>();
  readonly gas: Map<string, bigint>;
  #time = 0;
  #block = 0n;
  /** The next transaction is not before this second. */
  #wanted = 0;

  constructor(
    base: AuditWorld,
    parties: Parties,
    { scenes, random, bond, gas }: Pick<GameWorld, "scenes" | "random" | "bond" | "gas">,
  ) {
    this.base = base;
    this.parties = parties;
    [this.scenes, this.random, this.bond, this.gas] = [scenes, random, bond, gas];
    this.auditors = parties.auditors.map((party) => {
      const history = [{ since: 0, stake: AUDITING_STAKE }];
      return { party, enrolled: AUDITING_STAKE, bonded: 0n, leaving: 0n, freeAt: 0, history };
    });
    this.total.push({ since: 0, stake: AUDITING_STAKE * BigInt(parties.auditors.length) });
  }

  get moment(): Moment {
    return { now: Math.max(this.#time + 1, this.#wanted), block: this.#block + 1n };
  }

  get everybody(): Party[] {
    const { auditors, honest, cheat, ...one } = this.parties;
    return [...auditors, honest, honest.operator, cheat, cheat.operator, ...Object.values(one)];
  }

  get liveJobs(): JobState[] {
    return this.jobs.filter((job) => isLive(job));
  }

  /** Takes the chain's state as the model's beginning. */
  async begin(): Promise<void> {
    for (const [cell, amount] of await this.#read()) this.ledger.cells.set(cell, amount);
    await this.#readClock();
    await this.check();
  }

  /** The next transaction is to stand in a block of that second. */
  jump(to: number): void {
    if (to > this.moment.now) {
      this.#wanted = to;
      this.log.push(`-- at ${to}`);
    }
  }

  async mine(blocks: number): Promise<void> {
    await this.base.mine(blocks);
    await this.#readClock();
    this.log.push(`-- ${blocks} blocks`);
  }

  /** Tries; gives whether it was to be done. */
  async act({ name, by, to, args, value, job, refusal, effect }: Action): Promise<boolean> {
    const at = this.moment;
    const error = refusal(at);
    this.log.push(
      `${at.now} ${by.name}: ${name}${job === undefined ? "" : ` of job ${job.n}`}${error === undefined ? "" : `, refused: ${error}`} ${brief(args)}`,
    );
    const target: Address = this.base.contracts[to];
    const call = { from: by.account, to: target, abi: ABIS[to], name, args, at: at.now, ...(value ? { value } : {}) };
    const key = error === undefined ? name : `${name} refused`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    if (error !== undefined) {
      await this.base.chain.refuses(call, error);
      return false;
    }
    const receipt = await this.base.chain.send(call);
    assert.equal(receipt.time, at.now);
    [this.#time, this.#block, this.#wanted] = [at.now, at.block, 0];
    const most = this.gas.get(name) ?? 0n;
    if (receipt.gasUsed > most) this.gas.set(name, receipt.gasUsed);
    if (job !== undefined) job.job = fold(job.job, receipt);
    effect(at, receipt);
    return true;
  }

  /** Every balance there is, against the model's. */
  async check(): Promise<void> {
    const found = await this.#read();
    const differing = [...found].filter(([cell, amount]) => amount !== this.ledger.of(cell));
    assert.deepEqual(
      differing.map(([cell, amount]) => `${cell}: ${amount}`),
      differing.map(([cell]) => `${cell}: ${this.ledger.of(cell)}`),
      "balances on the chain, and those of the model",
    );
    for (const cell of this.ledger.cells.keys())
      assert.ok(found.has(cell) || cell.startsWith("coin/wallet/"), `nobody looked at ${cell}`);
  }

  nameOf(address: Hex): string {
    return this.everybody.find(({ account }) => account.address === address)?.name ?? address;
  }

  async #readClock(): Promise<void> {
    const block = await this.base.chain.publicClient.getBlock();
    [this.#time, this.#block] = [Number(block.timestamp), block.number ?? 0n];
  }

  async #read(): Promise<Map<string, bigint>> {
    const { contracts, token, chain } = this.base;
    const { vault, registry, market, assurance, disputes, glia } = contracts;
    const people = this.everybody.map(({ name, account }) => ({ name, address: account.address }));
    const owners = [
      ...people,
      { name: "module", address: assurance },
      { name: "deployer", address: this.base.deployer.address },
    ];
    const position = (address: Address, at: Address) =>
      ({ address: registry, abi: providerRegistryAbi as Abi, functionName: "position", args: [address, at] }) as const;
    const plain = (address: Address, abi: Abi, functionName: string, args: readonly unknown[]) =>
      ({ address, abi, functionName, args }) as const;
    const calls = owners.flatMap(({ address }) => [
      plain(vault, vaultAbi, "balanceOf", [address, token]),
      position(address, market),
      position(address, assurance),
      plain(glia, gliaTokenAbi, "balanceOf", [address]),
      plain(disputes, disputesAbi, "owed", [address]),
    ]);
    const sums = [
      plain(vault, vaultAbi, "escrowOf", [market, token]),
      plain(vault, vaultAbi, "escrowOf", [assurance, token]),
      plain(glia, gliaTokenAbi, "totalSupply", []),
      plain(glia, gliaTokenAbi, "balanceOf", [registry]),
      plain(token, testTokenAbi, "balanceOf", [vault]),
    ];
    const contractsRead = [...calls, ...sums];
    const results: unknown[] = await chain.publicClient.multicall({
      contracts: contractsRead,
      allowFailure: false,
      deployless: true,
      batchSize: 0,
    });
    const cellsRead = new Map<string, bigint>();
    owners.forEach(({ name }, n) => {
      const [dollars, here, auditing, wallet, owed] = results.slice(5 * n, 5 * n + 5) as [
        bigint,
        Position,
        Position,
        bigint,
        bigint,
      ];
      cellsRead.set(cells.vault(name), dollars);
      cellsRead.set(cells.free(name), here.free).set(cells.locked(name), here.locked);
      cellsRead.set(cells.auditFree(name), auditing.free).set(cells.auditLocked(name), auditing.locked);
      cellsRead.set(cells.wallet(name), wallet).set(cells.owed(name), owed);
    });
    const [escrow, own, supply, staked, dollarsHeld] = results.slice(calls.length) as [
      readonly [bigint, bigint],
      readonly [bigint, bigint],
      bigint,
      bigint,
      bigint,
    ];
    assert.deepEqual(own, [0n, 0n], "the module keeps nothing in escrow");
    cellsRead.set(cells.escrow, escrow[0]).set(cells.fees, escrow[1]);
    const sum = (prefix: string) =>
      [...cellsRead].reduce((all, [cell, amount]) => (cell.startsWith(prefix) ? all + amount : all), 0n);
    assert.equal(dollarsHeld, sum("usd/"), "the Vault holds what it owes");
    assert.equal(staked, sum("glia/stake/"), "the registry holds the stakes");
    cellsRead.set(cells.burned, this.#supplyAtFirst(supply) - supply);
    const held = await chain.publicClient.getBalance({ address: disputes });
    cellsRead.set(cells.held, held - sum("coin/owed/"));
    return cellsRead;
  }

  #first: bigint | undefined;

  #supplyAtFirst(supply: bigint): bigint {
    return (this.#first ??= supply);
  }
}

function brief(args: readonly unknown[]): string {
  return args
    .filter((arg) => ["number", "bigint", "string"].includes(typeof arg))
    .map((arg) => String(arg).slice(0, 12))
    .join(" ");
}
