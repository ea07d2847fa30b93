/**
 * Nodes are killed with SIGKILL at the named points of commitments, audits and disputes, several times in one job. They come back, do what is
 * left to do and nothing twice, and nobody honest loses anything.
 */
import assert from "node:assert/strict";

import type { JobPoint } from "@glia/provider";
import { AssuranceLevel, challengeCall, disputesFromEvents, jobFromEvents, JobStatus, sendCall, Turn } from "@glia/sdk";
import type { Hex } from "viem";

import { AUDIT_POT, type AuditWorld, auditedJob, hireOnly, reaches, startAuditWorld, WINDOW } from "./audit-world.ts";
import { callsOf, eventually } from "./node-observe.ts";
import type { TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

describe("a node killed in an audited job", function () {
  this.timeout(600_000);
  let world: AuditWorld;
  let provider: TestNode;
  let auditor: TestNode;
  let buyer: Buyer;
  let jobs = 300;

  before(async () => {
    world = await startAuditWorld();
    provider = await world.addNode();
    auditor = await world.addAuditor();
    buyer = await makeBuyer(world.devnet, 10_000_000n);
  });
  after(() => world.stop());
  afterEach(() => Promise.all([provider.stop(), auditor.stop()]));

  /** Starts a node that is killed at the first point, comes back and is killed at the next; `back` resolves when it has come back for good. */
  async function startDoomed(node: TestNode, points: readonly JobPoint[]): Promise<{ readonly back: Promise<void> }> {
    await node.start(points[0]);
    const comeBack = async (): Promise<void> => {
      for (const next of [...points.slice(1), undefined]) {
        assert.equal(await node.ended(), "SIGKILL");
        await node.start(next);
      }
    };
    const back = comeBack();
    back.catch(() => undefined);
    return { back };
  }

  async function hire(terms = {}): Promise<Hex> {
    jobs += 1;
    return hireOnly(buyer, await auditedJob(world.devnet.token, jobs, terms));
  }

  const head = (): Promise<bigint> => world.devnet.publicClient.getBlockNumber({ cacheTime: 0 });
  const stakeOf = async (node: TestNode): Promise<bigint[]> => {
    const [{ free, locked }, { enrolled, bonded }] = await Promise.all([
      buyer.client.position(node.owner.address),
      world.assurance.auditorOf(node.owner.address),
    ]);
    return [free, locked, enrolled, bonded];
  };

  /** Lets a checked job go by from its hire to its auditor's pay. */
  async function playOut(): Promise<void> {
    const jobId = await hire();
    const { auditOf, attestationOf, auditorOf } = world.assurance;
    await reaches(buyer, jobId, JobStatus.Committed);
    await world.drawLot();
    await eventually(async () => (await auditOf(jobId)).attestations === 1);
    await world.endAudit();
    await reaches(buyer, jobId, JobStatus.Revealed);
    await eventually(async () => (await attestationOf(jobId, auditor.owner.address)).opened);
    assert.equal((await attestationOf(jobId, auditor.owner.address)).differences, 0n);
    await world.devnet.pass(4 * WINDOW + 1);
    await reaches(buyer, jobId, JobStatus.Settled);
    await eventually(async () => (await auditorOf(auditor.owner.address)).bonded === 0n);
  }

  const LIVES: readonly { readonly ofProvider: readonly JobPoint[]; readonly ofAuditor: readonly JobPoint[] }[] = [
    {
      ofProvider: ["commit-signed", "reveal-mined"],
      ofAuditor: ["drawn", "attest-signed", "claim-signed", "audit-closed"],
    },
    { ofProvider: ["commit-sent", "reveal-sent"], ofAuditor: ["attest-sent", "claim-sent", "close-sent"] },
    { ofProvider: ["committed", "reveal-signed"], ofAuditor: ["roots-recorded", "attested", "close-signed"] },
  ];
  for (const { ofProvider, ofAuditor } of LIVES) {
    it(`at ${[...ofProvider, ...ofAuditor].join(", ")}, makes each move once, and provider and auditor are paid`, async () => {
      const from = (await head()) + 1n;
      const before = await Promise.all([stakeOf(provider), stakeOf(auditor)]);
      const earned = await buyer.client.vaultBalance(auditor.owner.address, world.devnet.token);
      const doomed = await Promise.all([startDoomed(provider, ofProvider), startDoomed(auditor, ofAuditor)]);
      await Promise.all([playOut(), ...doomed.map(({ back }) => back)]);
      assert.deepEqual(await callsOf(world.devnet, provider, from), ["commit", "reveal", "settleMany"]);
      assert.deepEqual(await callsOf(world.devnet, auditor, from), ["attest", "claimAudit", "closeAudit"]);
      assert.deepEqual(await Promise.all([stakeOf(provider), stakeOf(auditor)]), before);
      assert.equal(await buyer.client.vaultBalance(auditor.owner.address, world.devnet.token), earned + AUDIT_POT);
    });
  }

  it("at redraw-signed, the provider of a job that nobody attests draws once more, and is paid", async () => {
    const from = (await head()) + 1n;
    const before = await stakeOf(provider);
    const { back } = await startDoomed(provider, ["redraw-signed"]);
    const jobId = await hire();
    await reaches(buyer, jobId, JobStatus.Committed);
    await world.drawLot();
    await world.endAudit();
    await back;
    await eventually(async () => (await world.assurance.auditOf(jobId)).redrawn);
    await world.devnet.pass(WINDOW + 1);
    await reaches(buyer, jobId, JobStatus.Revealed);
    await world.devnet.pass(8 * WINDOW + 1);
    await reaches(buyer, jobId, JobStatus.Settled);
    assert.deepEqual(await callsOf(world.devnet, provider, from), ["commit", "redraw", "reveal", "settleMany"]);
    assert.deepEqual(await stakeOf(provider), before);
  });

  it("at answer-signed, and at answer-sent with its next answer, a provider that is challenged falsely makes each answer once", async () => {
    const from = (await head()) + 1n;
    const before = await stakeOf(provider);
    const { back } = await startDoomed(provider, ["answer-signed", "answer-sent"]);
    const terms = { level: AssuranceLevel.Optimistic, auditPot: 0n, challengeWindow: 3 * WINDOW };
    const jobId = await hire(terms);
    await reaches(buyer, jobId, JobStatus.Revealed);
    const view = await jobFromEvents(buyer.client, jobId);
    const bond = await world.assurance.bondNow();
    const call = challengeCall(world.assurance.disputes, { ...view, item: 1 }, 2n * bond);
    await sendCall(buyer.client, call);
    await eventually(async () => (await world.assurance.claimOf(jobId, 1)).nodes > 0);
    const { challenges } = await disputesFromEvents(buyer.client, world.assurance, await jobFromEvents(buyer.client, jobId)); // prettier-ignore
    const challenge = challenges[0]?.challenge ?? assert.fail();
    await world.devnet.pass(WINDOW + 1);
    await eventually(async () => (await world.assurance.challengeOf(challenge)).turn === Turn.Lost);
    await back;
    await world.devnet.pass(3 * WINDOW);
    await reaches(buyer, jobId, JobStatus.Settled);
    assert.deepEqual(await callsOf(world.devnet, provider, from), ["reveal", "respond", "dismiss", "settleMany"]);
    assert.deepEqual(await stakeOf(provider), before);
  });

  it("at challenge-signed, and at challenge-sent with its next move, an auditor who found a lie proves it", async () => {
    const liar = await world.addNode();
    const from = (await head()) + 1n;
    const before = await stakeOf(auditor);
    const { back } = await startDoomed(auditor, ["challenge-signed", "challenge-sent"]);
    await liar.start(undefined, { GLIA_TEST_LIE: "1" });
    const jobId = await hire();
    await reaches(buyer, jobId, JobStatus.Committed);
    await world.drawLot();
    await eventually(async () => (await world.assurance.auditOf(jobId)).attestations === 1);
    await world.endAudit();
    await back;
    await reaches(buyer, jobId, JobStatus.Refuted);
    await eventually(async () => (await world.assurance.attestationOf(jobId, auditor.owner.address)).opened);
    await world.devnet.pass(2 * WINDOW);
    await eventually(async () => (await world.assurance.auditorOf(auditor.owner.address)).bonded === 0n);
    assert.deepEqual(await stakeOf(auditor), before);
    const calls = await callsOf(world.devnet, auditor, from);
    assert.ok(!calls.some((name) => name.endsWith("(reverted)")), calls.join());
    for (const once of ["attest", "challenge", "prove", "refute", "claimAudit", "closeAudit"])
      assert.equal(calls.filter((name) => name === once).length, 1, `${once} in ${calls.join()}`);
    await liar.stop();
  });
});
