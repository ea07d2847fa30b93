import type { Hash, Hex } from "viem";
import type { CallCost } from "../chain/cost.ts";
import type { ProviderJobState } from "./api.ts";
import type { Offer, Refusal } from "./request-quotes.ts";

/** What `GliaClient` reports while a job goes on; the steps come in this order, and some not at all. */
export type ProgressEvent = { readonly jobId: Hex } & (
  | { readonly step: "quoting"; readonly offer?: Offer; readonly refusal?: Refusal }
  | { readonly step: "uploading"; readonly bytes: number; readonly totalBytes: number; readonly offer: Offer }
  /** Comes before the wallet is asked to sign, and again with the hash. */
  | { readonly step: "transaction"; readonly what: string; readonly cost?: CallCost; readonly hash?: Hash }
  | { readonly step: "hired"; readonly offer: Offer }
  | {
      readonly step: "running";
      readonly items: number;
      readonly totalItems: number;
      /** Missing while the provider does not answer. */
      readonly state?: ProviderJobState;
    }
  /** The provider is bound to a result that it may not change any more; auditors may be at work until it reveals. Unix seconds. */
  | { readonly step: "committed"; readonly revealDeadline: number }
  | { readonly step: "downloading"; readonly bytes: number; readonly totalBytes?: number }
  | { readonly step: "verifying" }
  | { readonly step: "verified" }
  /** Auditors ran a sample again and open what they got; the result is accepted when all agree, or their time is over. Unix seconds. */
  | { readonly step: "audited"; readonly attestations: number; readonly opened: number; readonly until: number }
  /** The result is being disputed: it can be accepted once that is over. */
  | { readonly step: "disputed"; readonly openChallenges: number }
  | { readonly step: "done" }
);

/** Only the members of one step. */
export type ProgressOf<step extends ProgressEvent["step"]> = Extract<ProgressEvent, { step: step }>;
