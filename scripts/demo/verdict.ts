import { assuranceAbi, disputesAbi, vaultAbi } from "@glia/contracts";
import { assuranceOf, disputesFromEvents, jobFromEvents, readEvents } from "@glia/sdk";
import type { JobView, MarketClient } from "@glia/sdk";
import { decodeFunctionData, getAddress, isAddressEqual, isHex } from "viem";
import type { Address, Hash, Hex } from "viem";

import { readProofHead } from "./proof-head.ts";
import type { ProofHead } from "./proof-head.ts";

/** How a cheat's job fell: all of it read from the chain, nothing from what the demo meant to happen. */
export interface Verdict {
  readonly jobId: Hex;
  readonly cheat: Address;
  /** Who won the challenge that took the job down. */
  readonly catcher: Address;
  /** Who has attested what it got for a sample of the items, before anybody knew the provider's result. */
  readonly attested: readonly Address[];
  readonly challenge: bigint;
  readonly item: number;
  /** The transaction in which the contract found the claim wrong. */
  readonly proof: ProofHead & { readonly transaction: Hash; readonly gas: bigint };
  /** GLIA units of collateral. */
  readonly lost: bigint;
  readonly burned: bigint;
  /** Token units that came back to the payer: the price, and what auditors did not earn of the pot. */
  readonly refunded: bigint;
  /** What of the collateral was not burned (GLIA units) and of the pot was earned (token units), and by whom; empty until it is claimed. */
  readonly paid: readonly { readonly to: Address; readonly reward: bigint; readonly pot: bigint }[];
  /** Attestations that nobody has closed yet. */
  readonly waiting: number;
}

/**
 * Reads how a job fell.
 * @throws unless the contract itself found the result wrong, in a transaction that is on chain.
 */
export async function readVerdict(client: MarketClient, jobId: Hex, signal: AbortSignal): Promise<Verdict> {
  const view = await jobFromEvents(client, jobId, { signal });
  const { refuted, provider } = view;
  if (refuted === undefined || provider === undefined) throw new Error(`Job ${jobId} was not refuted.`);
  const assurance = await assuranceOf(client, view.job.module);
  const [verdict, audit, disputes] = await Promise.all([
    assurance.verdictOf(jobId),
    assurance.auditOf(jobId),
    disputesFromEvents(client, assurance, view, signal),
  ]);
  if (!verdict.refuted || !verdict.proven) throw new Error(`Job ${jobId} fell, but nothing was proven.`);
  const won = disputes.challenges.find(({ challenge }) => challenge === verdict.challenge);
  const end = won?.events.find(({ eventName }) => eventName === "ChallengeWon");
  if (won === undefined || end === undefined) throw new Error(`No challenge of job ${jobId} was won.`);
  const { publicClient } = client;
  const [{ input }, { gasUsed }] = await Promise.all([
    publicClient.getTransaction({ hash: end.transactionHash }),
    publicClient.getTransactionReceipt({ hash: end.transactionHash }),
  ]);
  const money = await readMoney(client, view, signal);
  return {
    jobId,
    cheat: provider,
    catcher: won.challenger,
    challenge: verdict.challenge,
    item: verdict.item,
    proof: { ...readProofHead(proofIn(input)), transaction: end.transactionHash, gas: gasUsed },
    lost: refuted.burned + refuted.reward,
    burned: refuted.burned,
    waiting: audit.waiting,
    ...money,
  };
}

/** The proof is the last argument of both calls that win by recomputing. */
function proofIn(input: Hex): Hex {
  const { functionName, args } = decodeFunctionData({ abi: disputesAbi, data: input });
  const proof: unknown = args?.at(-1);
  if ((functionName === "prove" || functionName === "proveStep") && isHex(proof)) return proof;
  throw new Error(`The challenge was won by ${functionName}, which recomputes nothing.`);
}

/** Who got what, by the events of the module and the Vault. */
async function readMoney(
  { publicClient, deployment }: MarketClient,
  { jobId, job, spec, assigned, refuted }: JobView,
  signal: AbortSignal,
): Promise<Pick<Verdict, "attested" | "refunded" | "paid">> {
  const range = {
    fromBlock: assigned?.blockNumber ?? 0n,
    toBlock: await publicClient.getBlockNumber({ cacheTime: 0 }),
    signal,
  };
  /** Transactions that pay out something of this job. */
  const endings = new Set<Hash | undefined>([refuted?.transactionHash]);
  const paid = new Map<Address, { reward: bigint; pot: bigint }>();
  const attested: Address[] = [];
  const account = (to: Address): { reward: bigint; pot: bigint } => {
    const entry = paid.get(getAddress(to)) ?? { reward: 0n, pot: 0n };
    paid.set(getAddress(to), entry);
    return entry;
  };
  const ofJob = { publicClient, address: job.module, abi: assuranceAbi, topics: [null, jobId], ...range };
  for await (const { eventName, args, transactionHash } of readEvents(ofJob)) {
    if (eventName === "Attested") attested.push(args.auditor);
    else endings.add(transactionHash);
    if (eventName === "RewardPaid") account(args.to).reward += args.amount;
    else if (eventName === "AuditClosed" && args.pay > 0n) account(args.auditor).pot += args.pay;
  }
  let refunded = 0n;
  for await (const event of readEvents({ publicClient, address: deployment.vault, abi: vaultAbi, ...range })) {
    if (event.eventName !== "Released" || !endings.has(event.transactionHash)) continue;
    if (isAddressEqual(event.args.account, spec.payer)) refunded += event.args.amount;
  }
  return { attested, refunded, paid: [...paid].map(([to, entry]) => ({ to, ...entry })) };
}
