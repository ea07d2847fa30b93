import { hexToBytes } from "viem";
import type { DisputesEvent } from "../chain/decode-assurance-log.ts";
import type { ChallengeView, DisputesView } from "../chain/disputes-from-events.ts";
import { claimedItem, Preimages } from "../exact/dispute/index.ts";
import type { Answers, ClaimedItem, FullTrace, ProvableModel } from "../exact/dispute/index.ts";

/** Something that was shown on chain; the contract has checked that it leads to the hash. */
interface ShownBelow {
  readonly hash: `0x${string}`;
  readonly levels: number;
  readonly children: readonly `0x${string}`[];
}

/** What the provider claimed of an item and has shown in any challenge of the job; undefined while it has not responded. */
export function claimedFromEvents(
  own: FullTrace,
  { challenges, responses }: DisputesView,
  item: number,
): ClaimedItem | undefined {
  const response = responses.find((one) => one.item === item);
  if (response === undefined) return undefined;
  const claimed = claimedItem(own, response);
  for (const { hash, levels, children } of challenges.flatMap(({ events }) => shownIn(events)))
    claimed.learn(hash, levels, children);
  return claimed;
}

/** What was shown of the result's tree. */
export function shownResult({ keccak }: ProvableModel, { challenges }: DisputesView): Preimages {
  const shown = new Preimages(keccak);
  for (const { hash, levels, children } of challenges.flatMap(({ events }) => shownIn(events)))
    if (levels > 0) shown.learn(hash, children);
  return shown;
}

/** The prefix sums that were posted last in a challenge, if nothing was asked since. */
export function postedSums({ events }: ChallengeView): Answers {
  const last = events.findLast(({ eventName }) => eventName === "SumsPosted" || eventName === "SumsDemanded");
  if (last?.eventName !== "SumsPosted") return {};
  const { question, sums } = last.args;
  return { sums: { question, bytes: hexToBytes(sums) } };
}

/** `Shown` does not say how deep it shows: the question before it does. */
function shownIn(events: readonly DisputesEvent[]): ShownBelow[] {
  const asked = new Map<string, number>();
  const shown: ShownBelow[] = [];
  for (const { eventName, args } of events) {
    if (eventName === "Demanded") asked.set(args.hash, args.levels);
    if (eventName !== "Shown") continue;
    const { hash, children } = args;
    const levels = asked.get(hash);
    if (levels !== undefined) shown.push({ hash, levels, children });
  }
  return shown;
}
