import type { AuditView } from "./audit-from-events.ts";
import { unpackTerms } from "./terms.ts";
import { AssuranceLevel, JobStatus } from "./types.ts";
import type { Job } from "./types.ts";

/** A time up to which somebody may do something; afterwards others may act. */
export interface Deadline {
  /** Unix seconds; the party itself may still act in that second. */
  readonly at: number;
  readonly whose: "provider" | "buyer" | "auditor" | "anyone";
  /** What has to happen by then, as a phrase. */
  readonly what: string;
}

/** All deadlines that matter while a job is in a state, in the order of time (docs/PROTOCOL.md, section 4). None in final states. */
export function deadlinesOf(status: JobStatus, job: Job, audit?: AuditView): Deadline[] {
  const { level, rejectDeadline, deadline } = unpackTerms(job.terms);
  const list: Deadline[] = [];
  switch (status) {
    case JobStatus.Open:
      list.push({ at: deadline, whose: "anyone", what: "take the job" });
      break;
    case JobStatus.Assigned:
      list.push({ at: rejectDeadline, whose: "provider", what: "reject the job" });
      list.push({
        at: deadline,
        whose: "provider",
        what: level === AssuranceLevel.Audited ? "commit to the result" : "reveal the result",
      });
      break;
    case JobStatus.Committed:
      if (audit?.auditDeadline !== undefined)
        list.push({ at: audit.auditDeadline, whose: "auditor", what: "attest, if the job is drawn" });
      list.push({ at: deadline, whose: "provider", what: "reveal the result" });
      break;
    case JobStatus.Revealed:
      if ((audit?.revealed?.attestations ?? 0) > 0)
        list.push({ at: audit?.revealed?.claimDeadline ?? 0, whose: "auditor", what: "open the attestation" });
      list.push({ at: deadline, whose: "buyer", what: "accept or challenge the result" });
      break;
    default:
      break;
  }
  return list.sort((a, b) => a.at - b.at);
}
