/** Plays every path once and says what it cost. */
import { gliaTokenAbi, providerRegistryAbi, testTokenAbi, vaultAbi } from "@glia/contracts";
import { zeroHash, type TransactionReceipt } from "viem";

import { measureLevels } from "./gas-levels.ts";
import { jobOf, type JobMaker, type JobRef, type Spec } from "./gas-jobs.ts";
import type { World } from "./gas-world.ts";

const DAY = 86_400;
const BATCH = 64;
const NO_PERMIT = { value: 0n, deadline: 0n, v: 0, r: zeroHash, s: zeroHash } as const;

const gasOf = (receipt: TransactionReceipt): number => Number(receipt.gasUsed);

async function hire(world: World, maker: JobMaker, changes: Partial<Spec> = {}): Promise<TransactionReceipt> {
  const spec = maker.spec(changes);
  const [quote, signature] = await maker.quote(spec, await maker.collateral(spec));
  return world.send(world.buyer, maker.at("hire", [spec, quote, signature]));
}

async function reveal(
  world: World,
  maker: JobMaker,
  hired: TransactionReceipt,
): Promise<JobRef & { readonly receipt: TransactionReceipt }> {
  const before = jobOf(hired);
  const args = [before.id, before.job, maker.word(), maker.word()];
  const receipt = await world.send(world.provider, maker.at("reveal", args));
  return { ...jobOf(receipt, before), receipt };
}

/** Leaves `count` jobs assigned. */
export async function openJobs(world: World, maker: JobMaker, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await hire(world, maker, { executionWindow: 30 * DAY });
}

/** The calls of a job that is hired by quote. */
export async function measureJob(world: World, maker: JobMaker) {
  const hired = await hire(world, maker);
  const rejected = jobOf(await hire(world, maker));
  const reject = await world.send(world.provider, maker.at("reject", [rejected.id, rejected.job, zeroHash]));
  const revealed = await reveal(world, maker, hired);
  const accepted = await reveal(world, maker, await hire(world, maker));
  const accept = await world.send(world.buyer, maker.at("accept", [accepted.id, accepted.job]));
  await world.mine(DAY);
  const { id, job } = revealed;
  const settle = await world.send(world.stranger, maker.at("settle", [id, job]));
  return {
    hire: gasOf(hired),
    reveal: gasOf(revealed.receipt),
    settle: gasOf(settle),
    accept: gasOf(accept),
    reject: gasOf(reject),
  };
}

async function measureAuction(world: World, maker: JobMaker) {
  const { send, buyer, provider, stranger, client } = world;
  const posted = async () => {
    const { timestamp } = await client.getBlock();
    const spec = maker.spec({ startPrice: 1_000_000n, auctionStart: timestamp, auctionEnd: timestamp + 3_600n });
    return { spec, receipt: await send(buyer, maker.at("post", [spec, "https://bytes.example/ipfs"])) };
  };
  const first = await posted();
  const take = await send(provider, maker.at("take", [first.spec, provider, await maker.collateral(first.spec), []]));
  const second = jobOf((await posted()).receipt);
  const cancel = await send(buyer, maker.at("cancel", [second.id, second.job]));
  const third = jobOf((await posted()).receipt);
  await world.mine(DAY);
  const expire = await send(stranger, maker.at("expire", [third.id, third.job]));
  return { post: gasOf(first.receipt), take: gasOf(take), cancel: gasOf(cancel), expire: gasOf(expire) };
}

async function measureBatch(world: World, maker: JobMaker): Promise<number> {
  const refs: JobRef[] = [];
  for (let i = 0; i < BATCH; i += 1) {
    const { id, job } = await reveal(world, maker, await hire(world, maker));
    refs.push({ id, job });
  }
  await world.mine(DAY);
  return Math.ceil(gasOf(await world.send(world.stranger, maker.at("settleMany", [refs]))) / BATCH);
}

async function measureMoney(world: World) {
  const { send, buyer, provider, stranger, token, market, vault, registry } = world;
  const vaultAt = { to: vault, abi: vaultAbi };
  const registryAt = { to: registry, abi: providerRegistryAbi };
  return {
    allow: gasOf(await send(stranger, { ...vaultAt, name: "allow", args: [market, token, 2n ** 256n - 1n] })),
    deposit: gasOf(await send(buyer, { ...vaultAt, name: "deposit", args: [token, 1_000n] })),
    withdraw: gasOf(await send(buyer, { ...vaultAt, name: "withdraw", args: [token, 1_000n, buyer] })),
    collectFees: gasOf(await send(stranger, { ...vaultAt, name: "collectFees", args: [market, token] })),
    stake: gasOf(await send(provider, { ...registryAt, name: "stake", args: [market, 10n ** 18n] })),
    unstake: gasOf(await send(provider, { ...registryAt, name: "unstake", args: [market, 10n ** 18n, provider] })),
    bumpQuoteNonce: gasOf(await send(stranger, { ...registryAt, name: "bumpQuoteNonce", args: [stranger] })),
  };
}

/** A newcomer's only transaction before its first job: deposit, allowance and hire at once. */
async function measureFirstTime(world: World, maker: JobMaker): Promise<number> {
  const { send, stranger, token, vault, market } = world;
  const spec = maker.spec({ buyer: stranger, payer: stranger });
  const [quote, signature] = await maker.quote(spec, await maker.collateral(spec));
  await send(stranger, { to: token, abi: testTokenAbi, name: "mint", args: [stranger, 10n ** 9n] });
  await send(stranger, { to: token, abi: testTokenAbi, name: "approve", args: [vault, 10n ** 9n] });
  const data = maker.hireData(spec, quote, signature);
  const args = [token, 10n ** 9n, NO_PERMIT, market, 2n ** 256n - 1n, data];
  return gasOf(await send(stranger, { to: vault, abi: vaultAbi, name: "depositAndCall", args }));
}

async function measureSponsored(world: World, maker: JobMaker): Promise<number> {
  const [sponsorship, sponsorSignature] = await maker.sponsorship();
  const play = async () => {
    const spec = maker.spec({ payer: sponsorship.payer });
    const [quote, signature] = await maker.quote(spec, await maker.collateral(spec));
    return world.send(world.buyer, maker.at("hireSponsored", [spec, quote, signature, sponsorship, sponsorSignature]));
  };
  await play();
  return gasOf(await play());
}

async function measureDefault(world: World, maker: JobMaker): Promise<number> {
  const { id, job } = jobOf(await hire(world, maker));
  await world.mine(DAY);
  return gasOf(await world.send(world.stranger, maker.at("defaultJob", [id, job])));
}

/** Every path once, beginning with those of {@link measureJob}. */
export async function measurePaths(world: World, maker: JobMaker) {
  const { send, provider, glia } = world;
  const transfer = { to: glia, abi: gliaTokenAbi, name: "transfer", args: [world.stranger, 1n] };
  return {
    ...(await measureJob(world, maker)),
    hireSponsored: await measureSponsored(world, maker),
    depositAndCallFirstTime: await measureFirstTime(world, maker),
    ...(await measureLevels(world, maker)),
    ...(await measureAuction(world, maker)),
    default: await measureDefault(world, maker),
    settleManyPerJob: await measureBatch(world, maker),
    ...(await measureMoney(world)),
    gliaTransfer: gasOf(await send(provider, transfer)),
  };
}
