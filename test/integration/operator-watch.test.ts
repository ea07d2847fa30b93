/** `glia watch --operator`: a real watchtower process stands in for real nodes that were killed, on a real chain. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SCRYPT, writeKeystore } from "@glia/provider";
import {
  accept,
  AssuranceLevel,
  challengeCall,
  jobFromEvents,
  JobStatus,
  sendCall,
  setDelegateCall,
  Turn,
} from "@glia/sdk";
import { type Address, type Hex, parseEther, zeroHash } from "viem";
import { generatePrivateKey, privateKeyToAddress } from "viem/accounts";

import { type AuditWorld, auditedJob, hireOnly, reaches, startAuditWorld, WINDOW } from "./audit-world.ts";
import { type Ended, linesOf, runGlia, type Watcher } from "./cli-world.ts";
import { eventually } from "./node-observe.ts";
import type { TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

interface Failure {
  readonly code: string;
}

/** The error that a process ended with. */
const failureOf = (ended: Ended): string => (linesOf(ended).at(-1)?.["error"] as Failure | undefined)?.code ?? "";

describe("glia watch, for an operator", function () {
  this.timeout(900_000);
  let world: AuditWorld;
  let node: TestNode;
  let buyer: Buyer;
  let folder: string;
  let delegate: Address;
  /** Options of the watchtower's process. */
  let tower: readonly string[];

  before(async () => {
    world = await startAuditWorld();
    node = await world.addNode();
    buyer = await makeBuyer(world.devnet, 10_000_000n);
    folder = mkdtempSync(join(tmpdir(), "glia-watchtower-"));
    const { devnet } = world;
    const key = generatePrivateKey();
    delegate = privateKeyToAddress(key);
    await devnet.setBalance(delegate, parseEther("10"));
    await writeKeystore(join(folder, "key.json"), key, "secret", SCRYPT.devnet);
    writeFileSync(join(folder, "password"), "secret\n", { mode: 0o600 });
    writeFileSync(join(folder, "deployment.json"), JSON.stringify(devnet.file));
    const chain = ["--rpc", devnet.publicClient.transport["url"] as string, "--deployment", "deployment.json"];
    tower = [...chain, "--keystore", "key.json", "--password-file", "password", "--yes", "--json"];
    await sendCall(devnet.clientOf(node.owner), setDelegateCall(world.assurance.disputes, delegate, true));
  });
  after(async () => {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function watch(directory: string, args: readonly string[], watcher?: Watcher): Promise<Ended> {
    return runGlia(folder, ["watch", "--operator", directory, ...args, ...tower], watcher);
  }

  /** Starts a watchtower; resolves once it has said so much. */
  async function watching(
    directory: string,
    args: readonly string[],
    at: string,
  ): Promise<{ readonly ended: Promise<Ended> }> {
    let ended: Promise<Ended> | undefined;
    const begun = new Promise<void>((resolve) => {
      ended = watch(directory, args, { at, act: () => { resolve(); } }); // prettier-ignore
    });
    assert.ok(ended !== undefined);
    await Promise.race([begun, ended]);
    return { ended };
  }

  it("reveals for a node that was killed after its commitment, not before it must, and the provider is paid", async () => {
    const { devnet, assurance } = world;
    await node.start();
    const jobId = await hireOnly(buyer, await auditedJob(devnet.token, 301));
    await reaches(buyer, jobId, JobStatus.Committed);
    await node.stop("SIGKILL");
    await world.drawLot();
    const { ended } = await watching(node.directory, [jobId], "Committed");
    // Long after the auditors' time, when a node that is alive would have revealed: half of the reveal window is still left.
    await devnet.pass(3 * WINDOW);
    const { job } = await jobFromEvents(buyer.client, jobId);
    const blind = await watch(node.directory, [jobId], { at: "Committed", act: (kill) => { kill("SIGINT"); } }); // prettier-ignore
    assert.equal(blind.code, 130);
    assert.equal((await buyer.client.statusOf(jobId)).status, JobStatus.Committed);
    await devnet.pass(WINDOW - 300);
    await reaches(buyer, jobId, JobStatus.Revealed);
    const earned = await buyer.client.vaultBalance(node.owner.address, devnet.token);
    await accept(buyer.client, jobId);
    assert.ok((await buyer.client.vaultBalance(node.owner.address, devnet.token)) > earned);
    assert.equal((await buyer.client.position(node.owner.address)).locked, 0n);
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0, `${stdout}${stderr}`);
    assert.deepEqual(linesOf({ stdout }).at(-1), {
      ok: true,
      event: "end",
      jobs: [{ jobId, status: "Settled", sent: 1 }],
    });
    assert.equal((await jobFromEvents(buyer.client, jobId)).status, JobStatus.Settled);
    assert.notEqual(job.moduleData, zeroHash);
    assert.equal((await assurance.auditOf(jobId)).attestations, 0);
  });

  it("opens the sampled items where somebody attested", async () => {
    const { devnet, assurance } = world;
    const auditor = await world.addAuditor();
    await Promise.all([node.start(), auditor.start()]);
    const jobId = await hireOnly(buyer, await auditedJob(devnet.token, 302));
    await reaches(buyer, jobId, JobStatus.Committed);
    // The watchtower has a copy, not the node's own folder.
    const copy = join(folder, "copy");
    for (const name of ["watch", "content"]) cpSync(join(node.directory, name), join(copy, name), { recursive: true });
    await world.drawLot();
    await eventually(async () => (await assurance.auditOf(jobId)).attestations === 1);
    await Promise.all([node.stop("SIGKILL"), auditor.stop()]);
    await devnet.pass(4 * WINDOW - 400);
    const { ended } = await watching(copy, [jobId], "Revealed");
    await reaches(buyer, jobId, JobStatus.Revealed);
    assert.notEqual((await assurance.auditOf(jobId)).digest, zeroHash);
    await accept(buyer.client, jobId);
    assert.equal((await ended).code, 0);
  });

  it("answers a false challenge for a node that is down, is killed in the middle, goes on, and settles", async () => {
    const { devnet, assurance } = world;
    const { disputes } = assurance;
    await node.start();
    const terms = { level: AssuranceLevel.Optimistic, auditPot: 0n, challengeWindow: 3 * WINDOW };
    const jobId = await hireOnly(buyer, await auditedJob(devnet.token, 303, terms));
    await reaches(buyer, jobId, JobStatus.Revealed);
    await node.stop("SIGKILL");
    const stake = await buyer.client.position(node.owner.address);
    const owed = await assurance.owed(node.owner.address);

    const { spec, job } = await jobFromEvents(buyer.client, jobId);
    const liar = devnet.clientOf(devnet.account());
    const bond = await assurance.bondNow();
    await sendCall(liar, challengeCall(disputes, { spec, job, item: 1 }, 2n * bond));
    await devnet.pass(WINDOW - 300);
    const killed = await watch(node.directory, [jobId], { at: "  mined", act: (kill) => { kill("SIGKILL"); } }); // prettier-ignore
    assert.equal(killed.code, null, killed.stdout);
    assert.ok((await assurance.claimOf(jobId, 1)).nodes > 0);

    // The challenger has nothing to prove: it falls silent, and loses its bond to the provider.
    await devnet.pass(WINDOW + 1);
    const { ended } = await watching(node.directory, ["--margin", "0", "--once"], "Revealed");
    await eventually(async () => (await assurance.owed(node.owner.address)) >= owed + bond);
    await devnet.pass(3 * WINDOW);
    await reaches(buyer, jobId, JobStatus.Settled);
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0, `${stdout}${stderr}`);
    const after = await buyer.client.position(node.owner.address);
    assert.deepEqual([after.free, after.locked], [stake.free + stake.locked, 0n]);
    assert.equal(Turn.Lost, (await assurance.challengeOf(1n)).turn);
    const moves = linesOf({ stdout }).filter(({ event }) => event === "move");
    assert.deepEqual(new Set(moves.map((move) => move["jobId"])), new Set([jobId]));
  });

  it("says clearly what it cannot do: no evidence, no records, no such job, no delegate", async () => {
    const { devnet } = world;
    await node.start();
    const terms = { level: AssuranceLevel.Optimistic, auditPot: 0n };
    const jobId = await hireOnly(buyer, await auditedJob(devnet.token, 304, terms));
    await reaches(buyer, jobId, JobStatus.Revealed);
    await node.stop("SIGKILL");
    const bare = join(folder, "bare");
    cpSync(join(node.directory, "watch"), join(bare, "watch"), { recursive: true });
    const blind = await watch(bare, [jobId], { at: "NO_EVIDENCE", act: (kill) => { kill("SIGINT"); } }); // prettier-ignore
    assert.equal(blind.code, 130);
    assert.ok(linesOf(blind).some(({ event, code, again }) => event === "trouble" && code === "NO_EVIDENCE" && again));

    const empty = join(folder, "empty");
    mkdirSync(empty);
    const unknown: Hex = `0x${"11".repeat(32)}`;
    const { disputes } = world.assurance;
    for (const [code, name, args] of [
      [3, "NO_WATCH_RECORDS", [empty]],
      [3, "NO_WATCH_RECORD", [node.directory, unknown]],
      [2, "JOB_ID_INVALID", [node.directory, "0x11"]],
      [2, "USAGE", [node.directory, "--rerun", "2"]],
    ] as const) {
      const [directory, ...rest] = args;
      const ended = await watch(directory, rest);
      assert.deepEqual([ended.code, failureOf(ended)], [code, name], ended.stderr);
    }
    await sendCall(devnet.clientOf(node.owner), setDelegateCall(disputes, delegate, false));
    const refused = await watch(node.directory, [jobId]);
    assert.deepEqual([refused.code, failureOf(refused)], [6, "NOT_DELEGATED"]);
  });
});
