import { jobAfterReveal, jobFromAssigned } from "@glia/contracts";
import type { MarketEvent } from "./decode-market-log.ts";
import type { Job } from "./types.ts";

/**
 * The job struct after an event of that job; undefined where the struct cannot be known yet. Events carry what changed, because
 * whole structs would cost gas: fold them in chain order from the job's first event.
 */
export function jobAfter(job: Job | undefined, event: MarketEvent): Job | undefined {
  switch (event.eventName) {
    case "JobPosted":
    case "JobTaken":
    case "JobCommitted":
      return event.args.job;
    case "JobAssigned":
      return jobFromAssigned(event.args);
    case "ModuleDataSet":
      return job === undefined ? undefined : { ...job, moduleData: event.args.moduleData };
    case "JobRevealed":
      return job === undefined ? undefined : jobAfterReveal(job, event.args);
    default:
      return job;
  }
}
