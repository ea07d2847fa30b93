/** The market with the module for exact models, a buyer, a provider with stake, and jobs whose results are true or false. */
import assert from "node:assert/strict";
import { keccak256, parseEther, stringToBytes, zeroHash } from "viem";
import type { Abi, Address, Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import {
  assuranceAbi,
  disputesAbi,
  gliaTokenAbi,
  jobMarketAbi,
  providerRegistryAbi,
  refereeAbi,
  testTokenAbi,
  vaultAbi,
} from "@glia/contracts";
import { PROFILES, deploy } from "@glia/contracts/deploy";
import type { WholeDeployment } from "@glia/contracts/deploy";
import { hashJobSpec, jobAfter, signQuote } from "@glia/sdk";
import type { Job, JobSpec } from "@glia/sdk";
import { startChain } from "./chain.ts";
import type { Call, Chain31337, Event, Receipt } from "./chain.ts";
import type { Scene } from "./scene.ts";

/** Seconds for a move, and the lowest price of gas: the devnet's. */
export const MOVE_WINDOW = PROFILES.devnet.assurance.moveWindow;
export const FEE_FLOOR = PROFILES.devnet.assurance.feeFloor;
export const CHALLENGE_WINDOW = 1_000;
export const PRICE = 7_000_000n;
export const NO_ITEM = 2 ** 32 - 1;
/** {@link Turn} as numbers. */
export const TURN = { provider: 1, challenger: 2, won: 3, lost: 4, released: 5 } as const;
const STAKE = parseEther("100000");
const FUNDS = 10n ** 12n;

/** What the tests call `people`: each has coin. */
export interface People {
  readonly buyer: HDAccount;
  readonly provider: HDAccount;
  readonly operator: HDAccount;
  readonly alice: HDAccount;
  readonly bob: HDAccount;
  readonly stranger: HDAccount;
}

/** A revealed job. */
export interface Revealed {
  readonly id: Hex;
  readonly spec: JobSpec;
  readonly job: Job;
  readonly scene: Scene;
  /** Last second of its challenge window. */
  readonly deadline: number;
}

export interface Move {
  readonly at?: number;
  readonly value?: bigint;
}

/** What `challengeOf` says. */
export interface ChallengeState {
  readonly challenger: Address;
  readonly deadline: number;
  readonly item: number;
  readonly rounds: number;
  readonly turn: number;
  readonly jobId: Hex;
  readonly question: Hex;
  readonly bond: bigint;
}

export interface VerdictState {
  readonly refuted: boolean;
  readonly item: number;
  readonly challenge: bigint;
  readonly tieDeadline: number;
  readonly proven: boolean;
}

export interface World extends People {
  readonly chain: Chain31337;
  readonly contracts: WholeDeployment;
  readonly token: Address;
  /** Hires the provider for the scene's batch and reveals the scene's result. */
  reveal(scene: Scene, change?: Partial<JobSpec>): Promise<Revealed>;
  /** The ABI of the disputes. */
  readonly abi: Abi;
  /** A call of the disputes. */
  call(name: string, args: readonly unknown[], move?: Move): Omit<Call, "from">;
  /** Calls the disputes. */
  act(from: HDAccount, name: string, args: readonly unknown[], move?: Move): Promise<Receipt>;
  refuses(
    from: HDAccount,
    name: string,
    args: readonly unknown[],
    error: string,
    move?: Move,
  ): Promise<readonly unknown[]>;
  /** Opens a challenge with the bond and gives its number. */
  challenge(from: HDAccount, job: Revealed, item: number, move?: Move): Promise<bigint>;
  challengeOf(id: bigint): Promise<ChallengeState>;
  verdictOf(job: Revealed): Promise<VerdictState>;
  owed(account: { readonly address: Address }): Promise<bigint>;
  /** The bond at the floor. */
  bond(): bigint;
  /** Status and open challenges at the market. */
  statusOf(job: Revealed): Promise<readonly [number, number]>;
  /** GLIA units that the account has at the market: free, locked. */
  stakeOf(account: { readonly address: Address }): Promise<readonly [bigint, bigint]>;
  /** Asserts that the coin held is that of these open bonds and prepayments, and what is owed to everybody. */
  assertCoin(...open: readonly bigint[]): Promise<void>;
}

const ABIS: Abi = [
  ...disputesAbi,
  ...assuranceAbi,
  ...refereeAbi,
  ...jobMarketAbi,
  ...providerRegistryAbi,
  ...vaultAbi,
];

export function eventOf(receipt: Receipt, name: string): Event["args"] {
  const found = receipt.events.filter((event) => event.name === name);
  assert.equal(found.length, 1, `one ${name} among ${receipt.events.map((event) => event.name).join()}`);
  return found[0]?.args ?? {};
}

export async function startWorld(): Promise<World> {
  const chain = await startChain(ABIS);
  const { wallet, publicClient, send, view } = chain;
  const { deployment: contracts } = await deploy({ publicClient, walletClient: wallet, profile: "devnet" });
  const token = contracts.tokens[0]?.address ?? assert.fail("The devnet lists a token");
  const deployer = chain.account(0);
  const [buyer, provider, operator, alice, bob, stranger] = [1, 2, 3, 4, 5, 6].map((i) => chain.account(i)) as [
    HDAccount,
    HDAccount,
    HDAccount,
    HDAccount,
    HDAccount,
    HDAccount,
  ];
  const market = { to: contracts.market, abi: jobMarketAbi as Abi };
  const registry = { to: contracts.registry, abi: providerRegistryAbi as Abi };
  const vault = { to: contracts.vault, abi: vaultAbi as Abi };
  await send({
    to: contracts.glia,
    abi: gliaTokenAbi,
    from: deployer,
    name: "transfer",
    args: [provider.address, STAKE],
  });
  await send({
    to: contracts.glia,
    abi: gliaTokenAbi,
    from: provider,
    name: "approve",
    args: [contracts.registry, STAKE],
  });
  await send({ ...registry, from: provider, name: "stake", args: [contracts.market, STAKE] });
  await send({ ...registry, from: provider, name: "register", args: [operator.address, 0n, "https://p.example"] });
  await send({ to: token, abi: testTokenAbi, from: deployer, name: "mint", args: [buyer.address, FUNDS] });
  await send({ to: token, abi: testTokenAbi, from: buyer, name: "approve", args: [contracts.vault, FUNDS] });
  await send({ ...vault, from: buyer, name: "deposit", args: [token, FUNDS] });
  await send({ ...vault, from: buyer, name: "allow", args: [contracts.market, token, FUNDS] });

  const disputes = contracts.disputes;
  const here = { to: disputes, abi: disputesAbi as Abi };
  const answerGas = await view<bigint>(disputes, disputesAbi, "ANSWER_GAS");
  const bond = () => 2n * answerGas * FEE_FLOOR;
  const accounts = Array.from({ length: 10 }, (_, i) => chain.account(i));
  let salt = 0;

  const specOf = async (scene: Scene): Promise<JobSpec> => {
    const now = BigInt(await chain.now());
    salt += 1;
    return {
      ...{ buyer: buyer.address, payer: buyer.address, token },
      ...{ modelId: scene.provable.commitment.modelId, batchRoot: scene.batchRoot, items: scene.inputRoots.length },
      ...{ modelDigest: zeroHash, inputDigest: zeroHash, maxItemOutputBytes: 1_024 },
      ...{ startPrice: PRICE, maxPrice: PRICE, auctionStart: now, auctionEnd: now + 600n },
      ...{ rejectWindow: 60, executionWindow: 600, challengeWindow: CHALLENGE_WINDOW },
      ...{ level: 0, checkBps: 1_000, sampleSize: 8, auditPot: 0n, declaredGain: PRICE, minStake: 0n },
      ...{ capabilities: 0n, determinism: 1, allowedProviders: zeroHash },
      salt: keccak256(stringToBytes(`job ${salt}`)),
    };
  };

  const world: World = {
    ...{ chain, contracts, token, abi: disputesAbi },
    ...{ buyer, provider, operator, alice, bob, stranger, bond },
    reveal: async (scene, change = {}) => {
      const spec = { ...(await specOf(scene)), ...change };
      const domain = { chainId: 31337, market: contracts.market };
      const id = hashJobSpec(spec, domain);
      const collateral = await view<bigint>(market.to, market.abi, "requiredCollateral", [spec]);
      const expiry = BigInt(await chain.now()) + 50n;
      const quote = { provider: provider.address, jobId: id, price: PRICE, collateral, expiry, nonce: 0 };
      const signature = await signQuote(operator, quote, domain);
      const hired = await send({ ...market, from: buyer, name: "hire", args: [spec, quote, signature] });
      const assigned = fold(undefined, hired);
      const what = {
        resultRoot: scene.resultRoot,
        outputDigest: zeroHash,
        salt: zeroHash,
        sampledRoots: [],
        siblings: [],
      };
      const args = [id, assigned, { ...what, seedProof: "0x" }];
      const receipt = await send({ to: contracts.assurance, abi: assuranceAbi, from: operator, name: "reveal", args });
      return { id, spec, job: fold(assigned, receipt), scene, deadline: receipt.time + CHALLENGE_WINDOW };
    },
    call: (name, args, move = {}) => ({ ...here, name, args, ...move }),
    act: async (from, name, args, move = {}) => send({ ...here, from, name, args, ...move }),
    refuses: async (from, name, args, error, move = {}) => chain.refuses({ ...here, from, name, args, ...move }, error),
    challenge: async (from, { spec, job }, item, move = {}) => {
      const receipt = await send({ ...here, from, name: "challenge", args: [spec, job, item], value: bond(), ...move });
      return eventOf(receipt, "ChallengeOpened")["challenge"] as bigint;
    },
    challengeOf: async (id) => view(disputes, disputesAbi, "challengeOf", [id]),
    verdictOf: async ({ id }) => view(disputes, disputesAbi, "verdictOf", [id]),
    owed: async ({ address }) => view(disputes, disputesAbi, "owed", [address]),
    statusOf: async ({ id }) => {
      const [status, open] = await view<[number, number, bigint]>(market.to, market.abi, "statusOf", [id]);
      return [status, open];
    },
    stakeOf: async ({ address }) => {
      const args = [address, market.to];
      const { free, locked } = await view<{ free: bigint; locked: bigint }>(
        registry.to,
        registry.abi,
        "position",
        args,
      );
      return [free, locked];
    },
    assertCoin: async (...open) => {
      let sum = open.reduce((total, part) => total + part, 0n);
      for (const account of accounts) sum += await world.owed(account);
      assert.equal(
        await publicClient.getBalance({ address: disputes }),
        sum,
        "open bonds and prepayments, and what is owed",
      );
    },
  };
  return world;
}

/** The job after a transaction of the market. */
function fold(job: Job | undefined, { events }: Receipt): Job {
  let next = job;
  for (const { name, args } of events) {
    const event = { eventName: name, args } as unknown as Parameters<typeof jobAfter>[1];
    next = jobAfter(next, event) ?? next;
  }
  return next ?? assert.fail("a job");
}
