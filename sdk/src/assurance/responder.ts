import type { Hex } from "viem";
import { postDataCall, respondCall } from "../chain/answer-calls.ts";
import { assuranceOf } from "../chain/assurance-client.ts";
import type { AssuranceClient } from "../chain/assurance-client.ts";
import { chainTime } from "../chain/chain-time.ts";
import { dismissCall } from "../chain/dispute-calls.ts";
import { Turn } from "../chain/dispute-types.ts";
import type { Challenge } from "../chain/dispute-types.ts";
import { disputesFromEvents } from "../chain/disputes-from-events.ts";
import type { ChallengeView, DisputesView } from "../chain/disputes-from-events.ts";
import { explainRevert } from "../chain/errors/explain-revert.ts";
import { jobFromEvents } from "../chain/job-from-events.ts";
import type { JobView } from "../chain/job-from-events.ts";
import { isFinal } from "../chain/job-status.ts";
import type { MarketClient } from "../chain/market-client.ts";
import { unpackTerms } from "../chain/terms.ts";
import { JobStatus } from "../chain/types.ts";
import { responseOf } from "../exact/dispute/index.ts";
import { answerQuestion } from "./answer.ts";
import { itemData } from "./item-data.ts";
import { fullTrace } from "./material.ts";
import type { JobMaterial } from "./material.ts";
import type { ResponderMove, SendMove } from "./move.ts";

/** Who answers for the provider of one job: itself, its operator, or a delegate that it named. */
export interface ResponderArgs {
  readonly client: MarketClient;
  readonly jobId: Hex;
  readonly material: JobMaterial;
  readonly signal?: AbortSignal;
}

/** One job's disputes as the chain has them now. */
export interface Docket extends ResponderArgs {
  readonly view: JobView;
  readonly assurance: AssuranceClient;
  readonly disputes: DisputesView;
}

/**
 * Everything that a provider must answer about a job now: responses, questions, outputs that the buyer asked for; and challenges that can be
 * ended because their challenger fell silent. Reads everything anew and keeps nothing. Where nothing is asked it is one wait, up to the
 * deadline of the job's state; empty once the job is over.
 * @throws GliaError as reads of the chain; what cannot be answered from the material is a move of its own (`stuck`).
 */
export async function responderMoves(args: ResponderArgs): Promise<ResponderMove[]> {
  const { client, jobId, signal } = args;
  const view = await jobFromEvents(client, jobId, signal === undefined ? {} : { signal });
  if (isFinal(view.status) || BigInt(view.job.module) === 0n) return [];
  const rest: ResponderMove = {
    do: "wait",
    for: "time",
    until: unpackTerms(view.job.terms).deadline + 1,
    why: "Nothing is asked about this job.",
  };
  if (view.status !== JobStatus.Revealed) return [rest];
  const assurance = await assuranceOf(client, view.job.module);
  const [disputes, time] = await Promise.all([
    disputesFromEvents(client, assurance, view, signal),
    chainTime(client.publicClient),
  ]);
  const docket: Docket = { ...args, view, assurance, disputes };
  const now = Number(time);
  const moves: ResponderMove[] = [];
  for (const challenge of disputes.challenges) {
    const state = await assurance.challengeOf(challenge.challenge, disputes.blockNumber);
    const move = await moveIn(docket, challenge, state, now);
    // All challenges of an item are served by one response.
    if (move !== undefined && !moves.some((other) => keyOf(other) === keyOf(move))) moves.push(move);
  }
  moves.push(...(await dataMoves(docket, now)));
  return moves.length === 0 ? [rest] : moves;
}

function keyOf(move: ResponderMove): string | undefined {
  return move.do === "wait" ? undefined : move.key;
}

async function moveIn(
  docket: Docket,
  events: ChallengeView,
  state: Challenge,
  now: number,
): Promise<ResponderMove | undefined> {
  const { assurance, view, jobId } = docket;
  const { challenge } = events;
  const { turn, deadline: until, item } = state;
  if (turn === Turn.Challenger && now <= until)
    return { do: "wait", for: "challenger", until: until + 1, why: `Challenge ${challenge} waits for its challenger.` };
  if (turn === Turn.Challenger) {
    const call = dismissCall(assurance.disputes, challenge, view.job);
    return { do: "send", call, key: `challenge ${challenge} dismiss`, why: "The challenger fell silent: the bond is the provider's." }; // prettier-ignore
  }
  if (turn !== Turn.Provider || now > until) return undefined;
  if (BigInt(state.question) === 0n)
    return attempt(`job ${jobId} respond ${item}`, until, async () => ({
      call: await respondTo(docket, item),
      why: `Item ${item} was challenged.`,
    }));
  const asked = events.events.at(-1);
  return attempt(`challenge ${challenge} answer ${state.rounds}`, until, () =>
    answerQuestion(docket, { challenge, item, asked }),
  );
}

/** Makes an answer; what fails is told with its deadline, so that whoever watches can act. */
async function attempt(
  key: string,
  until: number,
  make: () => Promise<Pick<SendMove, "call" | "why">>,
): Promise<ResponderMove> {
  try {
    return { do: "send", key, until, ...(await make()) };
  } catch (error) {
    return { do: "stuck", key, until, error: explainRevert(error) };
  }
}

async function respondTo({ assurance, view, material }: Docket, item: number): Promise<SendMove["call"]> {
  const { spec, job } = view;
  const [trace, inputItemRoots, outputItemRoots] = await Promise.all([
    fullTrace(material, item),
    material.inputRoots(),
    material.outputRoots(),
  ]);
  const response = responseOf(trace, { item, inputItemRoots, outputItemRoots });
  return respondCall(assurance.disputes, { spec, job, response });
}

/** Outputs that the buyer asked for and that nobody has posted yet. */
async function dataMoves(
  { disputes, assurance, view, material, jobId }: Docket,
  now: number,
): Promise<ResponderMove[]> {
  const { data } = disputes;
  if (data === undefined || data.defaulted || data.released || now > data.deadline) return [];
  const { spec, job } = view;
  const left = data.items.filter((item) => !data.posted.some((one) => one.item === item));
  return Promise.all(
    left.map((item) =>
      attempt(`job ${jobId} postData ${item}`, data.deadline, async () => ({
        call: postDataCall(assurance.disputes, { spec, job, item: await itemData(material, item) }),
        why: `The buyer asked for the outputs of item ${item} on chain.`,
      })),
    ),
  );
}
