import {
  AssuranceLevel,
  assuranceMenu,
  assuranceOf,
  chainTime,
  defaultAuditPot,
  type JobSpec,
  type MarketClient,
  type MenuFacts,
  type MenuRow,
} from "@glia/sdk";

/** A job that is about to be bought. */
export interface MenuJob {
  readonly spec: JobSpec;
  readonly exact: boolean;
  /** GLIA units that its provider locks. */
  readonly collateral: bigint;
}

/** The levels at which a job can be bought, computed from what the market and its assurance module say now. */
export async function openMenu(
  client: MarketClient,
  { spec, exact, collateral }: MenuJob,
): Promise<readonly MenuRow[]> {
  const [rules, audits] = await Promise.all([client.parameters(), auditsOf(client)]);
  const { items, sampleSize, maxPrice } = spec;
  const auditPot = spec.level === AssuranceLevel.Audited ? spec.auditPot : defaultAuditPot(maxPrice, items, sampleSize);
  return assuranceMenu({
    spec: { ...spec, auditPot },
    exact,
    collateral,
    rules,
    ...(audits === undefined ? {} : { audits }),
  });
}

async function auditsOf(client: MarketClient): Promise<MenuFacts["audits"]> {
  const module = await client.moduleOf(AssuranceLevel.Audited);
  if (BigInt(module) === 0n) return undefined;
  const { parameters, totalAuditingStakeAt } = await assuranceOf(client, module);
  // Checkpoints are read of moments that have passed.
  const now = Number(await chainTime(client.publicClient));
  return { parameters, stake: await totalAuditingStakeAt(now - 1) };
}
