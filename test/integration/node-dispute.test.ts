/** Disputes between real nodes on a real chain: who lies falls, who does not stays whole. */
import assert from "node:assert/strict";

import {
  AssuranceLevel,
  challengeCall,
  disputesFromEvents,
  jobFromEvents,
  JobStatus,
  requestDataCall,
  sendCall,
  Turn,
} from "@glia/sdk";
import { type Hex, isAddressEqual } from "viem";

import { AUDIT_POT, type AuditWorld, auditedJob, hireOnly, reaches, startAuditWorld, WINDOW } from "./audit-world.ts";
import { eventually } from "./node-observe.ts";
import type { TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

const LIE = { GLIA_TEST_LIE: "1" };

describe("nodes in a dispute", function () {
  this.timeout(400_000);
  let world: AuditWorld;
  let auditor: TestNode;
  let buyer: Buyer;

  before(async () => {
    world = await startAuditWorld();
    auditor = await world.addAuditor();
    buyer = await makeBuyer(world.devnet, 10_000_000n);
    await auditor.start();
  });
  after(() => world.stop());

  async function collateralOf(provider: TestNode): Promise<bigint> {
    return (await buyer.client.position(provider.owner.address)).locked;
  }

  it("take down a lie that an auditor finds: the contract recomputes the neuron, the buyer has its money back", async () => {
    const liar = await world.addNode();
    await liar.start(undefined, LIE);
    const { position } = buyer.client;
    const before = await position(liar.owner.address);
    const wealth = await buyer.wealth();
    const jobId: Hex = await hireOnly(buyer, await auditedJob(world.devnet.token, 101));
    const collateral = await collateralOf(liar);
    assert.ok(collateral > 0n);
    await reaches(buyer, jobId, JobStatus.Committed);
    await world.drawLot();
    await eventually(async () => (await world.assurance.auditOf(jobId)).attestations === 1);
    await world.endAudit();
    await reaches(buyer, jobId, JobStatus.Refuted);
    // The price came back; the pot is the auditor's.
    assert.equal(await buyer.wealth(), wealth - AUDIT_POT);
    const after = await position(liar.owner.address);
    assert.equal(before.free - after.free, collateral);
    assert.equal(after.locked, 0n);
    const verdict = await world.assurance.verdictOf(jobId);
    assert.deepEqual([verdict.refuted, verdict.proven], [true, true]);
    // The auditor opened what it attested, and shares the reward once claims are over.
    await eventually(async () => (await world.assurance.attestationOf(jobId, auditor.owner.address)).opened);
    await world.devnet.pass(2 * WINDOW);
    const { glia } = world.devnet.deployment;
    const poor = await buyer.client.walletBalance(auditor.owner.address, glia);
    await eventually(async () => (await world.assurance.auditorOf(auditor.owner.address)).bonded === 0n);
    assert.equal(await buyer.client.vaultBalance(auditor.owner.address, world.devnet.token), AUDIT_POT);
    assert.equal((await buyer.client.walletBalance(auditor.owner.address, glia)) - poor, collateral / 2n);
    await liar.stop();
  });

  it("leave an honest provider whole: it answers a false challenge and posts what the buyer asks for, gets the bond, and is paid", async () => {
    const provider = await world.addNode();
    await provider.start();
    const { disputes, address } = world.assurance;
    const terms = { level: AssuranceLevel.Optimistic, auditPot: 0n, challengeWindow: 3 * WINDOW };
    const jobId = await hireOnly(buyer, await auditedJob(world.devnet.token, 102, terms));
    await reaches(buyer, jobId, JobStatus.Revealed);
    const { spec, job } = await jobFromEvents(buyer.client, jobId);
    assert.ok(isAddressEqual(job.module, address));

    const stranger = world.devnet.clientOf(world.devnet.account());
    const bond = await world.assurance.bondNow();
    await sendCall(stranger, challengeCall(disputes, { spec, job, item: 1 }, 2n * bond));
    const prepaid = await world.assurance.dataPriceNow(spec, 2);
    await sendCall(buyer.client, requestDataCall(disputes, { spec, job, items: [0, 3] }, 2n * prepaid));
    await eventually(async () => (await world.assurance.claimOf(jobId, 1)).nodes > 0);
    await eventually(async () => {
      const { data } = await disputesFromEvents(
        buyer.client,
        world.assurance,
        await jobFromEvents(buyer.client, jobId),
      );
      return data?.posted.length === 2;
    });

    await world.devnet.pass(WINDOW + 1);
    const challenge = (await disputesFromEvents(buyer.client, world.assurance, await jobFromEvents(buyer.client, jobId))).challenges[0]; // prettier-ignore
    assert.ok(challenge !== undefined);
    await eventually(async () => (await world.assurance.challengeOf(challenge.challenge)).turn === Turn.Lost);
    assert.ok((await world.assurance.owed(provider.owner.address)) >= challenge.bond);
    await world.devnet.pass(2 * WINDOW);
    await reaches(buyer, jobId, JobStatus.Settled);
    assert.equal(await collateralOf(provider), 0n);
    await provider.stop();
  });
});
