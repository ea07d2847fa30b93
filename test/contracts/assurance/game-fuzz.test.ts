/** Whole games of audits and disputes, played at random by honest parties and all kinds of others, against a model of who must have what. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { step } from "./fuzz/choices.ts";
import { compare } from "./fuzz/dispute-rules.ts";
import { assertEnd, drain } from "./fuzz/drain.ts";
import { MOST_GAS } from "./fuzz/gas.ts";
import { newGame, startGames } from "./fuzz/start.ts";
import type { Start } from "./fuzz/start.ts";
import type { JobState } from "./fuzz/state.ts";

/** How many games, and the first one's seed. Equal seeds play equal games. */
const GAMES = Number(process.env["GLIA_FUZZ_GAMES"] ?? 3);
const FIRST = Number(process.env["GLIA_FUZZ_SEED"] ?? 1);
const STEPS = 250;
/** Steps between two looks at all balances. */
const LOOKS = 5;
/** What the longer ways through a dispute take: proofs too long for one transaction, and data requested of a job that falls otherwise. */
const RARE = new Set(["demandSums", "postSums", "proveStep", "demandMax", "answerMax", "releaseData"]);
/** Everything else must happen in the games of the fixed seeds: they would show nothing of what nobody does. */
const MUST_HAPPEN = Object.keys(MOST_GAS).filter((name) => !RARE.has(name));

describe("Assurance: games at random", function () {
  this.timeout(120_000);
  let start: Start;
  /** The most that each action ever cost, and how often it was done. */
  const gas = new Map<string, bigint>();
  const counts = new Map<string, number>();

  before(async () => {
    start = await startGames();
  });
  after(() => start.base.chain.close());

  for (let seed = FIRST; seed < FIRST + GAMES; seed++) {
    it(`leaves everybody with what is theirs (seed ${seed})`, async () => {
      const world = await newGame(start, seed, gas);
      try {
        let focus: JobState | undefined;
        for (let n = 0; n < STEPS; n++) {
          focus = await step(world, focus);
          if (n % LOOKS !== 0) continue;
          await world.check();
          for (const challenge of world.challenges.slice(-1)) await compare(world, challenge);
        }
        await drain(world);
        await world.check();
        await assertEnd(world);
      } catch (error) {
        const again = `GLIA_FUZZ_SEED=${seed} GLIA_FUZZ_GAMES=1`;
        throw new Error(`Play it again with ${again}:\n${world.log.join("\n")}\n${String(error)}`, { cause: error });
      }
      for (const [name, count] of world.counts) counts.set(name, (counts.get(name) ?? 0) + count);
    });
  }

  it("costs no more gas in a long game than in a short one", () => {
    const dear = [...gas].filter(([name, most]) => most > (MOST_GAS[name] ?? 0n));
    assert.deepEqual(dear, []);
  });

  it("was worth playing", () => {
    const missing = MUST_HAPPEN.filter((name) => (counts.get(name) ?? 0) === 0);
    assert.deepEqual(FIRST === 1 && GAMES >= 3 ? missing : [], [], [...counts].sort().join(" "));
  });
});
