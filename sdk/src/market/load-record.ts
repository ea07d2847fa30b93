import type { Hex } from "viem";
import { assertChain } from "../chain/assert-chain.ts";
import { jobFromEvents } from "../chain/job-from-events.ts";
import { GliaError } from "../errors.ts";
import type { JobRecord } from "./job-record.ts";
import type { ClientParts } from "./job-run.ts";

/**
 * What is remembered of a job or, for one hired elsewhere, what the chain tells of it.
 * @throws GliaError `JOB_UNKNOWN`, `WRONG_CHAIN`, `JOB_OF_OTHER_MARKET`.
 */
export async function loadRecord({ client, jobs }: ClientParts, jobId: Hex): Promise<JobRecord> {
  const { chainId, market } = client.domain;
  await assertChain(client.publicClient, chainId);
  const record = await jobs.load(jobId);
  if (record === undefined) {
    const { spec, sources } = await jobFromEvents(client, jobId);
    return { version: 1, jobId, chainId, market, spec, sources: [...sources], transactions: [], verified: false };
  }
  if (record.chainId === chainId && record.market.toLowerCase() === market.toLowerCase()) return record;
  throw new GliaError(
    "JOB_OF_OTHER_MARKET",
    `Job ${jobId} belongs to the market ${record.market} on chain ${record.chainId}.`,
    { kind: "usage", hint: "Use a client of that chain and market." },
  );
}
