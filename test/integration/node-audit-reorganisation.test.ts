/** A chain that takes back what provider and auditor of an audited job saw on it. */
import assert from "node:assert/strict";

import { isChecked, jobFromEvents, JobStatus, sampleItems, seedOf } from "@glia/sdk";
import type { Hex } from "viem";

import { AUDIT_POT, type AuditWorld, auditedJob, hireOnly, reaches, startAuditWorld, WINDOW } from "./audit-world.ts";
import { batchOf, exactItems } from "./exact-jobs.ts";
import { callsOf, eventually } from "./node-observe.ts";
import type { TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

/** More blocks than were taken back, so that the other chain is the longer one. */
const BLOCKS = 20;
const ITEMS = 32;

describe("an audited job on a chain that is reorganised", function () {
  this.timeout(400_000);
  let world: AuditWorld;
  let provider: TestNode;
  let auditor: TestNode;
  let buyer: Buyer;
  let jobs = 400;

  before(async () => {
    world = await startAuditWorld();
    provider = await world.addNode();
    auditor = await world.addAuditor();
    buyer = await makeBuyer(world.devnet, 10_000_000n);
  });
  after(() => world.stop());
  afterEach(() => Promise.all([provider.stop(), auditor.stop()]));

  /** Hires the provider for many items, of which one is sampled: another lot samples another one. */
  async function hire(checkBps = 10_000): Promise<Hex> {
    jobs += 1;
    const options = await auditedJob(world.devnet.token, jobs, { checkBps, sampleSize: 1 });
    return hireOnly(buyer, { ...options, inputs: await batchOf(exactItems(ITEMS, jobs)) });
  }

  const attestations = async (jobId: Hex): Promise<number> => (await world.assurance.auditOf(jobId)).attestations;

  async function seed(jobId: Hex): Promise<Hex> {
    const lot = await seedOf(buyer.client, world.assurance, jobId);
    assert.ok(lot.state === "ready");
    return lot.seed;
  }

  async function sampled(jobId: Hex): Promise<number[]> {
    return sampleItems({ ...(await world.assurance.auditOf(jobId)), seed: await seed(jobId), jobId });
  }

  /**
   * Makes other chains from here until the lot checks the job, or spares it.
   * @returns what takes it back
   */
  async function drawUntil(jobId: Hex, wanted: boolean): Promise<(blocks: number) => Promise<void>> {
    for (let seconds = 1; ; seconds++) {
      const undo = await world.devnet.fork();
      await world.devnet.pass(seconds);
      await world.drawLot();
      const { checkBps } = await world.assurance.auditOf(jobId);
      if (isChecked(await seed(jobId), jobId, checkBps) === wanted) return undo;
      await undo(0);
    }
  }

  /** From an attestation on: reveal, claim, settlement and pay, with which everybody is content. */
  async function endWell(jobId: Hex): Promise<void> {
    await world.endAudit();
    await reaches(buyer, jobId, JobStatus.Revealed);
    const { attestationOf, auditorOf } = world.assurance;
    await eventually(async () => (await attestationOf(jobId, auditor.owner.address)).opened);
    assert.equal((await attestationOf(jobId, auditor.owner.address)).differences, 0n);
    const before = await buyer.client.vaultBalance(auditor.owner.address, world.devnet.token);
    await world.devnet.pass(4 * WINDOW + 1);
    await reaches(buyer, jobId, JobStatus.Settled);
    await eventually(async () => (await auditorOf(auditor.owner.address)).bonded === 0n);
    assert.equal(await buyer.client.vaultBalance(auditor.owner.address, world.devnet.token), before + AUDIT_POT);
    assert.equal((await buyer.client.position(provider.owner.address)).locked, 0n);
  }

  it("is committed to again, with the same root and salt, where the commitment was taken back", async () => {
    await provider.start("commit-signed");
    const jobId = await hire();
    assert.equal(await provider.ended(), "SIGKILL");
    const reorganise = await world.devnet.fork();
    await provider.start();
    await auditor.start();
    await reaches(buyer, jobId, JobStatus.Committed);
    const before = (await jobFromEvents(buyer.client, jobId)).job.moduleData;
    await reorganise(BLOCKS);
    await reaches(buyer, jobId, JobStatus.Committed);
    assert.equal((await jobFromEvents(buyer.client, jobId)).job.moduleData, before);
    // The new chain does not know where the node moved to; starting says it again.
    await provider.stop();
    await provider.start();
    await world.drawLot();
    await eventually(async () => (await attestations(jobId)) === 1);
    await endWell(jobId);
  });

  it("is attested anew where lot and attestation were taken back, of the items that the new lot samples", async () => {
    await provider.start();
    await auditor.start();
    const jobId = await hire();
    await reaches(buyer, jobId, JobStatus.Committed);
    const reorganise = await world.devnet.fork();
    await world.drawLot();
    await eventually(async () => (await attestations(jobId)) === 1);
    const before = { sample: await sampled(jobId), block: await buyer.client.publicClient.getBlockNumber() };
    await reorganise(BLOCKS);
    await eventually(async () => (await attestations(jobId)) === 1);
    assert.notDeepEqual(await sampled(jobId), before.sample);
    assert.deepEqual(await callsOf(world.devnet, auditor, before.block - 3n), ["nothing", "attest"]);
    await endWell(jobId);
  });

  it("is revealed and claimed again where both were taken back", async () => {
    await provider.start();
    await auditor.start();
    const jobId = await hire();
    await reaches(buyer, jobId, JobStatus.Committed);
    await world.drawLot();
    await eventually(async () => (await attestations(jobId)) === 1);
    const reorganise = await world.devnet.fork();
    await world.endAudit();
    await reaches(buyer, jobId, JobStatus.Revealed);
    const { attestationOf } = world.assurance;
    await eventually(async () => (await attestationOf(jobId, auditor.owner.address)).opened);
    await reorganise(BLOCKS);
    assert.equal((await buyer.client.statusOf(jobId)).status, JobStatus.Committed);
    await endWell(jobId);
  });

  it("is left alone by an auditor whom the new lot does not draw, and revealed at once", async () => {
    await provider.start();
    const jobId = await hire(5_000);
    await reaches(buyer, jobId, JobStatus.Committed);
    await provider.stop();
    const undo = await drawUntil(jobId, true);
    await Promise.all([provider.start(), auditor.start()]);
    await eventually(async () => (await attestations(jobId)) === 1);
    await undo(0);
    await drawUntil(jobId, false);
    await reaches(buyer, jobId, JobStatus.Revealed);
    assert.equal(await attestations(jobId), 0);
    assert.equal((await world.assurance.auditorOf(auditor.owner.address)).bonded, 0n);
    await world.devnet.pass(4 * WINDOW + 1);
    await reaches(buyer, jobId, JobStatus.Settled);
  });

  it("is attested by an auditor whom only the new lot draws, and the reveal at once does not stand", async () => {
    await provider.start();
    await auditor.start();
    const jobId = await hire(5_000);
    await reaches(buyer, jobId, JobStatus.Committed);
    await Promise.all([provider.stop(), auditor.stop()]);
    const undo = await drawUntil(jobId, false);
    await auditor.start();
    await provider.start();
    await reaches(buyer, jobId, JobStatus.Revealed);
    await undo(0);
    await drawUntil(jobId, true);
    await provider.stop();
    await provider.start();
    await eventually(async () => (await attestations(jobId)) === 1);
    await endWell(jobId);
  });
});
