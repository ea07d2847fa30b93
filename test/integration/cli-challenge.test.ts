/** A buyer's dispute from the command line: a real node that lies, on a devnet of its own, and the `glia` command as its user runs it. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { addProvider } from "@glia/cli/devnet";

import { startCliWorld, type CliWorld } from "./cli-world.ts";

const DIGITS = join(import.meta.dirname, "../../examples/digits");
const CHEAT = join(import.meta.dirname, "../../scripts/demo/cheat/node.ts");
const CHEAP = { base: "1", perItem: "1", perMegabyteModel: "1" };

interface Failure {
  readonly code: string;
  readonly hint?: string;
}

describe("glia challenge", function () {
  this.timeout(600_000);
  let world: CliWorld;
  let digits: string[];

  before(async () => {
    world = await startCliWorld();
    const root = dirname(dirname(world.state.providers[0]?.dataDir ?? ""));
    await addProvider({
      root,
      prices: CHEAP,
      audit: false,
      program: (dataDir) => [CHEAT, dataDir],
    });
    const pictures = readdirSync(join(DIGITS, "samples")).slice(0, 4);
    digits = [
      "--model",
      join(DIGITS, "digits.onnx"),
      "--input",
      ...pictures.map((name) => join(DIGITS, "samples", name)),
    ];
  });
  after(() => world.stop());

  it("proves the byte that a provider forged, takes the payment back, and says what the provider lost", async () => {
    const before = await world.wealth();
    const hired = await world.glia(["run", ...digits, "--level", "optimistic", "--challenge-window", "3600", "--yes"], { at: "  hired", act: (kill) => { kill("SIGINT"); } }); // prettier-ignore
    const [, jobId = ""] = /glia resume (0x[0-9a-f]{64})/.exec(hired.stderr) ?? [];
    await world.json(["job", jobId, "--watch"]);
    const checked = await world.json(["verify", jobId, "--rerun", "4"], 7);
    const failure = checked["error"] as Failure;
    assert.equal(failure.code, "RESULT_WRONG");
    assert.match(failure.hint ?? "", /glia challenge 0x[0-9a-f]{64} --item 2$/);

    const won = await world.json(["challenge", jobId, "--yes"]);
    assert.deepEqual([won["outcome"], won["status"]], ["won", "Refuted"]);
    assert.ok(BigInt(String(won["lost"])) > 0n);
    const keys = (won["moves"] as { key: string }[]).map(({ key }) => key);
    assert.ok(
      keys.some((key) => key.endsWith(" prove")),
      keys.join(),
    );
    assert.equal(await world.wealth(), before);

    const shown = await world.glia(["job", jobId]);
    assert.match(shown.stdout, /fell +the result of item 2 was proven wrong by challenge \d+; the provider lost /);
    // Once more: there is nothing left to do, and nothing is sent.
    const again = await world.json(["challenge", jobId, "--yes"]);
    assert.deepEqual([again["outcome"], again["moves"]], ["won", []]);
    await world.json(["accept", jobId, "--yes"], 6);
  });

  it("refuses what cannot be meant before it posts anything", async () => {
    const unknown = `0x${"11".repeat(32)}`;
    for (const [code, name, args] of [
      [2, "JOB_ID_INVALID", ["challenge", "0x11", "--yes"]],
      [2, "CONFIRMATION_NEEDED", ["challenge", unknown]],
      [3, "JOB_UNKNOWN", ["challenge", unknown, "--yes"]],
      [2, "USAGE", ["challenge", unknown, "--yes", "--item", "-1"]],
    ] as const) {
      const { error } = await world.json([...args], code);
      assert.equal((error as Failure).code, name, args.join(" "));
    }
  });
});
