/** A provider that answers challenges from what it claims, as far as that can be done, and tries what cannot. */
import {
  answerMaxCall,
  disputesFromEvents,
  jobFromEvents,
  NO_ITEM,
  postSumsCall,
  respondCall,
  sendCall,
  showCall,
  Turn,
} from "@glia/sdk";
import type { AssuranceClient, ContractCall, MarketClient } from "@glia/sdk";
import { GliaError } from "../../sdk/src/errors.ts";
import {
  answerMax,
  childrenIn,
  childrenOf,
  prefixSums,
  responseOf,
  resultTree,
  sumsBytes,
} from "../../sdk/src/exact/dispute/index.ts";
import type { FullTrace, SumsQuestion } from "../../sdk/src/exact/dispute/index.ts";
import { requantise } from "../../sdk/src/exact/law/index.ts";
import { bytesToHex } from "viem";
import type { Hex } from "viem";
import type { Claimed } from "./lies.ts";
import type { Revealed } from "./world.ts";

/** What a liar has done for a job so far. */
export interface Answered {
  /** Names of the answers that the chain took. */
  readonly taken: string[];
  /** Codes with which it refused others. */
  readonly refused: string[];
}

export interface Liar {
  readonly client: MarketClient;
  readonly assurance: AssuranceClient;
  readonly job: Revealed;
  readonly done: Answered;
}

/** Answers what is asked of a job; false if there is nothing that the chain takes. */
export async function lie(liar: Liar): Promise<boolean> {
  const { client, assurance, job, done } = liar;
  const view = await jobFromEvents(client, job.jobId);
  const { challenges } = await disputesFromEvents(client, assurance, view);
  let moved = false;
  for (const { challenge, events } of challenges) {
    const { turn, question, item } = await assurance.challengeOf(challenge);
    if (turn !== Turn.Provider) continue;
    const call =
      BigInt(question) === 0n ? response(liar, item) : answer(liar, { challenge, item, asked: events.at(-1) });
    if (call === undefined) continue;
    try {
      await sendCall(client, call);
      done.taken.push(call.what);
      moved = true;
    } catch (error) {
      if (!(error instanceof GliaError)) throw error;
      done.refused.push(error.code);
    }
  }
  return moved;
}

function traceIn({ claimed }: Claimed, item: number): FullTrace {
  const trace = claimed[item];
  if (trace === undefined) throw new RangeError(`The batch has no item ${item}.`);
  return trace;
}

function response({ assurance, job }: Liar, item: number): ContractCall {
  const { claimed, view } = job;
  const { inputRoots, outputRoots } = claimed;
  const given = responseOf(traceIn(claimed, item), { item, inputItemRoots: inputRoots, outputItemRoots: outputRoots });
  return respondCall(assurance.disputes, { spec: view.spec, job: view.job, response: given });
}

interface Question {
  readonly challenge: bigint;
  readonly item: number;
  readonly asked: Awaited<ReturnType<typeof disputesFromEvents>>["challenges"][number]["events"][number] | undefined;
}

function answer({ assurance, job }: Liar, { challenge, item, asked }: Question): ContractCall | undefined {
  const to = assurance.disputes;
  const { claimed, view } = job;
  switch (asked?.eventName) {
    case "Demanded": {
      const { hash, levels } = asked.args;
      const children = item === NO_ITEM ? resultChildren(claimed, hash, levels) : below(traceIn(claimed, item), hash, levels); // prettier-ignore
      return children && showCall(to, { challenge, hash, levels, children });
    }
    case "SumsDemanded": {
      const { question } = asked.args;
      const sums = bytesToHex(liedSums(traceIn(claimed, item), question));
      return postSumsCall(to, { challenge, job: view.job, question, sums });
    }
    case "MaxDemanded": {
      const { question } = asked.args;
      const trace = traceIn(claimed, item);
      const proof = answerMax(trace, question);
      return proof && answerMaxCall(to, { challenge, question, proof });
    }
    default:
      return undefined;
  }
}

/** What really stands below a hash; below a forged one what would stand there if it were right. */
function below(trace: FullTrace, hash: Hex, levels: number): Hex[] | undefined {
  try {
    return childrenOf(trace, hash, levels);
  } catch (error) {
    if (error instanceof GliaError && error.code === "DISPUTE_HASH_UNKNOWN") return undefined;
    throw error;
  }
}

function resultChildren({ provable, outputRoots }: Claimed, hash: Hex, levels: number): Hex[] | undefined {
  return childrenIn(resultTree(provable.keccak, outputRoots), hash, levels);
}

/** Right sums up to the middle, and from there on such that they lead to the claimed value. */
function liedSums(trace: FullTrace, question: SumsQuestion): Uint8Array {
  const { node, element, bias, multiplier, yZero, claimed } = question;
  const sums = prefixSums(trace, node, element);
  const scale = new Float32Array(Uint32Array.of(multiplier).buffer)[0] ?? 1;
  const leads = (by: number) => requantise(Number(bias) + (sums.at(-1) ?? 0) + by, scale, yZero) === claimed;
  let by = 0;
  while (!leads(by)) by = by > 0 ? -by : 1 - by;
  return sumsBytes(sums.map((sum, i) => (i < sums.length / 2 ? sum : sum + by)));
}
