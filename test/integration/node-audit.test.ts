/** Audited jobs, by real providers and auditors with their sandboxes, on a real chain. */
import assert from "node:assert/strict";

import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { readWatchRecords } from "@glia/provider";
import {
  digestToCid,
  isChecked,
  jobFromEvents,
  JobStatus,
  profileCall,
  seedOf,
  sendCall,
  signAuditRequest,
  toJson,
} from "@glia/sdk";
import type { Address, Hex } from "viem";
import type { HDAccount } from "viem/accounts";

import { AUDIT_POT, type AuditWorld, auditedJob, hireOnly, reaches, startAuditWorld, WINDOW } from "./audit-world.ts";
import { eventually } from "./node-observe.ts";
import type { TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

describe("an audited job", function () {
  this.timeout(300_000);
  let world: AuditWorld;
  let provider: TestNode;
  let auditor: TestNode;
  let buyer: Buyer;
  let jobs = 0;

  before(async () => {
    world = await startAuditWorld();
    provider = await world.addNode();
    auditor = await world.addAuditor();
    buyer = await makeBuyer(world.devnet, 10_000_000n);
  });
  after(() => world.stop());
  beforeEach(() => auditor.start());
  afterEach(() => Promise.all([provider.stop(), auditor.stop()]));

  const attestations = async (jobId: Hex): Promise<number> => (await world.assurance.auditOf(jobId)).attestations;

  /** Hires the provider for a job that is checked for certain, or by no chance. */
  async function hire(checkBps = 10_000): Promise<Hex> {
    jobs += 1;
    const options = await auditedJob(world.devnet.token, jobs, { checkBps });
    const jobId = await hireOnly(buyer, options);
    return jobId;
  }

  /** Status with which a node answers for the file that a job's provider says its outputs are. */
  async function outputsOf(node: TestNode, jobId: Hex): Promise<number> {
    const { outputDigest } = await jobFromEvents(buyer.client, jobId);
    assert.ok(outputDigest !== undefined);
    const path = `/ipfs/${digestToCid(outputDigest).toString()}?format=raw`;
    return (await fetch(`${node.url}${path}`)).status;
  }

  it("is committed to, attested by an auditor who re-executed its sample, revealed, settled, and both are paid", async () => {
    await provider.start();
    const stake = (await world.assurance.auditorOf(auditor.owner.address)).enrolled;
    const jobId = await hire();
    await reaches(buyer, jobId, JobStatus.Committed);
    await world.drawLot();
    await eventually(async () => (await attestations(jobId)) === 1);
    assert.equal((await buyer.client.statusOf(jobId)).status, JobStatus.Committed);
    await world.endAudit();
    await reaches(buyer, jobId, JobStatus.Revealed);
    const { attestationOf } = world.assurance;
    await eventually(async () => (await attestationOf(jobId, auditor.owner.address)).opened);
    assert.equal((await attestationOf(jobId, auditor.owner.address)).differences, 0n);
    await world.devnet.pass(4 * WINDOW + 1);
    await reaches(buyer, jobId, JobStatus.Settled);
    await eventually(async () => (await world.assurance.auditorOf(auditor.owner.address)).bonded === 0n);
    assert.equal((await world.assurance.auditorOf(auditor.owner.address)).enrolled, stake);
    assert.equal(await buyer.client.vaultBalance(auditor.owner.address, world.devnet.token), AUDIT_POT);
    assert.ok((await buyer.client.vaultBalance(provider.owner.address, world.devnet.token)) > 0n);
    assert.equal(await outputsOf(provider, jobId), 200);
  });

  it("is revealed at once where the lot spares it, and its pot goes back", async () => {
    await provider.start();
    const before = await buyer.wealth();
    const jobId = await hire(200);
    await reaches(buyer, jobId, JobStatus.Committed);
    await world.drawLot();
    // At 2 % hardly any lot draws it; whatever it says, the node must do what the chain allows.
    const { auditOf } = world.assurance;
    const lot = await seedOf(buyer.client, world.assurance, jobId);
    assert.equal(lot.state, "ready");
    assert.ok(lot.state === "ready");
    if (isChecked(lot.seed, jobId, (await auditOf(jobId)).checkBps)) await world.endAudit();
    await reaches(buyer, jobId, JobStatus.Revealed);
    assert.ok(before > (await buyer.wealth()));
  });

  it("is revealed by a provider that lost its database after the commitment", async () => {
    await provider.start("committed");
    const jobId = await hire();
    assert.equal(await provider.ended(), "SIGKILL");
    for (const end of ["", "-wal", "-shm"]) rmSync(join(provider.directory, `journal.sqlite${end}`), { force: true });
    await provider.start();
    await world.drawLot();
    await eventually(async () => (await attestations(jobId)) === 1);
    await world.endAudit();
    await reaches(buyer, jobId, JobStatus.Revealed);
  });

  it("is drawn once more where no auditor came, and revealed in the end", async () => {
    await auditor.stop();
    await provider.start();
    const jobId = await hire();
    await reaches(buyer, jobId, JobStatus.Committed);
    await world.drawLot();
    await world.endAudit();
    await eventually(async () => (await world.assurance.auditOf(jobId)).redrawn);
    assert.equal((await buyer.client.statusOf(jobId)).status, JobStatus.Committed);
    await world.devnet.pass(WINDOW + 1);
    await reaches(buyer, jobId, JobStatus.Revealed);
    assert.equal((await world.assurance.auditOf(jobId)).attestations, 0);
  });

  it("shows its model and inputs to drawn auditors only, and its outputs to nobody before the reveal", async () => {
    await auditor.stop();
    await provider.start();
    const jobId = await hire();
    await reaches(buyer, jobId, JobStatus.Committed);
    await world.drawLot();
    const { domain, publicClient } = buyer.client;
    const { timestamp } = await publicClient.getBlock();
    const deadline = timestamp + 100n;
    const ask = async (signer: HDAccount, account: Address): Promise<string> => {
      const signature = await signAuditRequest(signer, { jobId, auditor: account, deadline }, domain);
      const body = toJson({ auditor: account, deadline, signature });
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${provider.url}/v1/jobs/${jobId}/audit`, { method: "POST", headers, body });
      if (answer.ok) return "served";
      return ((await answer.json()) as { error: { code: string } }).error.code;
    };
    // The provider reads its own commitment from the chain, like everybody.
    await eventually(async () => (await ask(buyer.account, buyer.account.address)) !== "JOB_UNKNOWN");
    assert.equal(await ask(buyer.account, buyer.account.address), "AUDITOR_UNKNOWN");
    assert.equal(await ask(buyer.account, auditor.owner.address), "AUDIT_REQUEST_SIGNATURE");
    // Registered, but without auditing stake: no lot ever names it.
    const idle = world.devnet.account();
    await world.devnet.register(idle, idle.address, "http://127.0.0.1:1");
    assert.equal(await ask(idle, idle.address), "AUDITOR_NOT_DRAWN");
    const written = readWatchRecords(provider.directory).find((record) => record.jobId === jobId);
    assert.ok(written !== undefined);
    const outputs = `${provider.url}/ipfs/${digestToCid(written.outputDigest).toString()}?format=raw`;
    assert.equal((await fetch(outputs)).status, 404);
    const { spec } = await jobFromEvents(buyer.client, jobId);
    const inputs = `${provider.url}/ipfs/${digestToCid(spec.inputDigest).toString()}?format=raw`;
    assert.equal((await fetch(inputs)).status, 404);
  });

  it("keeps its auditor from other jobs no longer than its audit window, though its provider never answers", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    try {
      await provider.start();
      const withheld = await hire();
      await reaches(buyer, withheld, JobStatus.Committed);
      await provider.stop();
      const { deployment, publicClient } = buyer.client;
      const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const profile = { operator: provider.operator, capabilities: 0n, endpoint };
      await sendCall(world.devnet.clientOf(provider.owner), profileCall(deployment.registry, "update", profile));
      const { auditDeadline } = await world.assurance.auditOf(withheld);
      // What is left is real seconds to the auditor, whose clock no test can set.
      await world.devnet.pass(auditDeadline - Number((await publicClient.getBlock()).timestamp) - 10);
      const asked = once(silent, "request");
      await world.drawLot();
      await asked;
      await provider.start();
      const jobId = await hire();
      await reaches(buyer, jobId, JobStatus.Committed);
      await world.drawLot();
      await eventually(async () => (await attestations(jobId)) === 1);
      assert.equal(await attestations(withheld), 0);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });
});
