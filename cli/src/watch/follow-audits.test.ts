import assert from "node:assert/strict";

import type { AssuranceView } from "../assurance/read-assurance.ts";
import { followAudits } from "./follow-audits.ts";
import type { WatchEvent } from "./watch-event.ts";

const JOB = `0x${"aa".repeat(32)}` as const;

/** An audit of items 3, 5 and 9 by two auditors, as far as they have opened their attestations. */
function audit(...differences: readonly bigint[]): AssuranceView {
  const opened = differences.map((one) => ({ auditor: JOB, differences: one }));
  const revealed = { attestations: 2, claimDeadline: 100 };
  return { audit: { revealed, opened, forfeited: [] }, sample: [3, 5, 9] } as unknown as AssuranceView;
}

interface Followed {
  readonly found: unknown;
  readonly looks: readonly (readonly number[])[];
  readonly told: readonly WatchEvent[];
}

/** Follows what the chain says look by look; the last word stays. */
async function follow(
  states: readonly AssuranceView[],
  wrong: readonly number[],
  checked: readonly number[] = [],
  isOver = false,
): Promise<Followed> {
  const looks: (readonly number[])[] = [];
  const told: WatchEvent[] = [];
  let at = 0;
  const found = await followAudits<{ readonly wrong: number } | "undelivered">({
    jobId: JOB,
    read: () => Promise.resolve(states[Math.min(at++, states.length - 1)]),
    isOver: () => Promise.resolve(isOver),
    checked,
    look: (items) => {
      looks.push(items);
      const item = items.find((one) => wrong.includes(one));
      return Promise.resolve(item === undefined ? "right" : { wrong: item });
    },
    tell: (_, event) => told.push(event),
    interval: 1,
    signal: AbortSignal.timeout(30_000),
  });
  return { found, looks, told };
}

describe("following the audit of a result", () => {
  it("does not let an auditor who lies of one item hide what another found in the next", async () => {
    const { found, looks, told } = await follow([audit(1n), audit(1n), audit(1n, 0b100n)], [9]);
    assert.deepEqual(found, { wrong: 9 });
    assert.deepEqual(looks, [[3], [9]]);
    assert.equal(told.length, 2);
  });

  it("runs nothing again that came out the same before", async () => {
    const { found, looks } = await follow([audit(1n), audit(1n, 0b11n)], [], [3]);
    assert.equal(found, "right");
    assert.deepEqual(looks, [[5]]);
  });

  it("ends when all have opened, when nobody can any more, and where nobody attested", async () => {
    assert.equal((await follow([audit(), audit(0n, 0n)], [])).found, "right");
    assert.equal((await follow([audit(0n)], [], [], true)).found, "right");
    const none = { audit: { opened: [], forfeited: [] }, sample: [] } as unknown as AssuranceView;
    assert.deepEqual(await follow([none], []), { found: "right", looks: [], told: [] });
  });
});
