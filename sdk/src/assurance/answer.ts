import { bytesToHex } from "viem";
import type { Hex } from "viem";
import { answerMaxCall, postSumsCall, showCall } from "../chain/answer-calls.ts";
import type { DisputesEvent } from "../chain/decode-assurance-log.ts";
import { NO_ITEM } from "../chain/dispute-types.ts";
import { answerMaximum, answerSums, childrenIn, childrenOf, resultTree } from "../exact/dispute/index.ts";
import { GliaError } from "../errors.ts";
import { fullTrace, provableOf } from "./material.ts";
import type { JobMaterial } from "./material.ts";
import type { SendMove } from "./move.ts";
import type { Docket } from "./responder.ts";

/** A question that the provider must answer now. */
interface Asked {
  readonly challenge: bigint;
  readonly item: number;
  /** The last event of the challenge. */
  readonly asked: DisputesEvent | undefined;
}

/**
 * The answer to what was asked last in a challenge.
 * @throws GliaError `DISPUTE_HASH_UNKNOWN`, `DISPUTE_NO_ANSWER` where own trace has none, `QUESTION_MISSING` where the log lags.
 */
export async function answerQuestion(
  { assurance, view, material }: Docket,
  { challenge, item, asked }: Asked,
): Promise<Pick<SendMove, "call" | "why">> {
  const to = assurance.disputes;
  switch (asked?.eventName) {
    case "Demanded": {
      const { hash, levels } = asked.args;
      const children = await below(material, item, hash, levels);
      return { call: showCall(to, { challenge, hash, levels, children }), why: `It asks what is below ${hash}.` };
    }
    case "SumsDemanded": {
      const { question } = asked.args;
      const sums = bytesToHex(answerSums(await fullTrace(material, item), question));
      const call = postSumsCall(to, { challenge, job: view.job, question, sums });
      return { call, why: `It asks for the prefix sums of element ${question.element} of node ${question.node}.` };
    }
    case "MaxDemanded": {
      const { question } = asked.args;
      const trace = await fullTrace(material, item);
      const proof = answerMaximum(trace, question);
      const call = answerMaxCall(to, { challenge, question, proof });
      return { call, why: `It asks where the maximum of element ${question.element} of node ${question.node} stands.` };
    }
    default:
      throw new GliaError("QUESTION_MISSING", `The question of challenge ${challenge} is not among the events read.`, {
        kind: "network",
        hint: "The RPC endpoint lags; try again or use another one.",
        retryable: true,
      });
  }
}

async function below(material: JobMaterial, item: number, hash: Hex, levels: number): Promise<Hex[]> {
  if (item !== NO_ITEM) return childrenOf(await fullTrace(material, item), hash, levels);
  const { keccak } = await provableOf(material);
  const children = childrenIn(resultTree(keccak, await material.outputRoots()), hash, levels);
  if (children !== undefined) return children;
  throw new GliaError("DISPUTE_HASH_UNKNOWN", `The hash ${hash} stands nowhere in the result's tree.`, {
    kind: "input",
    hint: "Answer from the roots that were revealed.",
    details: { hash, levels },
  });
}
