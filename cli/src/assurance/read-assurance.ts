import {
  assuranceOf,
  auditFromEvents,
  disputesFromEvents,
  sampleItems,
  type AuditView,
  type Challenge,
  type DisputesView,
  type JobView,
  type MarketClient,
  type Verdict,
} from "@glia/sdk";

/** What the chain knows about the checking of one job. */
export interface AssuranceView {
  readonly audit: AuditView;
  /** Items that auditors run again; known once the seed is. */
  readonly sample: readonly number[];
  readonly disputes: DisputesView;
  /** How each challenge of `disputes` stands now, in the same order. */
  readonly challenges: readonly Challenge[];
  readonly verdict: Verdict;
}

/** Reads everything; undefined for a job without a module, which nobody audits or challenges. */
export async function readAssurance(
  client: MarketClient,
  view: JobView,
  signal?: AbortSignal,
): Promise<AssuranceView | undefined> {
  const { jobId, job, spec } = view;
  const audit = await auditFromEvents(client, view, signal);
  if (audit === undefined) return undefined;
  const module = await assuranceOf(client, job.module);
  const disputes = await disputesFromEvents(client, module, view, signal);
  const [verdict, ...challenges] = await Promise.all([
    module.verdictOf(jobId),
    ...disputes.challenges.map(({ challenge }) => module.challengeOf(challenge)),
  ]);
  const { seed } = audit;
  const drawn = seed === undefined ? [] : sampleItems({ seed, jobId, items: spec.items, sampleSize: spec.sampleSize });
  return { audit, sample: drawn, disputes, challenges, verdict };
}
