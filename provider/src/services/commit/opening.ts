import {
  assuranceOf,
  batchTree,
  chainTime,
  type ContractCall,
  GliaError,
  isChecked,
  type Job,
  type MarketClient,
  moduleRevealCall,
  redrawCall,
  sampleItems,
  type SeedState,
  unpackTerms,
} from "@glia/sdk";
import { type Hex, zeroHash } from "viem";

import { type OpeningStep, openingStep } from "../../domain/opening-step.ts";

/** A committed job, and what its commitment hides. */
export interface Committed {
  readonly jobId: Hex;
  /** The job's struct as of the commitment. */
  readonly job: Job;
  readonly resultRoot: Hex;
  readonly outputDigest: Hex;
  readonly salt: Hex;
  /** Item roots of all outputs; asked for only where sampled ones are opened. */
  outputRoots(): Promise<readonly Hex[]>;
}

/** The next step of a commitment's way into the open. */
export interface Opening {
  readonly step: OpeningStep;
  /** The transaction of that step; missing where there is nothing to send. Anyone may who holds the salt. */
  readonly call?: ContractCall;
  readonly checked: boolean;
  readonly attestations: number;
}

/**
 * What is next for a committed job, PROTOCOL section 4, by the chain's present state and a lot that is relied on.
 * @throws GliaError as reads of the chain; `RESULT_ROOT_MISMATCH` where the outputs are not those that were committed to
 */
export async function openingOf(client: MarketClient, committed: Committed, seed: SeedState): Promise<Opening> {
  const { jobId, job, resultRoot, outputDigest, salt } = committed;
  const assurance = await assuranceOf(client, job.module);
  const [audit, now] = await Promise.all([assurance.auditOf(jobId), chainTime(client.publicClient)]);
  const { attestations, redrawn } = audit;
  const checked = seed.state === "lost" || (seed.state === "ready" && isChecked(seed.seed, jobId, audit.checkBps));
  const standing = {
    seed: seed.state,
    checked,
    attestations,
    redrawn,
    auditDeadline: BigInt(audit.auditDeadline),
    auditWindow: BigInt(assurance.parameters.auditWindow),
    revealDeadline: BigInt(unpackTerms(job.terms).deadline),
  };
  const step = openingStep(standing, now);
  if (step === "wait" || step === "missed") return { step, checked, attestations };
  const seedProof = seed.state === "ready" ? seed.proof : "0x";
  if (step === "redraw") return { step, call: redrawCall(job.module, { id: jobId, seedProof }), checked, attestations };
  const openings =
    step === "reveal-sample" && seed.state === "ready"
      ? await openSample(committed, sampleItems({ ...audit, seed: seed.seed, jobId }))
      : { sampledRoots: [], siblings: [] };
  const revealed = { resultRoot, outputDigest, salt, ...openings, seedProof };
  return { step, call: moduleRevealCall(job.module, { id: jobId, job }, revealed), checked, attestations };
}

async function openSample(committed: Committed, items: readonly number[]) {
  const roots = await committed.outputRoots();
  const tree = batchTree(roots);
  if (tree.root !== committed.resultRoot) {
    throw new GliaError("RESULT_ROOT_MISMATCH", `The outputs at hand are not the result of job ${committed.jobId}.`, {
      kind: "verification",
      hint: "Restore the content store and the watch folder of the node that computed it.",
    });
  }
  return {
    sampledRoots: items.map((item) => roots[item] ?? zeroHash),
    siblings: items.map((item) => tree.proveItem(item)),
  };
}
