import { createHash } from "node:crypto";

/** What the cheat does to an item. */
type Trick = "honest" | "flip" | "cheaper";

/** Remembers what was done to which item, so that what is said later about it is the same lie. */
export interface Tricks {
  /** The trick of each item of a run. Items that nobody has seen before are a new job, with the next trick of the list. */
  of(items: readonly Uint8Array[]): readonly Trick[];
}

/**
 * The cheat's plan: of its first job it forges one output of one item, of its second one it computes everything with a cheaper model. Jobs
 * are told apart by their items' bytes, since whoever computes is not told which job it is for.
 */
export function createTricks(plan: readonly Exclude<Trick, "honest">[] = ["flip", "cheaper"]): Tricks {
  const known = new Map<string, Trick>();
  let jobs = 0;
  return {
    of(items) {
      const keys = items.map((bytes) => createHash("sha256").update(bytes).digest("hex"));
      if (!keys.some((key) => known.has(key))) {
        const trick = plan[jobs] ?? "honest";
        jobs += 1;
        const victim = Math.floor(keys.length / 2);
        for (const [index, key] of keys.entries()) {
          known.set(key, trick === "flip" && index !== victim ? "honest" : trick);
        }
      }
      return keys.map((key) => known.get(key) ?? "honest");
    },
  };
}
