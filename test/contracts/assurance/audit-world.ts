/** A chain with the deployed contracts, a buyer, a provider and auditors; and the calls of a job that is committed, audited and revealed. */
import assert from "node:assert/strict";
import { keccak256, stringToBytes, zeroHash } from "viem";
import type { Abi, Address, Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import {
  assuranceAbi,
  blockhashBeaconAbi,
  disputesAbi,
  gliaTokenAbi,
  jobMarketAbi,
  providerRegistryAbi,
  testTokenAbi,
  vaultAbi,
} from "../../../contracts/index.ts";
import { loadArtifact } from "../../../contracts/artifacts.ts";
import { deploy, PROFILES } from "../../../contracts/deploy/deploy.ts";
import type { AssuranceParameters, WholeDeployment } from "../../../contracts/deploy/deploy.ts";
import {
  attestationCommitment,
  batchTree,
  hashJobSpec,
  jobAfter,
  resultCommitment,
  sampleDigest,
  sampleItems,
  signQuote,
} from "../../../sdk/src/index.ts";
import type { Audit, AttestationState, Job, JobSpec, Reveal } from "../../../sdk/src/index.ts";
import { startChain } from "./chain.ts";
import type { Chain31337, Receipt } from "./chain.ts";

export const PRICE = 8_000_000n;
/** Leaves a remainder of 1 between two and of 2 between three. */
export const POT = 1_000_001n;
export const COLLATERAL = 1_999_999_999_999_999_999_999n;
export const BOND = PROFILES.devnet.assurance.auditBond;
/** Of each auditor. */
export const AUDITING_STAKE = 2_000n * 10n ** 18n;
export const CHALLENGE_WINDOW = 40;
export const ITEMS = 4;
const PROVIDER_STAKE = 10n ** 23n;
const FUNDS = 10n ** 12n;

/** A hired job and where it stands. */
export interface Hired {
  readonly id: Hex;
  readonly spec: JobSpec;
  readonly job: Job;
}

/** What a party says the items' outputs are, and its salt. */
export interface Word {
  readonly roots: readonly Hex[];
  readonly salt: Hex;
}

export interface Moment {
  /** Unix time in seconds of the block. */
  readonly at?: number;
}

export const labelled = (label: string): Hex => keccak256(stringToBytes(label));
/** Output roots of the items, right or as some other party has them. */
export const rootsOf = (label: string, items = ITEMS): Hex[] =>
  Array.from({ length: items }, (_, item) => labelled(`${label} ${item}`));
export const RIGHT: Word = { roots: rootsOf("right"), salt: labelled("salt of the provider") };

export class AuditWorld {
  readonly chain: Chain31337;
  readonly contracts: WholeDeployment;
  readonly parameters: AssuranceParameters;
  readonly token: Address;
  readonly deployer: HDAccount;
  readonly buyer: HDAccount;
  readonly provider: HDAccount;
  readonly operator: HDAccount;
  readonly stranger: HDAccount;
  /** Enrolled, each with the same stake; of three all are always drawn. */
  readonly auditors: readonly [HDAccount, HDAccount, HDAccount];
  #salt = 0;

  constructor(chain: Chain31337, contracts: WholeDeployment, parameters: AssuranceParameters) {
    this.chain = chain;
    this.contracts = contracts;
    this.parameters = parameters;
    this.token = contracts.tokens[0]?.address ?? assert.fail("The devnet lists a token");
    const at = (index: number) => chain.account(index);
    [this.deployer, this.buyer, this.provider, this.operator, this.stranger] = [at(0), at(1), at(2), at(3), at(4)];
    this.auditors = [at(5), at(6), at(7)];
  }

  send(from: HDAccount, to: Address, abi: Abi, name: string, args: readonly unknown[], more: Moment = {}) {
    return this.chain.send({ from, to, abi, name, args, ...more });
  }

  /** Calls the module. */
  act(from: HDAccount, name: string, args: readonly unknown[], more: Moment = {}): Promise<Receipt> {
    return this.send(from, this.contracts.assurance, assuranceAbi, name, args, more);
  }

  refuses(from: HDAccount, name: string, args: readonly unknown[], error: string, more: Moment = {}) {
    const to = this.contracts.assurance;
    return this.chain.refuses({ from, to, abi: assuranceAbi, name, args, ...more }, error);
  }

  market(from: HDAccount, name: string, args: readonly unknown[], more: Moment = {}): Promise<Receipt> {
    return this.send(from, this.contracts.market, jobMarketAbi, name, args, more);
  }

  marketRefuses(from: HDAccount, name: string, args: readonly unknown[], error: string, more: Moment = {}) {
    const to = this.contracts.market;
    return this.chain.refuses({ from, to, abi: jobMarketAbi, name, args, ...more }, error);
  }

  registry(from: HDAccount, name: string, args: readonly unknown[], more: Moment = {}): Promise<Receipt> {
    return this.send(from, this.contracts.registry, providerRegistryAbi, name, args, more);
  }

  view<T>(name: string, args: readonly unknown[] = []): Promise<T> {
    return this.chain.view(this.contracts.assurance, assuranceAbi, name, args);
  }

  /** The same view with many arguments, in a few calls of the chain. */
  async views<T>(name: string, args: readonly (readonly unknown[])[]): Promise<T[]> {
    const abi: Abi = assuranceAbi;
    const contracts = args.map((each) => ({ address: this.contracts.assurance, abi, functionName: name, args: each }));
    const { publicClient } = this.chain;
    // Calldata of a batch, in bytes: it stands in the code of a creation, which is bounded.
    return (await publicClient.multicall({
      contracts,
      deployless: true,
      batchSize: 6_000,
      allowFailure: false,
    })) as T[];
  }

  auditOf({ id }: Hired): Promise<Audit> {
    return this.view("auditOf", [id]);
  }

  attestationOf({ id }: Hired, auditor: HDAccount): Promise<AttestationState> {
    return this.view("attestationOf", [id, auditor.address]);
  }

  async statusOf({ id }: Hired): Promise<readonly [number, number]> {
    const { market } = this.contracts;
    const [status, open] = await this.chain.view<[number, number, bigint]>(market, jobMarketAbi, "statusOf", [id]);
    return [status, open];
  }

  balanceOf(account: Address): Promise<bigint> {
    return this.chain.view(this.contracts.vault, vaultAbi, "balanceOf", [account, this.token]);
  }

  async positionOf(account: Address, market: Address): Promise<readonly [bigint, bigint]> {
    const { registry } = this.contracts;
    const args = [account, market];
    const abi = providerRegistryAbi as Abi;
    const { free, locked } = await this.chain.view<{ free: bigint; locked: bigint }>(registry, abi, "position", args);
    return [free, locked];
  }

  gliaOf(account: Address): Promise<bigint> {
    return this.chain.view(this.contracts.glia, gliaTokenAbi, "balanceOf", [account]);
  }

  supply(): Promise<bigint> {
    return this.chain.view(this.contracts.glia, gliaTokenAbi, "totalSupply");
  }

  /** Gives GLIA, stakes it at a market and registers. */
  async register(owner: HDAccount, operator: Address, market: Address, stake: bigint): Promise<void> {
    const { glia, registry } = this.contracts;
    await this.send(this.deployer, glia, gliaTokenAbi, "transfer", [owner.address, stake]);
    await this.send(owner, glia, gliaTokenAbi, "approve", [registry, stake]);
    await this.registry(owner, "stake", [market, stake]);
    await this.registry(owner, "register", [operator, 0n, "https://p.example"]);
  }

  /** Hires the provider: a job that is always checked, with every item sampled, unless told otherwise. */
  async hire(change: Partial<JobSpec> = {}): Promise<Hired> {
    this.#salt += 1;
    const spec: JobSpec = {
      ...{ buyer: this.buyer.address, payer: this.buyer.address, token: this.token },
      ...{ modelId: labelled("model"), batchRoot: labelled("batch"), items: ITEMS },
      ...{ modelDigest: zeroHash, inputDigest: zeroHash, maxItemOutputBytes: 1_024 },
      ...{ startPrice: PRICE, maxPrice: PRICE, auctionStart: 0n, auctionEnd: 0n },
      ...{ rejectWindow: 60, executionWindow: 600, challengeWindow: CHALLENGE_WINDOW },
      ...{ level: 1, checkBps: 10_000, sampleSize: 8, auditPot: POT, declaredGain: PRICE, minStake: 0n },
      ...{ capabilities: 0n, determinism: 1, allowedProviders: zeroHash, salt: labelled(`job ${this.#salt}`) },
      ...change,
    };
    const domain = { chainId: this.chain.chainId, market: this.contracts.market };
    const id = hashJobSpec(spec, domain);
    const expiry = 2n ** 40n;
    const provider = this.provider.address;
    const quote = { provider, jobId: id, price: PRICE, collateral: COLLATERAL, expiry, nonce: 0 };
    const signature = await signQuote(this.operator, quote, domain);
    const receipt = await this.market(this.buyer, "hire", [spec, quote, signature]);
    return { id, spec, job: fold(undefined, receipt) };
  }

  commitmentOf({ id, job }: Hired, { roots, salt }: Word = RIGHT): Hex {
    const resultRoot = batchTree(roots).root;
    return resultCommitment({ jobId: id, provider: job.provider, resultRoot, outputDigest: zeroHash, salt });
  }

  async commit(hired: Hired, word: Word = RIGHT, more: Moment = {}): Promise<Hired> {
    const args = [hired.spec, hired.job, this.commitmentOf(hired, word)];
    return { ...hired, job: fold(hired.job, await this.act(this.operator, "commit", args, more)) };
  }

  /** Lets blocks pass until the seed of a committed job is there, and gives it. */
  async seedOf(hired: Hired): Promise<Hex> {
    const { seedPoint } = await this.auditOf(hired);
    while ((await this.chain.publicClient.getBlockNumber()) <= seedPoint) await this.mine(1);
    return this.chain.view(this.contracts.beacon, blockhashBeaconAbi, "seed", [seedPoint, "0x"]);
  }

  /** Blocks with a second between them. */
  async mine(blocks: number): Promise<void> {
    const params = [`0x${blocks.toString(16)}`, "0x1"];
    await this.chain.publicClient.request({ method: "hardhat_mine", params } as never);
  }

  sampleOf({ id, spec }: Hired, seed: Hex): number[] {
    return sampleItems({ seed, jobId: id, items: spec.items, sampleSize: spec.sampleSize });
  }

  /** What `attest` wants besides the caller. */
  async attestArgs(hired: Hired, auditor: HDAccount, word: Word): Promise<readonly unknown[]> {
    const sampled = this.sampleOf(hired, await this.seedOf(hired)).map((item) => word.roots[item] ?? zeroHash);
    const digest = sampleDigest(sampled);
    const { address } = auditor;
    const commitment = attestationCommitment({ jobId: hired.id, auditor: address, digest, salt: word.salt });
    return [hired.id, hired.job, address, commitment, "0x"];
  }

  async attest(hired: Hired, auditor: HDAccount, word: Word, more: Moment = {}): Promise<Receipt> {
    return this.act(auditor, "attest", await this.attestArgs(hired, auditor, word), more);
  }

  /** What `reveal` wants, with the openings of the sample if there are attestations. */
  async revealOf(hired: Hired, { roots, salt }: Word = RIGHT): Promise<Reveal> {
    const tree = batchTree(roots);
    const { attestations } = await this.auditOf(hired);
    const items = attestations === 0 ? [] : this.sampleOf(hired, await this.seedOf(hired));
    return {
      ...{ resultRoot: tree.root, outputDigest: zeroHash, salt, seedProof: "0x" },
      sampledRoots: items.map((item) => roots[item] ?? zeroHash),
      siblings: items.map((item) => tree.proveItem(item)),
    };
  }

  /** Reveals as soon as it is allowed, unless told when. */
  async reveal(hired: Hired, word: Word = RIGHT, more: Moment = {}): Promise<Hired> {
    const what = await this.revealOf(hired, word);
    const { attestations, auditDeadline } = await this.auditOf(hired);
    const at = more.at ?? (attestations === 0 ? undefined : auditDeadline + 1);
    const args = [hired.id, hired.job, what];
    const receipt = await this.act(this.stranger, "reveal", args, at === undefined ? {} : { at });
    return { ...hired, job: fold(hired.job, receipt) };
  }

  /** What `claimAudit` wants. */
  async claimArgs(hired: Hired, auditor: HDAccount, word: Word, revealed: Word = RIGHT): Promise<readonly unknown[]> {
    const { seed } = await this.auditOf(hired);
    const items = this.sampleOf(hired, seed);
    const [own, theirs] = [word, revealed].map(({ roots }) => items.map((item) => roots[item] ?? zeroHash));
    return [hired.id, auditor.address, own, word.salt, own?.join() === theirs?.join() ? [] : theirs];
  }

  async claim(hired: Hired, auditor: HDAccount, word: Word, revealed: Word = RIGHT, more: Moment = {}) {
    return this.act(auditor, "claimAudit", await this.claimArgs(hired, auditor, word, revealed), more);
  }

  close({ id }: Hired, auditor: HDAccount, more: Moment = {}): Promise<Receipt> {
    return this.act(this.stranger, "closeAudit", [id, auditor.address], more);
  }

  /** Calls the disputes. */
  dispute(from: HDAccount, name: string, args: readonly unknown[], more: Moment & { readonly value?: bigint } = {}) {
    return this.chain.send({ from, to: this.contracts.disputes, abi: disputesAbi, name, args, ...more });
  }

  /** Challenges an item, gets no answer, and takes the job down. Gives when the verdict is for good. */
  async refuteBySilence({ spec, job, id }: Hired, item: number, challenger: HDAccount): Promise<number> {
    const opened = await this.dispute(challenger, "challenge", [spec, job, item], { value: 10n ** 18n });
    const { challenge, deadline } = opened.events.find(({ name }) => name === "ChallengeOpened")?.args ?? {};
    await this.dispute(this.stranger, "claimDefault", [challenge], { at: Number(deadline) + 1 });
    await this.dispute(this.stranger, "refute", [id, job]);
    return Number(deadline) + 1 + this.parameters.moveWindow;
  }

  /** The module holds nothing: no token units, no GLIA, no escrow. */
  async assertEmpty(): Promise<void> {
    const { assurance, market, vault } = this.contracts;
    assert.equal(await this.balanceOf(assurance), 0n, "pots");
    assert.deepEqual(await this.positionOf(assurance, market), [0n, 0n], "rewards");
    assert.equal(await this.gliaOf(assurance), 0n);
    const escrow = await this.chain.view(vault, vaultAbi, "escrowOf", [assurance, this.token]);
    assert.deepEqual(escrow, [0n, 0n]);
  }
}

/** Deploys the devnet profile, or another module with other parameters, and equips everybody. `begin` is {@link startChain}'s. */
export async function startAuditWorld(
  change: Partial<AssuranceParameters> = {},
  begin?: number,
  chainId?: number,
): Promise<AuditWorld> {
  const abis: Abi = [
    ...assuranceAbi,
    ...disputesAbi,
    ...blockhashBeaconAbi,
    ...jobMarketAbi,
    ...providerRegistryAbi,
    ...vaultAbi,
  ];
  const chain = await startChain(abis, begin, chainId);
  const { wallet, publicClient } = chain;
  const { deployment } = await deploy({ publicClient, walletClient: wallet, profile: "devnet" });
  const parameters = { ...PROFILES.devnet.assurance, ...change };
  const contracts = Object.keys(change).length === 0 ? deployment : await anotherModule(chain, deployment, parameters);
  const world = new AuditWorld(chain, contracts, parameters);
  const { buyer, provider, operator, auditors, deployer, token } = world;
  const { vault, market, assurance } = contracts;
  await world.register(provider, operator.address, market, PROVIDER_STAKE);
  for (const auditor of auditors) {
    await world.register(auditor, auditor.address, assurance, AUDITING_STAKE);
    await world.act(auditor, "enrol", [AUDITING_STAKE]);
  }
  await world.send(deployer, token, testTokenAbi, "mint", [buyer.address, FUNDS]);
  await world.send(buyer, token, testTokenAbi, "approve", [vault, FUNDS]);
  await world.send(buyer, vault, vaultAbi, "deposit", [token, FUNDS]);
  await world.send(buyer, vault, vaultAbi, "allow", [market, token, FUNDS]);
  return world;
}

async function anotherModule(
  chain: Chain31337,
  deployment: WholeDeployment,
  parameters: AssuranceParameters,
): Promise<WholeDeployment> {
  const { market, beacon, referee } = deployment;
  const { abi, bytecode } = loadArtifact("Assurance");
  const args = [market, beacon, referee, parameters];
  const hash = await chain.wallet.deployContract({ abi, bytecode, args, gas: 16_000_000n });
  const { contractAddress } = await chain.publicClient.getTransactionReceipt({ hash });
  const assurance = contractAddress ?? assert.fail("The module was not created.");
  for (const level of [0, 1]) {
    const call = { to: market, abi: jobMarketAbi as Abi, name: "setModule", args: [level, assurance] };
    await chain.send({ ...call, from: chain.account(0) });
  }
  return { ...deployment, assurance, disputes: await chain.view(assurance, assuranceAbi, "disputes") };
}

/** The job after a transaction. */
export function fold(job: Job | undefined, { events }: Receipt): Job {
  let next = job;
  for (const { name, args } of events) {
    const event = { eventName: name, args } as unknown as Parameters<typeof jobAfter>[1];
    next = jobAfter(next, event) ?? next;
  }
  return next ?? assert.fail("a job");
}
