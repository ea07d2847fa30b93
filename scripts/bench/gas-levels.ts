/** What a job costs its buyer at each level: hiring (also as a newcomer, with the deposit) and accepting. */
import { assuranceAbi, blockhashBeaconAbi, testTokenAbi, vaultAbi } from "@glia/contracts";
import { addressesOf, AssuranceLevel, createMarketClient, isChecked, jobFromEvents, resultCommitment } from "@glia/sdk";
import { zeroHash, type Address, type Hex, type TransactionReceipt } from "viem";

import { jobOf, type JobMaker, type Spec } from "./gas-jobs.ts";
import type { Call, World } from "./gas-world.ts";

const NO_PERMIT = { value: 0n, deadline: 0n, v: 0, r: zeroHash, s: zeroHash } as const;
const FUNDS = 10n ** 9n;

/** The levels at which jobs are bought; opaque jobs have no module, exact ones are revealed through it. */
const LEVELS = {
  Exact: { determinism: 1 },
  Audited: { determinism: 1, level: AssuranceLevel.Audited, checkBps: 200, auditPot: 1_000_000n },
} as const satisfies Readonly<Record<string, Partial<Spec>>>;

/** Gas of `hire`, `accept` and a newcomer's `depositAndCall`, for exact and for audited jobs; those of opaque jobs are {@link measureJob}'s. */
export async function measureLevels(world: World, maker: JobMaker): Promise<Record<string, number>> {
  const paths: Record<string, number> = {};
  // The first job of a level touches slots that are zero.
  for (const changes of Object.values(LEVELS)) await buy(world, maker, changes);
  for (const [name, changes] of Object.entries(LEVELS)) {
    const { hired, accepted } = await buy(world, maker, changes);
    paths[`hire${name}`] = Number(hired.gasUsed);
    paths[`accept${name}`] = Number(accepted.gasUsed);
    const { approved, deposited } = await firstTime(world, maker, changes);
    paths[`depositAndCallFirstTime${name}`] = Number(deposited.gasUsed);
    paths["approve"] = Number(approved.gasUsed);
  }
  return paths;
}

/** Hires, has the provider reveal, and accepts. A job that the lot draws waits for auditors: then another one is bought. */
async function buy(
  world: World,
  maker: JobMaker,
  changes: Partial<Spec>,
): Promise<{ readonly hired: TransactionReceipt; readonly accepted: TransactionReceipt }> {
  const { send, buyer, provider, client } = world;
  for (;;) {
    const spec = maker.spec(changes);
    const [quote, signature] = await maker.quote(spec, await maker.collateral(spec));
    const hired = await send(buyer, maker.at("hire", [spec, quote, signature]));
    const { id } = jobOf(hired);
    const view = () => jobFromEvents(createMarketClient({ publicClient: client, deployment: addressesOf(world) }), id);
    const result = { resultRoot: maker.word(), outputDigest: maker.word(), salt: maker.word() };
    if (spec.level === AssuranceLevel.Audited) {
      const commitment = resultCommitment({ jobId: id, provider, ...result });
      await send(provider, at(world, "commit", [spec, (await view()).job, commitment]));
      if (isChecked(await nextSeed(world, id), id, spec.checkBps)) continue;
    }
    const reveal = { ...result, sampledRoots: [], siblings: [], seedProof: "0x" };
    await send(provider, at(world, "reveal", [id, (await view()).job, reveal]));
    const accepted = await send(buyer, maker.at("accept", [id, (await view()).job]));
    return { hired, accepted };
  }
}

/** Waits for the blocks up to a committed job's seed. */
async function nextSeed(world: World, id: Hex): Promise<Hex> {
  const { client, mine } = world;
  const { seedPoint } = await client.readContract({
    address: module(world),
    abi: assuranceAbi,
    functionName: "auditOf",
    args: [id],
  });
  while ((await client.getBlockNumber({ cacheTime: 0 })) <= seedPoint) await mine(1);
  const beacon = { address: addressOf(world.beacon), abi: blockhashBeaconAbi } as const;
  return client.readContract({ ...beacon, functionName: "seed", args: [seedPoint, "0x"] });
}

/** A newcomer's deposit, allowance and hire in one transaction; the newcomer is the local chain's next unused account. */
async function firstTime(
  world: World,
  maker: JobMaker,
  changes: Partial<Spec>,
): Promise<{ readonly approved: TransactionReceipt; readonly deposited: TransactionReceipt }> {
  const { send, token, vault, market } = world;
  const newcomer = world.newcomer();
  const spec = maker.spec({ buyer: newcomer, payer: newcomer, ...changes });
  const [quote, signature] = await maker.quote(spec, await maker.collateral(spec));
  await send(newcomer, { to: token, abi: testTokenAbi, name: "mint", args: [newcomer, FUNDS] });
  const approved = await send(newcomer, { to: token, abi: testTokenAbi, name: "approve", args: [vault, FUNDS] });
  const data = maker.hireData(spec, quote, signature);
  const args = [token, FUNDS, NO_PERMIT, market, 2n ** 256n - 1n, data];
  return { approved, deposited: await send(newcomer, { to: vault, abi: vaultAbi, name: "depositAndCall", args }) };
}

function at(world: World, name: string, args: readonly unknown[]): Call {
  return { to: module(world), abi: assuranceAbi, name, args };
}

function module({ assurance }: World): Address {
  return addressOf(assurance);
}

function addressOf(address: Address | undefined): Address {
  if (address === undefined) throw new Error("The deployment must have the assurance module and its beacon.");
  return address;
}
