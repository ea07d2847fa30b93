/** Jobs at level audited as the buyer's client sees them, with the real contracts; provider and auditor are doubles. */
import assert from "node:assert/strict";
import {
  attestationCommitment,
  attestCall,
  auditFromEvents,
  claimAuditCall,
  createMemoryStore,
  decodeReceipt,
  encodeReceipt,
  enrolCall,
  GliaClient,
  isChecked,
  isDrawn,
  jobFromEvents,
  JobStatus,
  memoryJobStore,
  moveStakeCall,
  readAssuranceMenu,
  rejectCall,
  runResponder,
  sampleDigest,
  sampleItems,
  seedOf,
  sendCall,
  unpackTerms,
  verifyReceipt,
  walletSender,
} from "@glia/sdk";
import type { MarketClient, ProgressEvent } from "@glia/sdk";
import { canonicalise } from "@glia/sdk/exact";
import { keccak256, parseEther, zeroHash } from "viem";
import type { Address, Hex } from "viem";

import { mixedFile } from "./dispute-models.ts";
import { type DisputedJob, type DisputeWorld, flip, startDisputeWorld } from "./dispute-world.ts";

describe("an audited job, as its buyer sees it", function () {
  this.timeout(120_000);
  let world: DisputeWorld;
  let auditor: MarketClient;
  let account: Address;
  const stake = parseEther("5000");

  before(async () => {
    world = await startDisputeWorld();
    const key = world.devnet.account();
    auditor = world.devnet.clientOf(key);
    account = key.address;
    await world.devnet.register(key, key.address, "http://127.0.0.1:1");
    const { registry, market } = world.devnet.deployment;
    const module = await auditor.moduleOf(1);
    await sendCall(auditor, moveStakeCall(registry, market, module, stake));
    await sendCall(auditor, enrolCall(module, stake));
    // Stakes are told of seconds that have passed.
    await world.devnet.pass(2);
  });
  after(() => world.stop());

  function buyerOf(job: DisputedJob): GliaClient {
    return new GliaClient({
      client: world.buyer,
      content: job.store,
      jobs: memoryJobStore(),
      allowPrivate: true,
      interval: 20,
    });
  }

  /** Commits, waits for the seed, and attests what is right; gives the sample and its right roots. */
  async function audited(job: DisputedJob): Promise<{ sample: number[]; roots: Hex[]; salt: Hex }> {
    const { jobId, assurance, spec } = job;
    assert.deepEqual(await seedOf(auditor, assurance, jobId), { state: "waiting" });
    await job.commit();
    assert.deepEqual(await seedOf(auditor, assurance, jobId), { state: "waiting" });
    for (let block = 0; block < 4; block++) await world.devnet.pass(1);
    const found = await seedOf(auditor, assurance, jobId);
    assert.ok(found.state === "ready");
    const { seed, proof } = found;
    const { assignedAt } = await assurance.auditOf(jobId);
    const [own, total] = await Promise.all([
      assurance.auditingStakeAt(account, assignedAt),
      assurance.totalAuditingStakeAt(assignedAt),
    ]);
    assert.ok(isChecked(seed, jobId, spec.checkBps));
    assert.ok(isDrawn({ seed, jobId, auditor: account, stake: own, total, expected: assurance.parameters.expectedAuditors })); // prettier-ignore
    const sample = sampleItems({ seed, jobId, items: spec.items, sampleSize: spec.sampleSize });
    const truth = await (await job.truth()).outputRoots();
    const roots = sample.map((item) => truth[item] ?? assert.fail());
    const salt = keccak256(jobId);
    const attestation = attestationCommitment({ jobId, auditor: account, digest: sampleDigest(roots), salt });
    const { job: struct } = await jobFromEvents(auditor, jobId);
    await sendCall(auditor, attestCall(assurance.address, { id: jobId, job: struct, auditor: account, attestation, seedProof: proof })); // prettier-ignore
    const { auditDeadline } = await assurance.auditOf(jobId);
    await world.devnet.pass(auditDeadline - (await now()) + 1);
    return { sample, roots, salt };
  }

  const now = async (): Promise<number> => Number((await world.devnet.publicClient.getBlock()).timestamp);
  const always = { checkBps: 10_000 } as const;

  it("is shown what it buys before it pays", async () => {
    const { spec } = await world.hired(mixedFile(20), { terms: always });
    assert.deepEqual([spec.level, spec.determinism, spec.auditPot], [1, 1, 3_000n]);
    const [optimistic, row] = await readAssuranceMenu(world.buyer, spec);
    assert.equal(optimistic.chanceBatchCaught, 0);
    assert.deepEqual([row.available, row.chanceBatchCaught, row.extraCost.most], [true, 0.5, 3_000n]);
    assert.equal(row.providerLoses.ifRefuted, await world.buyer.requiredCollateral(spec));
  });

  it("is accepted once its auditors agree, and the receipt says that it was checked", async () => {
    const job = await world.hired(mixedFile(21), { terms: always });
    const { sample, roots, salt } = await audited(job);
    await job.reveal(sample);
    const events: ProgressEvent[] = [];
    let claimed: Promise<unknown> | undefined;
    const outcome = await buyerOf(job).resume(job.jobId, {
      onProgress: (event) => {
        events.push(event);
        if (event.step === "audited")
          claimed ??= sendCall(auditor, claimAuditCall(job.assurance.address, { id: job.jobId, auditor: account, roots, salt })); // prettier-ignore
      },
    });
    await claimed;
    assert.ok(events.some((event) => event.step === "audited" && event.attestations === 1 && event.opened === 0));
    assert.equal(outcome.view.status, JobStatus.Settled);
    assert.ok(outcome.view.committed !== undefined);
    const receipt = decodeReceipt(encodeReceipt(outcome.receipt));
    assert.deepEqual(receipt.assurance, { level: 1, drawn: true, attestations: 1 });
    const { publicClient } = world.devnet;
    const report = await verifyReceipt(receipt, { publicClient });
    assert.equal(report.checks.find(({ name }) => name === "assurance")?.result, "ok");
    for (const change of [{ drawn: false }, { attestations: 2 }]) {
      const forged = { ...receipt, assurance: { level: 1, drawn: true, attestations: 1, ...change } };
      const found = await verifyReceipt(forged, { publicClient });
      assert.equal(found.checks.find(({ name }) => name === "assurance")?.result, "failed");
    }
  });

  it("is not accepted while an auditor differs; the buyer finds the item, proves it wrong and has its money back", async () => {
    const file = mixedFile(22);
    const { model } = canonicalise(file);
    const lie = flip({ item: 1, tensor: model.outputs[0]?.tensor ?? 0, element: 3 });
    const before = await wealth();
    const job = await world.hired(file, { lie, terms: always });
    const { sample, roots, salt } = await audited(job);
    await job.reveal(sample);
    const client = buyerOf(job);
    const view = await auditFromEvents(auditor, await jobFromEvents(auditor, job.jobId));
    assert.deepEqual(view?.sampledRoots?.map((root, j) => root === roots[j]), sample.map((item) => item !== 1)); // prettier-ignore
    await sendCall(
      auditor,
      claimAuditCall(job.assurance.address, {
        id: job.jobId,
        auditor: account,
        roots,
        salt,
        revealedRoots: view?.sampledRoots ?? [],
      }),
    );
    await assert.rejects(client.resume(job.jobId), { code: "AUDIT_DIFFERS", kind: "verification" });

    const { rerun = [] } = await client.verify(job.jobId, { rerun: { count: 8 } });
    assert.deepEqual(rerun.map(({ item, same }) => [item, same]), [[0, true], [1, false], [2, true]]); // prettier-ignore
    const responder = runResponder(
      { client: world.operator, jobId: job.jobId, material: job.claims },
      walletSender(world.operator),
      { interval: 50 },
    );
    const { outcome } = await client.challenge(job.jobId, {
      item: 1,
      onMove: (move) => {
        if (move.do === "wait" && move.for === "time") void world.devnet.pass(40);
      },
    });
    await responder;
    assert.equal(outcome, "won");
    await assert.rejects(client.resume(job.jobId), { code: "JOB_REFUTED" });
    assert.ok((await wealth()) >= before - 3_000n);

    const receipt = decodeReceipt(encodeReceipt(await client.receipt(job.jobId)));
    assert.equal(receipt.settlement, undefined);
    assert.ok((receipt.refuted?.burned ?? 0n) > 0n);
    const { publicClient } = world.devnet;
    const report = await verifyReceipt(receipt, { publicClient });
    assert.ok(report.ok, JSON.stringify(report));
    const forged = { ...receipt, refuted: receipt.refuted && { ...receipt.refuted, burned: 1n } };
    assert.equal((await verifyReceipt(forged, { publicClient })).ok, false);
  });

  it("is reclaimed whole where its provider does not reveal, attested or not", async () => {
    for (const attested of [false, true]) {
      const before = await wealth();
      const job = await world.hired(mixedFile(23), { terms: always });
      if (attested) await audited(job);
      else await job.commit();
      const events: string[] = [];
      const resumed = buyerOf(job).resume(job.jobId, {
        onProgress: ({ step }) => {
          if (step === "committed" && !events.includes(step)) void world.devnet.pass(200);
          events.push(step);
        },
      });
      await assert.rejects(resumed, { code: attested ? "JOB_REFUTED" : "JOB_DEFAULTED" });
      assert.ok(events.includes("committed"));
      // The pot of an attested job is its auditor's.
      assert.equal(await wealth(), attested ? before - 3_000n : before);
    }
  });

  it("has its price and its audit pot back where its provider rejects it, or never commits", async () => {
    for (const code of ["JOB_REJECTED", "JOB_DEFAULTED"]) {
      const before = await wealth();
      const job = await world.hired(mixedFile(25), { terms: always });
      const { job: struct } = await jobFromEvents(world.operator, job.jobId);
      if (code === "JOB_REJECTED") {
        const { market } = world.devnet.deployment;
        await sendCall(world.operator, rejectCall(market, { id: job.jobId, job: struct }, zeroHash));
      } else await world.devnet.pass(unpackTerms(struct.terms).deadline - (await now()) + 1);
      const client = buyerOf(job);
      await assert.rejects(client.resume(job.jobId), { code });
      assert.equal(await wealth(), before);
      const { address } = world.buyer.requireWallet().account;
      const sent = await world.devnet.publicClient.getTransactionCount({ address });
      await assert.rejects(client.resume(job.jobId), { code });
      assert.equal(await world.devnet.publicClient.getTransactionCount({ address }), sent);
    }
  });

  it("watches an optimistic job's result for whoever has the inputs, and challenges what is wrong", async () => {
    const file = mixedFile(24);
    const { model } = canonicalise(file);
    const job = await world.revealed(file, {
      lie: flip({ item: 2, tensor: model.outputs[0]?.tensor ?? 0, element: 9 }),
    });
    const watching = new GliaClient({
      client: auditor,
      content: job.store,
      jobs: memoryJobStore(),
      allowPrivate: true,
      interval: 20,
    });
    const responder = runResponder(
      { client: world.operator, jobId: job.jobId, material: job.claims },
      walletSender(world.operator),
      { interval: 50 },
    );
    const watched = await watching.watch(job.jobId, {
      onMove: (move) => {
        if (move.do === "wait" && move.for === "time") void world.devnet.pass(40);
      },
    });
    await responder;
    assert.deepEqual(watched.wrong, { item: 2, outcome: "won" });
    assert.equal((await auditor.statusOf(job.jobId)).status, JobStatus.Refuted);
    const ended = new GliaClient({ client: auditor, content: createMemoryStore(), jobs: memoryJobStore() });
    assert.deepEqual(await ended.watch(job.jobId), {});
  });

  async function wealth(): Promise<bigint> {
    const { address } = world.buyer.requireWallet().account;
    const { token } = world.devnet;
    return (await world.buyer.walletBalance(address, token)) + (await world.buyer.vaultBalance(address, token));
  }
});
