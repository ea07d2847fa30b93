import { zeroAddress } from "viem";
import { defaultAuditPot } from "../assurance/default-pot.ts";
import { assuranceMenu } from "../assurance/menu.ts";
import type { MenuRow } from "../assurance/menu.ts";
import { assuranceOf } from "../chain/assurance-client.ts";
import type { MarketClient } from "../chain/market-client.ts";
import { AssuranceLevel } from "../chain/types.ts";
import type { JobSpec, Quote } from "../chain/types.ts";

/**
 * The assurance menu of a job at a market as it stands now: `assuranceMenu` with what the chain says of rules, audits and auditing stake.
 * @param offer who offers, and the GLIA units of collateral that it names; by default nobody in particular, and what the market requires at least
 */
export async function readAssuranceMenu(
  client: MarketClient,
  spec: JobSpec,
  offer?: Pick<Quote, "provider" | "collateral">,
): Promise<readonly [MenuRow, MenuRow]> {
  const [rules, module, locked] = await Promise.all([
    client.parameters(),
    client.moduleOf(AssuranceLevel.Audited),
    offer?.collateral ?? client.requiredCollateral(spec),
  ]);
  const { level, maxPrice, items, sampleSize } = spec;
  const auditPot = level === AssuranceLevel.Audited ? spec.auditPot : defaultAuditPot(maxPrice, items, sampleSize);
  const facts = { spec: { ...spec, auditPot }, exact: spec.determinism === 1, collateral: locked, rules };
  if (module === zeroAddress) return assuranceMenu(facts);
  const assurance = await assuranceOf(client, module);
  const { timestamp } = await client.publicClient.getBlock();
  // Stakes are told of times that have passed.
  const then = Number(timestamp) - 1;
  const [stake, ownStake] = await Promise.all([
    assurance.totalAuditingStakeAt(then),
    offer === undefined ? 0n : assurance.auditingStakeAt(offer.provider, then),
  ]);
  return assuranceMenu({ ...facts, audits: { parameters: assurance.parameters, stake, ownStake } });
}
