import { assuranceOf, disputesFromEvents, type ChallengeView, type JobView } from "@glia/sdk";

import { accountOf, type Context } from "../context/context.ts";

/** The latest challenge of a job that the wallet's account has opened, however it stands; undefined where there is none. */
export async function ownChallenge(
  { client }: Pick<Context, "client">,
  view: JobView,
  signal: AbortSignal,
): Promise<ChallengeView | undefined> {
  const { module } = view.job;
  if (BigInt(module) === 0n) return undefined;
  const { challenges } = await disputesFromEvents(client, await assuranceOf(client, module), view, signal);
  const account = accountOf(client).toLowerCase();
  return challenges.findLast(({ challenger }) => challenger.toLowerCase() === account);
}
