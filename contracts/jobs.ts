/** How the struct of a job, which every call of a live job wants back, follows from the market's events. */
import { zeroHash, type GetEventArgs } from "viem";

import type { jobMarketAbi } from "./abi/JobMarket.ts";

type EventArgs<Name extends "JobPosted" | "JobAssigned" | "JobRevealed"> = GetEventArgs<
  typeof jobMarketAbi,
  Name,
  { EnableUnion: false; IndexedOnly: false; Required: true }
>;

/** The `Job` struct. */
export type JobStruct = EventArgs<"JobPosted">["job"];

/** The job that `JobAssigned` tells of; `JobPosted`, `JobTaken` and `JobCommitted` carry theirs whole. */
export function jobFromAssigned(args: EventArgs<"JobAssigned">): JobStruct {
  const { spec, provider, operator, money, terms, module } = args;
  return {
    buyer: spec.buyer,
    payer: spec.payer,
    provider,
    operator,
    token: spec.token,
    money,
    terms,
    module,
    moduleData: zeroHash,
    resultRoot: zeroHash,
  };
}

/** What `JobRevealed` makes of `job`. If the job has a module, `ModuleDataSet` came before it and `job.moduleData` must be that. */
export function jobAfterReveal(
  job: JobStruct,
  { terms, resultRoot }: Pick<EventArgs<"JobRevealed">, "terms" | "resultRoot">,
): JobStruct {
  return { ...job, terms, resultRoot };
}
