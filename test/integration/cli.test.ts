/** Every command of `glia` as its user runs it: real processes on a devnet of their own. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { isAlive } from "@glia/cli/devnet";
import { SCRYPT, writeKeystore } from "@glia/provider";
import { canonicalise, exactModelId } from "@glia/sdk/exact";
import { createTestClient, formatUnits, http } from "viem";
import { generatePrivateKey } from "viem/accounts";

import { startCliWorld, twoInputModel, type CliWorld } from "./cli-world.ts";

interface JobResult {
  readonly jobId: string;
  readonly paid: string;
  readonly receipt: string;
}

describe("glia", function () {
  this.timeout(180_000);
  let world: CliWorld;
  let job: string[];
  let bought: JobResult;

  before(async () => {
    world = await startCliWorld();
    const model = world.file("two.onnx", twoInputModel());
    const input = world.file("in.json", JSON.stringify({ x: [[1, 2, 3], [4, 5, 6]], ids: [[10, 20, 30], [40, 50, 60]] })); // prettier-ignore
    job = ["--model", model, "--input", input];
  });
  after(() => world.stop());

  it("quotes without paying", async () => {
    const before = await world.wealth();
    const { items, quotes } = await world.json(["quote", ...job]);
    assert.equal(items, 2);
    assert.equal((quotes as unknown[]).length, 2);
    assert.equal(await world.wealth(), before);
  });

  it("runs a job of a model with a float and an integer input, and pays what it says", async () => {
    const before = await world.wealth();
    bought = (await world.json(["run", ...job, "--yes", "--output", "out.json"])) as unknown as JobResult;
    assert.equal(await world.wealth(), before - BigInt(bought.paid));
    assert.deepEqual(JSON.parse(readFileSync(world.file("out.json"), "utf8")), [
      { y: [[11, 22, 33]], n: [[-10, -20, -30]] },
      { y: [[44, 55, 66]], n: [[-40, -50, -60]] },
    ]);
  });

  it("buys an exact model as one: pictures in, labels out, and the file as it is where that is asked for", async () => {
    const folder = join(import.meta.dirname, "../../examples/digits");
    const pictures = readdirSync(join(folder, "samples")).slice(0, 2);
    const digits = ["--model", join(folder, "digits.onnx"), "--input", ...pictures.map((name) => join(folder, "samples", name))]; // prettier-ignore
    const modelId = await exactModelId(canonicalise(readFileSync(join(folder, "digits.onnx"))).model);
    const labels = world.file("labels.txt", Array.from({ length: 10 }, (_, digit) => `digit-${digit}`).join("\n"));
    const quoted = await world.json(["quote", ...digits, "--opaque"]);
    assert.equal(quoted["exact"], false);
    const shown = await world.glia(["run", ...digits, "--labels", labels, "--yes"]);
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /digit-\d \([^]*digit-\d \([^]*Exact model 0x/);
    const run = await world.json(["run", ...digits, "--yes", "--output", "digits.json"]);
    assert.deepEqual([run["exact"], run["modelId"]], [true, modelId]);
    const items = JSON.parse(readFileSync(world.file("digits.json"), "utf8")) as { logits: number[][] }[];
    assert.equal(items[1]?.logits[0]?.length, 10);
    await world.json(["download", String(run["jobId"]), "--output", "digits.npz"]);
    const verified = await world.json(["verify", String(run["jobId"])]);
    assert.deepEqual([verified["exact"], verified["modelId"]], [true, modelId]);
    const again = await world.json(["verify", String(run["jobId"]), "--rerun", "9", "--item", "1"]);
    assert.deepEqual(again["rerun"], [0, 1]);
    const { error } = await world.json(["verify", String(run["jobId"]), "--item", "2"], 2);
    assert.equal((error as { code: string }).code, "ITEM_UNKNOWN");
  });

  it("lists and shows jobs, and follows one to its end", async () => {
    const { jobs } = await world.json(["jobs"]);
    const listed = (jobs as { jobId: string; status: string; verified: boolean }[]).find(
      ({ jobId }) => jobId === bought.jobId,
    );
    assert.deepEqual([listed?.status, listed?.verified], ["Settled", true]);
    const shown = await world.json(["job", bought.jobId, "--watch"]);
    assert.equal(shown["status"], "Settled");
  });

  it("downloads in every format, and shows a table without one", async () => {
    const magics = { "d.npz": "PK", "d.glia": "GLIAB1\n", "d.json": '[{"y"' };
    await Promise.all(
      Object.entries(magics).map(async ([name, magic]) => {
        await world.json(["download", bought.jobId, "--output", name]);
        assert.ok(readFileSync(world.file(name), "latin1").startsWith(magic), name);
      }),
    );
    const { stdout } = await world.glia(["download", bought.jobId]);
    assert.match(stdout, /\[\[11,22,33\]\].*\[\[-10,-20,-30\]\]/);
  });

  it("verifies a job from scratch, and refuses outputs of which one bit differs", async () => {
    assert.deepEqual((await world.json(["verify", bought.jobId, "--rerun", "1"]))["ok"], true);
    const outputs = readFileSync(world.file("d.glia"));
    outputs[outputs.length - 1] = (outputs.at(-1) ?? 0) ^ 1;
    writeFileSync(world.file("bad.glia"), outputs);
    const { error } = await world.json(["verify", bought.jobId, "--outputs", "bad.glia"], 7);
    assert.equal((error as { kind: string }).kind, "verification");
  });

  it("verifies a receipt offline and on chain, and refuses a changed or a broken one", async () => {
    const { rpcUrl } = world.state.chain;
    const evidence = ["--model", job[1] ?? "", "--outputs", "d.glia"];
    await world.json(["verify", bought.receipt, ...evidence]);
    const online = await world.json(["verify", bought.receipt, ...evidence, "--rpc", rpcUrl]);
    assert.ok((online["checks"] as { result: string }[]).every(({ result }) => result !== "failed"));

    const receipt = readFileSync(bought.receipt, "utf8");
    const { runtime } = (JSON.parse(receipt) as { statement: { runtime: string } }).statement;
    world.file("changed.json", receipt.replaceAll(runtime, "another/1.0/gpu"));
    world.file("broken.json", receipt.slice(0, 100));
    const changed = await world.json(["verify", "changed.json"], 7);
    const broken = await world.json(["verify", "broken.json"], 3);
    assert.equal((changed["error"] as { code: string }).code, "RECEIPT_WRONG");
    assert.equal((broken["error"] as { code: string }).code, "RECEIPT_INVALID");
  });

  it("deposits and withdraws, and refuses more than there is", async () => {
    const before = await world.wealth();
    const held = async (): Promise<bigint> => {
      const { tokens } = await world.json(["balance"]);
      return BigInt((tokens as { vault: string }[])[0]?.vault ?? assert.fail("a balance"));
    };
    // Audit pots of the jobs before came back to the vault.
    const returned = await held();
    const deposited = await world.json(["deposit", "25", "--yes"]);
    assert.equal(deposited["balance"], String(returned + 25_000_000n));
    const withdrawn = await world.json(["withdraw", "10.5", "--yes"]);
    assert.equal(withdrawn["balance"], String(returned + 14_500_000n));
    assert.equal(await held(), returned + 14_500_000n);
    await world.json(["withdraw", formatUnits(returned + 14_500_001n, 6), "--yes"], 4);
    assert.equal(await world.wealth(), before);
  });

  it("goes on after Ctrl-C and after SIGKILL, and pays once", async () => {
    const before = await world.wealth();
    const stopped = await world.glia(["run", ...job, "--yes", "--challenge-window", "3600"], { at: "  hired", act: (kill) => { kill("SIGINT"); } }); // prettier-ignore
    assert.equal(stopped.code, 130);
    const [, first] = /glia resume (0x[0-9a-f]{64})/.exec(stopped.stderr) ?? [];
    const killed = await world.glia(["run", ...job, "--yes"], { at: "  sent", act: (kill) => { kill("SIGKILL"); } }); // prettier-ignore
    const [, second] = /^job (0x[0-9a-f]{64})$/m.exec(killed.stderr) ?? [];
    assert.ok(first !== undefined && second !== undefined);
    // The one by itself, the other step by step.
    const resumed = (await world.json(["resume", second, "--yes"])) as unknown as JobResult;
    await world.json(["job", first, "--watch"]);
    await world.json(["download", first, "--output", "first.npz"]);
    await world.json(["verify", first]);
    const accepted = await world.json(["accept", first, "--yes"]);
    assert.equal(accepted["status"], "Settled");
    assert.equal(await world.wealth(), before - 2n * BigInt(resumed.paid));
  });

  it("refuses bad input with a named error and an exit code, and leaves balances alone", async () => {
    const before = await world.wealth();
    const [model, input] = [job[1] ?? "", job[3] ?? ""];
    const keystore = world.file("poor.json");
    await writeKeystore(keystore, generatePrivateKey(), "secret", SCRYPT.devnet);
    const passwordFile = world.file("password", "secret\n");
    const wallet = ["--keystore", keystore, "--password-file", passwordFile];
    const { rpcUrl } = world.state.chain;
    const elsewhere = world.file("elsewhere.json", JSON.stringify({ ...world.state.deployment, chainId: 1 }));
    const short = world.file("short.json", JSON.stringify({ x: [[1, 2]], ids: [[1, 2]] }));
    const half = world.file("half.json", JSON.stringify({ x: [[1, 2, 3]] }));
    const run = (...args: string[]): string[] => ["run", "--yes", ...args];
    const cases: readonly (readonly [number, string, readonly string[]])[] = [
      [3, "FILE_UNREADABLE", run("--model", "none.onnx", "--input", input)],
      [3, "ONNX_MALFORMED", run("--model", input, "--input", input)],
      [3, "TENSOR_SHAPE_MISMATCH", run("--model", model, "--input", short)],
      [3, "TENSOR_MISSING_INPUT", run("--model", model, "--input", half)],
      [3, "FILE_UNWRITABLE", run(...job, "--output", "none/out.npz")],
      [2, "OUTPUT_FORMAT_UNSUITABLE", run(...job, "--output", "out.npy")],
      [2, "LABELS_UNSUITABLE", run(...job, "--top", "2")],
      [2, "AMOUNT_INVALID", run(...job, "--max-price", "0")],
      [6, "NO_OFFER", run(...job, "--max-price", "0.01")],
      [2, "USAGE", run("--input", input)],
      [2, "CONFIRMATION_NEEDED", ["run", ...job]],
      [4, "INSUFFICIENT_TOKENS", run(...job, ...wallet)],
      [5, "RPC_UNREACHABLE", ["balance", "--rpc", "http://127.0.0.1:1"]],
      [2, "NO_DEPLOYMENT", ["balance", "--rpc", rpcUrl]],
      [2, "WRONG_CHAIN", ["balance", "--rpc", rpcUrl, "--deployment", elsewhere]],
      [3, "JOB_UNKNOWN", ["job", `0x${"11".repeat(32)}`]],
      [2, "JOB_ID_INVALID", ["resume", "0x11", "--yes"]],
    ];
    for (const pair of inPairs(cases)) {
      await Promise.all(
        pair.map(async ([code, name, args]) => {
          const { error } = await world.json(args, code);
          assert.equal((error as { code: string }).code, name, args.join(" "));
        }),
      );
    }
    assert.equal(await world.wealth(), before);
  });

  it("gets the money back from a provider that died, and starts that provider again", async () => {
    const before = await world.wealth();
    const hired = await world.glia(["run", ...job, "--yes", "--deadline", "600"], {
      at: "  hired",
      act: (kill) => {
        for (const { process: provider } of world.state.providers) process.kill(provider.pid, "SIGKILL");
        kill("SIGINT");
      },
    });
    const [, jobId = ""] = /glia resume (0x[0-9a-f]{64})/.exec(hired.stderr) ?? [];
    const early = await world.json(["cancel", jobId, "--yes"], 6);
    assert.equal((early["error"] as { code: string }).code, "CANNOT_CANCEL");

    const chain = createTestClient({ mode: "anvil", transport: http(world.state.chain.rpcUrl) });
    await chain.increaseTime({ seconds: 700 });
    await chain.mine({ blocks: 1 });
    const cancelled = await world.json(["cancel", jobId, "--yes"]);
    assert.equal(cancelled["status"], "Defaulted");
    assert.equal(await world.wealth(), before);
  });

  it("starts again what died, leaves alone what runs, and stops everything", async () => {
    const { chain, providers } = world.state;
    const { processes } = await world.json(["devnet", "status"], 5);
    const states = (processes as { state: string }[]).map(({ state }) => state);
    assert.deepEqual(states, ["up", "dead", "dead"]);
    const up = (await world.json(["devnet", "up", "--providers", "1"])) as unknown as typeof world.state;
    assert.equal(up.chain.process.pid, chain.process.pid);
    assert.equal(up.providers.length, 1);
    assert.notEqual(up.providers[0]?.process.pid, providers[0]?.process.pid);
    const { stopped } = await world.json(["devnet", "down"]);
    assert.deepEqual(stopped, { "provider 1": "stopped", chain: "stopped" });
    assert.ok(![up.chain, ...up.providers].some(({ process: one }) => isAlive(one)));
    const { error } = await world.json(["balance"], 5);
    assert.equal((error as { code: string }).code, "DEVNET_DOWN");
  });
});

function inPairs<value>(values: readonly value[]): value[][] {
  return values.flatMap((value, index) => (index % 2 === 0 ? [values.slice(index, index + 2)] : []));
}
