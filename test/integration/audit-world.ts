/** A chain with an assurance module whose windows are long enough for a slow machine, auditors among the nodes, and audited jobs. */
import { jobMarketAbi } from "@glia/contracts";
import { loadArtifact } from "@glia/contracts/artifacts";
import {
  AssuranceLevel,
  type AssuranceClient,
  type AssuranceParameters,
  assuranceOf,
  enrolCall,
  type JobStatus,
  type JobTerms,
  moveStakeCall,
  type RunOptions,
  sendCall,
} from "@glia/sdk";
import { type Address, type Hex, parseEther, parseGwei } from "viem";
import { mnemonicToAccount } from "viem/accounts";

import { batchOf, exactFile, exactItems } from "./exact-jobs.ts";
import { eventually } from "./node-observe.ts";
import { type NodeWorld, startNodeWorld, type TestNode } from "./node-world.ts";
import type { Buyer } from "./sdk-buyer.ts";
import type { Devnet } from "./sdk-devnet.ts";

/** Seconds of every window of the module: time passes only where a test says so. */
export const WINDOW = 1_200;
/** Units of the token that auditors of {@link auditedJob} share. */
export const AUDIT_POT = 900n;
/** GLIA units of auditing stake that one auditor enrols. */
const AUDITING_STAKE = parseEther("1000");
const MNEMONIC = "test test test test test test test test test test test junk";

/** A node world with its module. */
export interface AuditWorld extends NodeWorld {
  readonly assurance: AssuranceClient;
  /** Makes a node that audits, its stake enrolled; its process does not run yet. */
  addAuditor(config?: Record<string, unknown>): Promise<TestNode>;
  /** Lets blocks come until the lot of a committed job can be read. */
  drawLot(): Promise<void>;
  /** Lets a job's audit window end. */
  endAudit(): Promise<void>;
}

const deployer = mnemonicToAccount(MNEMONIC, { addressIndex: 0 });

/** Deploys a module whose windows are as long as these. */
export async function deployModule(devnet: Devnet, windows: Partial<AssuranceParameters> = {}): Promise<Address> {
  const { publicClient, file } = devnet;
  const { abi, bytecode } = loadArtifact("Assurance");
  const parameters: AssuranceParameters = {
    seedWait: WINDOW,
    auditWindow: WINDOW,
    revealWindow: WINDOW,
    claimWindow: WINDOW,
    moveWindow: WINDOW,
    leaveDelay: 10,
    auditBond: parseEther("100"),
    feeFloor: parseGwei("1"),
    expectedAuditors: 3,
    ...windows,
  };
  const hash = await devnet
    .clientOf(deployer)
    .requireWallet()
    .deployContract({
      abi,
      bytecode,
      args: [file.market, file.beacon, file.referee, parameters],
      account: deployer,
      chain: publicClient.chain,
    });
  const { contractAddress: module } = await publicClient.waitForTransactionReceipt({ hash });
  if (module === null || module === undefined) throw new Error("The module was not created.");
  return module;
}

/** Has the market give new exact jobs of both levels this module. */
export async function setModule(devnet: Devnet, module: Address): Promise<void> {
  const { file, publicClient } = devnet;
  const wallet = devnet.clientOf(deployer).requireWallet();
  for (const level of [AssuranceLevel.Optimistic, AssuranceLevel.Audited]) {
    const set = { address: file.market, abi: jobMarketAbi, functionName: "setModule", args: [level, module] } as const;
    const hash = await wallet.writeContract({ ...set, account: deployer, chain: publicClient.chain });
    await publicClient.waitForTransactionReceipt({ hash });
  }
}

/** Starts the chain and puts a module with long windows in place of the devnet's. */
export async function startAuditWorld(): Promise<AuditWorld> {
  const world = await startNodeWorld();
  const { devnet } = world;
  const { file } = devnet;
  const module = await deployModule(devnet);
  await setModule(devnet, module);
  const assurance = await assuranceOf(devnet.clientOf(deployer), module);
  return {
    ...world,
    assurance,
    async addAuditor(config = {}) {
      const node = await world.addNode({ audit: true, prices: {}, ...config });
      const client = devnet.clientOf(node.owner);
      await sendCall(client, moveStakeCall(file.registry, file.market, module, AUDITING_STAKE));
      await sendCall(client, enrolCall(module, AUDITING_STAKE));
      return node;
    },
    async drawLot() {
      for (let block = 0; block < 3; block++) await devnet.pass(1);
    },
    async endAudit() {
      await devnet.pass(2 * WINDOW + 1);
    },
  };
}

/** An audited job of four items on an exact model that no other test has. */
export async function auditedJob(token: Address, seed: number, terms: Partial<JobTerms> = {}): Promise<RunOptions> {
  return {
    model: exactFile(seed),
    inputs: await batchOf(exactItems(4, seed)),
    maxItemOutputBytes: 200,
    quoteTimeout: 15_000,
    terms: {
      token,
      maxPrice: 50_000n,
      level: AssuranceLevel.Audited,
      determinism: 1,
      checkBps: 10_000,
      sampleSize: 4,
      auditPot: AUDIT_POT,
      challengeWindow: 4 * WINDOW,
      ...terms,
    },
  };
}

/** Hires a node and loses interest, so that nothing happens but what nodes do by themselves. */
export async function hireOnly(buyer: Buyer, options: RunOptions): Promise<Hex> {
  const silent = new AbortController();
  let hired: Hex | undefined;
  const refusal = await buyer.glia
    .run({
      ...options,
      signal: silent.signal,
      onProgress: ({ step, jobId }) => {
        if (step !== "hired") return;
        hired = jobId;
        silent.abort();
      },
    })
    .then(
      () => new Error("The job ended before its buyer could lose interest."),
      (error: unknown) => error,
    );
  if (hired === undefined) throw refusal;
  return hired;
}

/** Waits until a job has a status on chain. */
export async function reaches(buyer: Buyer, jobId: Hex, wanted: JobStatus): Promise<void> {
  await eventually(async () => (await buyer.client.statusOf(jobId)).status === wanted);
}
