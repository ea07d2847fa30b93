/** Audited jobs, by real providers and auditors with their sandboxes, on a real chain. */
import assert from "node:assert/strict";

import { digestToCid, jobFromEvents, JobStatus } from "@glia/sdk";
import type { Hex } from "viem";

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
});
