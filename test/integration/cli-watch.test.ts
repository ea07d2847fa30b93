/** `glia watch` as a buyer runs it: a real node that lies, on a devnet of its own, and real processes that are killed. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { addProvider } from "@glia/cli/devnet";

import { linesOf, startCliWorld, twoInputModel, type CliWorld, type Line } from "./cli-world.ts";

const DIGITS = join(import.meta.dirname, "../../examples/digits");
const CHEAT = join(import.meta.dirname, "../../scripts/demo/cheat/node.ts");
const CHEAP = { base: "1", perItem: "1", perMegabyteModel: "1" };

interface Failure {
  readonly code: string;
  readonly details: Record<string, unknown>;
}

describe("glia watch, for a buyer", function () {
  this.timeout(900_000);
  let world: CliWorld;
  let digits: string[];

  before(async () => {
    world = await startCliWorld();
    const pictures = readdirSync(join(DIGITS, "samples")).slice(0, 4);
    const inputs = pictures.map((name) => join(DIGITS, "samples", name));
    digits = ["--model", join(DIGITS, "digits.onnx"), "--input", ...inputs];
  });
  after(() => world.stop());

  it("shows what auditors of a result found", async () => {
    const audited = [...digits, "--check", "100%", "--challenge-window", "3600", "--yes"];
    const hired = await world.glia(["run", ...audited], { at: "  hired", act: (kill) => { kill("SIGINT"); } }); // prettier-ignore
    const [, jobId = ""] = /glia resume (0x[0-9a-f]{64})/.exec(hired.stderr) ?? [];
    const seen = await world.glia(["watch", jobId, "--no-challenge", "--json"]);
    assert.equal(seen.code, 0, `${hired.stderr}${seen.stdout}${seen.stderr}`);
    const lines = linesOf(seen);
    const states = lines.flatMap(({ event, status }) => (event === "status" ? [status] : []));
    assert.equal(states.at(-1), "Revealed", seen.stdout);
    const checked = lines.find(({ event }) => event === "checked");
    assert.deepEqual([checked?.["items"], checked?.["of"]], [[0, 1, 2, 3], 4]);
    const audits = lines.filter(({ event }) => event === "audit");
    assert.deepEqual(audits.at(-1), { event: "audit", attestations: 1, opened: 1, differing: 0, jobId });
    assert.deepEqual(lines.at(-1), { ok: true, event: "end", jobs: [{ jobId, end: "right" }] });
    await world.json(["accept", jobId, "--yes"]);
  });

  it("does not pay what differs on running again, challenges it, is killed in the middle, goes on when its provider falls silent, and the price is back", async () => {
    const root = dirname(dirname(world.state.providers[0]?.dataDir ?? ""));
    const { providers } = await addProvider({
      root,
      prices: CHEAP,
      audit: false,
      program: (dataDir) => [CHEAT, dataDir],
    });
    const before = await world.wealth();
    const level = ["--level", "optimistic", "--challenge-window", "3600"];
    const run = await world.json(["run", ...digits, ...level, "--rerun", "4", "--yes"], 7);
    const refused = run["error"] as Failure;
    assert.equal(refused.code, "RESULT_WRONG");
    const jobId = String(refused.details["jobId"]);
    assert.equal((await world.json(["job", jobId]))["status"], "Revealed");
    assert.ok((await world.wealth()) < before);

    const told = await world.glia(["watch", jobId, "--rerun", "4", "--no-challenge", "--json"]);
    assert.equal(told.code, 7, told.stderr);
    assert.equal((await world.json(["job", jobId]))["status"], "Revealed");

    // It answers no more, so that no deadline of a move is its challenger's, however slow this machine is.
    process.kill(providers.at(-1)?.process.pid ?? assert.fail("the provider's process"), "SIGKILL");
    const killed = await world.glia(["watch", "--once", "--rerun", "4", "--yes", "--json"], { at: "  mined", act: (kill) => { kill("SIGKILL"); } }); // prettier-ignore
    assert.equal(killed.code, null);
    assert.match(killed.stderr, / {2}bond {5}up to .*lost if you are wrong/);
    const wrong = linesOf(killed).find(({ event }) => event === "wrong");
    assert.deepEqual([wrong?.["item"], wrong?.["provable"], wrong?.["jobId"]], [2, true, jobId]);

    // A sample of one item might not see the lie again: the chain says that there is a challenge to go on with.
    const won = await world.glia(["watch", "--once", "--rerun", "1", "--yes", "--json"]);
    assert.equal(won.code, 7, `${won.stdout}${won.stderr}`);
    const lines = linesOf(won);
    const end = lines.at(-1)?.["error"] as Failure | undefined;
    assert.equal(end?.code, "RESULT_WRONG");
    assert.deepEqual(end.details["jobs"], [{ jobId, end: "wrong", item: 2, outcome: "won" }]);
    assert.ok(lines.some(isMove(/fell silent/)), won.stdout);
    assert.equal(lines.some(({ event }) => event === "checked"), false); // prettier-ignore
    assert.equal((await world.json(["job", jobId]))["status"], "Refuted");
    assert.equal(await world.wealth(), before);

    // What is over is not told again.
    const after = await world.glia(["watch", "--once", "--yes", "--json"]);
    assert.equal(after.code, 0, `${after.stdout}${after.stderr}`);
  });

  it("finds a right result right, by itself or told which, and ends cleanly with Ctrl-C", async () => {
    const model = world.file("two.onnx", twoInputModel());
    const input = world.file("in.json", JSON.stringify({ x: [[1, 2, 3]], ids: [[10, 20, 30]] }));
    const hired = await world.glia(["run", "--model", model, "--input", input, "--challenge-window", "3600", "--yes"], { at: "  hired", act: (kill) => { kill("SIGINT"); } }); // prettier-ignore
    const [, jobId = ""] = /glia resume (0x[0-9a-f]{64})/.exec(hired.stderr) ?? [];
    const seen = await world.glia(["watch", jobId, "--no-challenge", "--json"]);
    assert.equal(seen.code, 0, `${seen.stdout}${seen.stderr}`);
    const lines = linesOf(seen);
    assert.deepEqual(
      lines.filter(({ event }) => event === "checked"),
      [{ event: "checked", items: [0], of: 1, jobId }],
    );
    assert.deepEqual(lines.at(-1), { ok: true, event: "end", jobs: [{ jobId, end: "right" }] });

    const stopped = await world.glia(["watch", "--no-challenge"], { at: "all the same", act: (kill) => { kill("SIGINT"); } }); // prettier-ignore
    assert.deepEqual([stopped.code, stopped.stderr], [130, ""]);
  });

  it("refuses what cannot be meant before it looks at anything", async () => {
    const unknown = `0x${"11".repeat(32)}`;
    for (const [code, name, args] of [
      [2, "JOB_ID_INVALID", ["watch", "0x11", "--yes"]],
      [2, "CONFIRMATION_NEEDED", ["watch"]],
      [2, "USAGE", ["watch", "--rerun", "0", "--yes"]],
      [3, "JOB_UNKNOWN", ["watch", unknown, "--yes"]],
    ] as const) {
      const { error } = await world.json([...args], code);
      assert.equal((error as Failure).code, name, args.join(" "));
    }
  });
});

function isMove(what: RegExp): (line: Line) => boolean {
  return (line) => line.event === "move" && what.test(String(line["what"]));
}
