import { zeroAddress } from "viem";
import { defaultAuditPot } from "../assurance/default-pot.ts";
import { assuranceMenu } from "../assurance/menu.ts";
import type { MenuRow } from "../assurance/menu.ts";
import { assuranceOf } from "../chain/assurance-client.ts";
import type { MarketClient } from "../chain/market-client.ts";
import { AssuranceLevel } from "../chain/types.ts";
import type { JobSpec } from "../chain/types.ts";

/**
 * The assurance menu of a job at a market as it stands now: `assuranceMenu` with what the chain says of rules, audits and auditing stake.
 * @param collateral GLIA units that the offer names; by default what the market requires at least
 */
export async function readAssuranceMenu(
  client: MarketClient,
  spec: JobSpec,
  collateral?: bigint,
): Promise<readonly [MenuRow, MenuRow]> {
  const [rules, module, locked] = await Promise.all([
    client.parameters(),
    client.moduleOf(AssuranceLevel.Audited),
    collateral ?? client.requiredCollateral(spec),
  ]);
  const { level, maxPrice, items, sampleSize } = spec;
  const auditPot = level === AssuranceLevel.Audited ? spec.auditPot : defaultAuditPot(maxPrice, items, sampleSize);
  const facts = { spec: { ...spec, auditPot }, exact: spec.determinism === 1, collateral: locked, rules };
  if (module === zeroAddress) return assuranceMenu(facts);
  const assurance = await assuranceOf(client, module);
  const { timestamp } = await client.publicClient.getBlock();
  // Stakes are told of times that have passed.
  const stake = await assurance.totalAuditingStakeAt(Number(timestamp) - 1);
  return assuranceMenu({ ...facts, audits: { parameters: assurance.parameters, stake } });
}
