import { zeroAddress, zeroHash } from "viem";
import { packMoney } from "./money.ts";
import { packTerms } from "./terms.ts";
import type { Job, JobSpec } from "./types.ts";

/** The struct of a job that was posted and not yet taken; it follows from its spec alone. */
export function openJob(spec: JobSpec): Job {
  return {
    buyer: spec.buyer,
    payer: spec.payer,
    provider: zeroAddress,
    operator: zeroAddress,
    token: spec.token,
    money: packMoney({ price: spec.maxPrice + spec.auditPot, collateral: 0n }),
    terms: packTerms({
      level: spec.level,
      feeBps: 0,
      missSlashBps: 0,
      burnBps: 0,
      bountyBps: 0,
      rewardBps: 0,
      challengeWindow: spec.challengeWindow,
      rejectDeadline: 0,
      deadline: Number(spec.auctionEnd),
    }),
    module: zeroAddress,
    moduleData: zeroHash,
    resultRoot: zeroHash,
  };
}
