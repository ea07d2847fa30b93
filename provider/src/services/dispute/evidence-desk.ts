import { GliaError, type JobMaterial } from "@glia/sdk";
import type { Hex } from "viem";

import type { JobRecord } from "../../adapters/store/jobs.ts";
import { type JobEvidence, type MaterialParts, openEvidence } from "./material.ts";

/** Jobs whose opened files are kept at hand. */
const KEPT = 4;

/** Opens jobs' models and inputs for answers and openings, the last few kept. */
export interface EvidenceDesk {
  of(job: Pick<JobRecord, "jobId" | "spec">): Promise<JobEvidence>;
  /** Item roots of the outputs: of the stored file, or computed once more if that was lost. */
  outputRoots(job: Pick<JobRecord, "jobId" | "spec">, outputDigest: Hex): Promise<readonly Hex[]>;
  /**
   * What moves in a dispute are made from, the same object as long as the job is kept at hand: much is derived from it.
   * @param outputDigest of the result as it was revealed, for who answers for it; a challenger goes by what it computes itself
   */
  material(job: Pick<JobRecord, "jobId" | "spec">, outputDigest: Hex | undefined): Promise<JobMaterial>;
}

/** Creates the {@link EvidenceDesk}. */
export function createEvidenceDesk(parts: MaterialParts): EvidenceDesk {
  const opened = new Map<Hex, Promise<JobEvidence>>();
  const materials = new WeakMap<JobEvidence, JobMaterial>();

  function of({ jobId, spec }: Pick<JobRecord, "jobId" | "spec">): Promise<JobEvidence> {
    const known = opened.get(jobId);
    if (known !== undefined) return known;
    const evidence = openEvidence(spec, parts);
    opened.set(jobId, evidence);
    evidence.catch(() => opened.delete(jobId));
    const [oldest] = opened.keys();
    if (opened.size > KEPT && oldest !== undefined) opened.delete(oldest);
    return evidence;
  }

  async function rootsOf(evidence: JobEvidence, outputDigest: Hex): Promise<readonly Hex[]> {
    try {
      return await evidence.deliveredRoots(outputDigest);
    } catch (error) {
      if (!(error instanceof GliaError) || error.code !== "CONTENT_MISSING") throw error;
      return evidence.outputRoots();
    }
  }

  return {
    of,
    outputRoots: async (job, outputDigest) => rootsOf(await of(job), outputDigest),
    async material(job, outputDigest) {
      const evidence = await of(job);
      const known = materials.get(evidence);
      if (known !== undefined) return known;
      const material: JobMaterial = {
        model: evidence.model,
        inputRoots: () => evidence.inputRoots(),
        outputRoots: () => (outputDigest === undefined ? evidence.outputRoots() : rootsOf(evidence, outputDigest)),
        trace: (item) => evidence.trace(item),
      };
      materials.set(evidence, material);
      return material;
    },
  };
}
