import { setTimeout as delay } from "node:timers/promises";

import { formatEther, isAddressEqual } from "viem";
import type { Address, Hex } from "viem";

import type { Stage } from "./acts.ts";
import { dollars } from "./screen.ts";
import { readVerdict } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** Who is told to have caught a cheat. */
export type Catcher = "buyer" | "auditor";

/** Milliseconds after which everybody must have been paid: windows of a devnet are some ten seconds. */
const PATIENCE = 120_000;

/**
 * Says who caught a cheat, and by what.
 * @throws unless it was who is told: the buyer, or somebody who had attested another result before the cheat revealed its own.
 */
export async function tellVerdict(stage: Stage, jobId: Hex, told: Catcher): Promise<void> {
  const { screen, signal, buyer } = stage;
  const verdict = await readVerdict(buyer.parts.client, jobId, signal);
  const by = catcherOf(stage, verdict);
  if (by !== told)
    throw new Error(`The ${told} was to catch the cheat in job ${jobId}, and it was ${by} (${verdict.catcher}).`);
  const { proof, lost, burned, refunded, challenge, item, cheat, catcher } = verdict;
  screen.line(
    `caught    by ${by === "auditor" ? "an auditor, " : ""}${named(stage, catcher)}: challenge ${challenge}, item ${item}`,
  );
  screen.line(
    `proven    the contract itself ${proof.what} of node ${proof.node} (${proof.kind}): not what was claimed`,
  );
  screen.line(`          in transaction ${proof.transaction}, ${proof.gas} gas`);
  screen.line(
    `lost      ${formatEther(lost)} GLIA of ${named(stage, cheat)}'s stake, ${formatEther(burned)} of it burned`,
  );
  screen.line(`back      ${dollars(refunded)} to the buyer`);
}

/**
 * Waits until everybody has what a fallen job owes, and says who got what.
 * @throws unless who caught the cheat is among them.
 */
export async function tellPayments(stage: Stage, jobId: Hex): Promise<Verdict> {
  const { screen, signal, buyer } = stage;
  const until = performance.now() + PATIENCE;
  for (;;) {
    const verdict = await readVerdict(buyer.parts.client, jobId, signal);
    const { paid, lost, burned, waiting, catcher, challenge } = verdict;
    const rewarded = paid.reduce((sum, { reward }) => sum + reward, 0n);
    if (waiting === 0 && rewarded === lost - burned) {
      if (!paid.some(({ to, reward }) => reward > 0n && isSame(stage, to, catcher)))
        throw new Error(`${catcher} caught the cheat in job ${jobId} and was not paid.`);
      for (const { to, reward, pot } of paid)
        screen.line(`paid      challenge ${challenge}: ${named(stage, to)} got ${formatEther(reward)} GLIA of the cheat's stake${pot > 0n ? ` and ${dollars(pot)} of the audit pot` : ""}`); // prettier-ignore
      return verdict;
    }
    if (performance.now() > until) throw new Error(`Not everybody was paid for the fall of job ${jobId}.`);
    await delay(500, undefined, { signal });
  }
}

function catcherOf(stage: Stage, { catcher, attested }: Verdict): Catcher | "somebody else" {
  if (isAddressEqual(catcher, stage.buyer.address)) return "buyer";
  return attested.some((auditor) => isSame(stage, auditor, catcher)) ? "auditor" : "somebody else";
}

/** Whether two accounts are one party: a provider has an owner and an operator. */
function isSame(stage: Stage, a: Address, b: Address): boolean {
  return isAddressEqual(a, b) || (providerOf(stage, a) !== undefined && providerOf(stage, a) === providerOf(stage, b));
}

function providerOf({ devnet }: Stage, account: Address): string | undefined {
  return devnet.providers.find((one) => [one.owner, one.operator].some((own) => isAddressEqual(own, account)))?.name;
}

function named(stage: Stage, account: Address): string {
  const name = isAddressEqual(account, stage.buyer.address)
    ? "the buyer"
    : (providerOf(stage, account) ?? "a stranger");
  return `${name} (${account})`;
}
