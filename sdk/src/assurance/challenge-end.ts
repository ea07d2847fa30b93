import { claimRewardCall } from "../chain/assurance-calls.ts";
import { auditFromEvents } from "../chain/audit-from-events.ts";
import { challengeStepCall, refuteCall, withdrawBondsCall } from "../chain/dispute-calls.ts";
import { Turn } from "../chain/dispute-types.ts";
import { isFinal } from "../chain/job-status.ts";
import { simulated } from "../chain/simulated.ts";
import { JobStatus } from "../chain/types.ts";
import { GliaError } from "../errors.ts";
import type { Own, Standing } from "./challenger.ts";
import type { ChallengerMove } from "./move.ts";

/** After a challenge was won: the job is taken down, the bond comes back, the reward is claimed where it is the challenger's. */
export async function afterWin(standing: Standing, own: Own): Promise<ChallengerMove> {
  const { view, assurance, jobId } = standing;
  const { challenge } = own.events;
  if (!isFinal(view.status)) {
    return {
      do: "send",
      call: refuteCall(assurance.disputes, { id: jobId, job: view.job }),
      key: `job ${jobId} refute`,
      why: "A won challenge takes the job down: the price goes back to the payer.",
    };
  }
  if (own.state.bond > 0n) return release(standing, challenge);
  return (await reward(standing, challenge)) ?? withdrawn(standing, own, "won");
}

/** After the job ended through something else: the bond comes back. */
export async function afterTheEnd(standing: Standing, own: Own, bond: bigint): Promise<ChallengerMove> {
  if (own.state.turn !== Turn.Released && bond > 0n) return release(standing, own.events.challenge);
  return withdrawn(standing, own, "released");
}

function release({ assurance }: Standing, challenge: bigint): ChallengerMove {
  return {
    do: "send",
    call: challengeStepCall(assurance.disputes, "release", challenge),
    key: `challenge ${challenge} release`,
    why: "The job is down, so the bond comes back.",
  };
}

/** Auditors who attested another root come first, and among challengers the earliest: both are known only after a while. */
async function reward(standing: Standing, challenge: bigint): Promise<ChallengerMove | undefined> {
  const { client, view, assurance, jobId, now, account } = standing;
  if (view.status !== JobStatus.Refuted || view.refuted === undefined || view.refuted.reward === 0n) return undefined;
  const [verdict, audit] = await Promise.all([assurance.verdictOf(jobId), auditFromEvents(client, view)]);
  if (audit?.rewarded !== undefined) return undefined;
  const claims = (audit?.revealed?.attestations ?? 0) > 0 ? (audit?.revealed?.claimDeadline ?? 0) : 0;
  const until = Math.max(verdict.tieDeadline, claims);
  if (verdict.challenge !== challenge && now > until) return undefined;
  // Calls are simulated at the time of the latest block, which the next one may be ahead of.
  const { timestamp } = await client.publicClient.getBlock();
  if (timestamp <= BigInt(until)) {
    const why = "Until then auditors may open their attestations, and earlier challengers of the same item may win.";
    return { do: "wait", for: "time", until: until + 1, why };
  }
  const call = claimRewardCall(assurance.address, jobId);
  try {
    await simulated(() => client.publicClient.call({ account, to: call.to, data: call.data }));
  } catch (error) {
    // Auditors share it, or somebody claimed it for the challenger in the meantime.
    if (error instanceof GliaError && error.code === "NO_REWARD") return undefined;
    throw error;
  }
  return {
    do: "send",
    call,
    key: `job ${jobId} claimReward`,
    why: "The reward of the refuted job is this challenger's.",
  };
}

async function withdrawn(
  { assurance, account }: Standing,
  { events }: Own,
  outcome: "won" | "released",
): Promise<ChallengerMove> {
  const { challenge } = events;
  if ((await assurance.owed(account)) === 0n) return { do: "done", outcome, challenge };
  return {
    do: "send",
    call: withdrawBondsCall(assurance.disputes, account),
    key: `challenge ${challenge} withdraw`,
    why: "Bonds that came back are withdrawn.",
  };
}
