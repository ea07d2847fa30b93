/** A devnet chain with a module whose windows end only where a test says so, and lanes of parties that do not get in each other's way. */
import { gliaTokenAbi, jobMarketAbi } from "@glia/contracts";
import { loadArtifact } from "@glia/contracts/artifacts";
import {
  allowCall,
  approveCall,
  AssuranceLevel,
  assuranceOf,
  commitCall,
  depositCall,
  hashJobSpec,
  hireCall,
  jobFromEvents,
  moduleRevealCall,
  resultCommitment,
  sendCall,
  signQuote,
} from "@glia/sdk";
import type { AssuranceClient, JobMaterial, JobSpec, JobView, MarketClient } from "@glia/sdk";
import { keccak256, parseEther, parseGwei, stringToBytes, zeroHash } from "viem";
import type { Address, Hex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import type { HDAccount } from "viem/accounts";
import { startHeartbeat } from "../helpers/heartbeat.ts";
import { startDevnet } from "../integration/sdk-devnet.ts";
import type { Devnet } from "../integration/sdk-devnet.ts";
import type { Claimed } from "./lies.ts";

/** Seconds of every window of the module. */
export const WINDOW = 1_200;
/** Token units. */
export const PRICE = 7_000_000n;
export const CHALLENGE_WINDOW = 20 * WINDOW;
/** Seconds after a commitment from which on a result that nobody attested may be revealed, for a window long: behind the seed and two windows. */
export const AUDITED = 3 * WINDOW + 1;
const MNEMONIC = "test test test test test test test test test test test junk";
const FUNDS = 10n ** 12n;
/** The accounts of lanes come behind those that the devnet hands out. */
const FIRST_ACCOUNT = 20;

/** One buyer, provider and challenger, whose jobs come one after another. */
export interface Lane {
  readonly provider: HDAccount;
  readonly operator: MarketClient;
  readonly buyer: MarketClient;
  readonly challenger: MarketClient;
  /** Hires the provider for a batch and reveals what it claims. */
  reveal(claimed: Claimed): Promise<Revealed>;
  /** Hires the provider for a batch, audited, and commits to what it claims. */
  commit(claimed: Claimed): Promise<Committed>;
}

/** A job whose provider is bound to its claim. */
export interface Committed {
  readonly jobId: Hex;
  readonly claimed: Claimed;
  /** Reveals the claim: as soon as {@link AUDITED} seconds have passed, whatever the lots say. */
  reveal(): Promise<Revealed>;
}

export interface Revealed {
  readonly jobId: Hex;
  readonly claimed: Claimed;
  readonly view: JobView;
}

export interface MatrixWorld {
  readonly devnet: Devnet;
  readonly assurance: AssuranceClient;
  lane(): Promise<Lane>;
  glia(account: Address): Promise<bigint>;
  now(): Promise<number>;
  stop(): Promise<void>;
}

export async function startMatrixWorld(): Promise<MatrixWorld> {
  const devnet = await startDevnet();
  const { publicClient, file, token } = devnet;
  const deployer = mnemonicToAccount(MNEMONIC, { addressIndex: 0 });
  const assurance = await assuranceOf(devnet.clientOf(deployer), await longModule(devnet, deployer));
  const rest = startHeartbeat(devnet);
  let accounts = FIRST_ACCOUNT;
  let salt = 0;

  const account = async (): Promise<HDAccount> => {
    const next = mnemonicToAccount(MNEMONIC, { addressIndex: accounts });
    accounts += 1;
    await devnet.setBalance(next.address, 10n ** 22n);
    return next;
  };

  async function lane(): Promise<Lane> {
    const [provider, operatorKey, buyerKey, challenger] = [await account(), await account(), await account(), await account()]; // prettier-ignore
    const [operator, buyer] = [devnet.clientOf(operatorKey), devnet.clientOf(buyerKey)];
    await devnet.register(provider, operatorKey.address, "http://127.0.0.1:1");
    await devnet.mint(buyerKey.address, FUNDS);
    await sendCall(buyer, approveCall(token, file.vault, FUNDS));
    await sendCall(buyer, depositCall(file.vault, token, FUNDS));
    await sendCall(buyer, allowCall(file.vault, file.market, token, FUNDS));

    async function hire(claimed: Claimed, level: AssuranceLevel): Promise<JobView> {
      salt += 1;
      const shared = { buyer: buyerKey.address, token, salt: keccak256(stringToBytes(`cell ${salt}`)) };
      const spec = { ...specOf(claimed, shared), level };
      const jobId = hashJobSpec(spec, buyer.domain);
      const collateral = await buyer.requiredCollateral(spec);
      const expiry = 2n ** 40n;
      const quote = { provider: provider.address, jobId, price: PRICE, collateral, expiry, nonce: 0 };
      const signature = await signQuote(operatorKey, quote, buyer.domain);
      await sendCall(buyer, hireCall(file.market, { spec, quote, signature }));
      return jobFromEvents(operator, jobId);
    }

    async function open({ jobId, job }: JobView, claimed: Claimed, key: Hex): Promise<Revealed> {
      const { resultRoot } = claimed;
      const what = { resultRoot, outputDigest: zeroHash, salt: key, sampledRoots: [], siblings: [], seedProof: "0x" } as const; // prettier-ignore
      await sendCall(operator, moduleRevealCall(job.module, { id: jobId, job }, what));
      return { jobId, claimed, view: await jobFromEvents(operator, jobId) };
    }

    const reveal = async (claimed: Claimed): Promise<Revealed> =>
      open(await hire(claimed, AssuranceLevel.Optimistic), claimed, zeroHash);

    async function commit(claimed: Claimed): Promise<Committed> {
      const { jobId, spec, job } = await hire(claimed, AssuranceLevel.Audited);
      const { resultRoot } = claimed;
      const key = keccak256(jobId);
      const bound = { jobId, provider: provider.address, resultRoot, outputDigest: zeroHash, salt: key };
      await sendCall(operator, commitCall(job.module, { spec, job, commitment: resultCommitment(bound) }));
      const committed = await jobFromEvents(operator, jobId);
      return { jobId, claimed, reveal: () => open(committed, claimed, key) };
    }
    return { provider, operator, buyer, challenger: devnet.clientOf(challenger), reveal, commit };
  }

  return {
    devnet,
    assurance,
    lane,
    glia: (address) =>
      publicClient.readContract({ address: file.glia, abi: gliaTokenAbi, functionName: "balanceOf", args: [address] }),
    now: async () => Number((await publicClient.getBlock()).timestamp),
    stop: async () => {
      await rest();
      await devnet.stop();
    },
  };
}

function specOf(
  { provable, batchRoot, tensors }: Claimed,
  { buyer, token, salt }: Pick<JobSpec, "buyer" | "token" | "salt">,
): JobSpec {
  return {
    ...{ buyer, payer: buyer, token, salt },
    ...{ modelId: provable.commitment.modelId, batchRoot, items: tensors.length },
    ...{ modelDigest: zeroHash, inputDigest: zeroHash, maxItemOutputBytes: 1_024 },
    ...{ startPrice: 0n, maxPrice: PRICE, auctionStart: 0n, auctionEnd: 0n },
    ...{ rejectWindow: 60, executionWindow: 10 * WINDOW, challengeWindow: CHALLENGE_WINDOW },
    ...{ level: AssuranceLevel.Optimistic, checkBps: 1_000, sampleSize: 8, auditPot: 0n, declaredGain: PRICE },
    ...{ minStake: 0n, capabilities: 0n, determinism: 1, allowedProviders: zeroHash },
  };
}

/** What an honest party has of a batch; with the delivered outputs, if they were. */
export function truthOf(claimed: Claimed, delivered: boolean): JobMaterial {
  const { subject, tensors, claimedTensors, inputRoots, rightRoots } = claimed;
  const { model } = subject;
  return {
    model,
    inputRoots: () => Promise.resolve(inputRoots),
    outputRoots: () => Promise.resolve(rightRoots),
    trace: (item) => Promise.resolve(tensors[item] ?? []),
    ...(delivered && {
      delivered: (item) =>
        Promise.resolve(model.outputs.map(({ tensor }) => claimedTensors[item]?.[tensor] ?? new Uint8Array())),
    }),
  };
}

/** Puts a module in place of the devnet's, with the same referee and beacon. */
async function longModule(devnet: Devnet, deployer: HDAccount): Promise<Address> {
  const { publicClient, file } = devnet;
  const wallet = devnet.clientOf(deployer).requireWallet();
  const { abi, bytecode } = loadArtifact("Assurance");
  const parameters = {
    ...{ seedWait: WINDOW, auditWindow: WINDOW, revealWindow: WINDOW, claimWindow: WINDOW, moveWindow: WINDOW },
    ...{ leaveDelay: 10, auditBond: parseEther("100"), feeFloor: parseGwei("1"), expectedAuditors: 3 },
  };
  const shared = { account: deployer, chain: publicClient.chain };
  const hash = await wallet.deployContract({
    abi,
    bytecode,
    args: [file.market, file.beacon, file.referee, parameters],
    ...shared,
  });
  const { contractAddress } = await publicClient.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("The module was not created.");
  for (const level of [AssuranceLevel.Optimistic, AssuranceLevel.Audited]) {
    const set = { address: file.market, abi: jobMarketAbi, functionName: "setModule" } as const;
    const sent = await wallet.writeContract({ ...set, args: [level, contractAddress], ...shared });
    await publicClient.waitForTransactionReceipt({ hash: sent });
  }
  return contractAddress;
}
