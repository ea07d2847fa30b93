/** Commitments, seeds and reveals: who may, when to the second, and what becomes of the pot of a job that nobody audited. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { zeroHash } from "viem";
import { batchTree, isChecked, JobStatus, unpackTerms } from "../../../sdk/src/index.ts";
import { CHALLENGE_WINDOW, fold, labelled, POT, RIGHT, startAuditWorld } from "./audit-world.ts";
import type { AuditWorld, Hired } from "./audit-world.ts";

describe("Assurance: commitment and reveal", () => {
  let world: AuditWorld;
  let restore: () => Promise<void>;

  before(async function () {
    this.timeout(120_000);
    world = await startAuditWorld();
    restore = await world.chain.checkpoint();
  });
  afterEach(() => restore());
  after(() => world.chain.close());

  /** A committed job that the lots spare, and one that they do not. */
  async function committed(drawn: boolean): Promise<Hired> {
    for (;;) {
      const job = await world.commit(await world.hire({ checkBps: 5_000 }));
      if (isChecked(await world.seedOf(job), job.id, 5_000) === drawn) return job;
    }
  }

  it("is the provider's or its operator's, once, with a commitment, at level Audited", async () => {
    const hired = await world.hire();
    const { spec, job } = hired;
    const args = [spec, job, world.commitmentOf(hired)];
    await world.refuses(world.stranger, "commit", args, "NotProvider");
    await world.refuses(world.operator, "commit", [spec, job, zeroHash], "ZeroCommitment");
    const other = await world.hire();
    await world.refuses(world.operator, "commit", [other.spec, job, world.commitmentOf(hired)], "WrongJob");
    const easy = await world.hire({ level: 0, auditPot: 0n });
    await world.refuses(world.operator, "commit", [easy.spec, easy.job, world.commitmentOf(easy)], "WrongLevel");
    const next = await world.commit(hired);
    await world.refuses(world.operator, "commit", [spec, next.job, world.commitmentOf(hired)], "WrongStatus");
    await world.marketRefuses(world.operator, "reveal", [other.id, other.job, labelled("x"), zeroHash], "NotModule");
  });

  it("sets the deadlines that its event tells, up to the execution deadline", async () => {
    const hired = await world.hire();
    const { rejectDeadline, deadline } = unpackTerms(hired.job.terms);
    const args = [hired.spec, hired.job, world.commitmentOf(hired)];
    await world.refuses(world.operator, "commit", args, "DeadlinePassed", { at: deadline + 1 });
    const { seedWait, auditWindow, revealWindow } = world.parameters;
    const next = await world.commit(hired, RIGHT, { at: deadline });
    const audit = await world.auditOf(next);
    assert.equal(audit.assignedAt, rejectDeadline - hired.spec.rejectWindow);
    assert.equal(audit.auditDeadline, deadline + seedWait + auditWindow);
    assert.equal(unpackTerms(next.job.terms).deadline, deadline + seedWait + 2 * auditWindow + revealWindow);
    assert.equal(next.job.moduleData, world.commitmentOf(hired));
    assert.equal(audit.pot, POT);
  });

  it("waits for the seed, then takes only what was committed, from anybody", async () => {
    const job = await world.commit(await world.hire());
    const what = await world.revealOf(job);
    await world.refuses(world.stranger, "reveal", [job.id, job.job, what], "SeedNotReady");
    await world.seedOf(job);
    for (const change of ["resultRoot", "outputDigest", "salt"] as const) {
      const other = { ...what, [change]: labelled("another") };
      await world.refuses(world.stranger, "reveal", [job.id, job.job, other], "WrongOpening");
    }
    const other = await world.hire();
    const receipt = await world.act(world.operator, "commit", [other.spec, other.job, world.commitmentOf(job)]);
    await world.seedOf(other);
    await world.refuses(world.operator, "reveal", [other.id, fold(other.job, receipt), what], "WrongOpening");
    const uncommitted = await world.hire();
    await world.refuses(world.operator, "reveal", [uncommitted.id, uncommitted.job, what], "NotCommitted");
  });

  it("is at once for a job that the lots spare, whose pot goes back", async () => {
    const job = await committed(false);
    const [auditor] = world.auditors;
    await world.refuses(auditor, "attest", await world.attestArgs(job, auditor, RIGHT), "NotChecked");
    const { auditDeadline } = await world.auditOf(job);
    await world.refuses(world.stranger, "redraw", [job.id, "0x"], "CannotRedraw", { at: auditDeadline + 1 });
    const held = await world.balanceOf(world.buyer.address);
    const kept = await world.balanceOf(world.contracts.assurance);
    const next = await world.reveal(job);
    // All of it goes from the module to the buyer, who paid it, at the reveal, and to nobody else then or later.
    assert.equal((await world.balanceOf(world.buyer.address)) - held, POT);
    assert.equal(kept - (await world.balanceOf(world.contracts.assurance)), POT);
    assert.equal(next.job.moduleData, zeroHash);
    assert.deepEqual(await world.statusOf(next), [JobStatus.Revealed, 0]);
    await world.refuses(auditor, "attest", await world.attestArgs(next, auditor, RIGHT), "NotCommitted");
    const end = unpackTerms(next.job.terms).deadline;
    assert.equal(end, (await world.chain.now()) + CHALLENGE_WINDOW);
    await world.market(world.stranger, "settle", [next.id, next.job], { at: end + 1 });
    await world.refuses(world.stranger, "returnPot", [next.spec, next.job], "NoPot");
    assert.equal((await world.balanceOf(world.buyer.address)) - held, POT);
  });

  for (const redrawn of [false, true]) {
    it(`of a drawn job that nobody attested is after the second window, ${redrawn ? "" : "not "}redrawn, with a doubled challenge window`, async () => {
      const job = await committed(true);
      const { auditDeadline } = await world.auditOf(job);
      if (redrawn) await world.act(world.stranger, "redraw", [job.id, "0x"], { at: auditDeadline + 1 });
      const what = await world.revealOf(job);
      const last = auditDeadline + world.parameters.auditWindow;
      const args = [job.id, job.job, what];
      assert.deepEqual(await world.refuses(world.operator, "reveal", args, "AuditsOpen", { at: last }), [BigInt(last)]);
      const next = await world.reveal(job, RIGHT, { at: last + 1 });
      assert.equal(unpackTerms(next.job.terms).deadline, last + 1 + 2 * CHALLENGE_WINDOW);
      assert.equal(next.job.moduleData, zeroHash, "does not count as checked");
    });
  }

  it("is the provider's or its operator's at level Optimistic, without a commitment", async () => {
    const { id, job } = await world.hire({ level: 0, auditPot: 0n });
    const what = { resultRoot: batchTree(RIGHT.roots).root, outputDigest: zeroHash, salt: zeroHash };
    const args = [id, job, { ...what, sampledRoots: [], siblings: [], seedProof: "0x" }];
    await world.refuses(world.stranger, "reveal", args, "NotProvider");
    await world.act(world.provider, "reveal", args);
    await world.refuses(world.provider, "reveal", args, "WrongStatus");
  });

  it("gives no module to a model that is not exact, so that its job costs what it did", async () => {
    const { job } = await world.hire({ level: 0, auditPot: 0n, determinism: 0 });
    assert.equal(BigInt(job.module), 0n);
  });

  describe("gives back the pot", () => {
    it("of a rejected job, once", async () => {
      const { id, spec, job } = await world.hire();
      await world.refuses(world.stranger, "returnPot", [spec, job], "NoPot");
      await world.market(world.operator, "reject", [id, job, zeroHash]);
      const other = await world.hire();
      await world.market(world.operator, "reject", [other.id, other.job, zeroHash]);
      await world.refuses(world.stranger, "returnPot", [spec, other.job], "WrongJob");
      const held = await world.balanceOf(world.buyer.address);
      await world.act(world.stranger, "returnPot", [spec, job]);
      assert.equal((await world.balanceOf(world.buyer.address)) - held, POT);
      await world.refuses(world.stranger, "returnPot", [spec, job], "NoPot");
      await world.act(world.stranger, "returnPot", [other.spec, other.job]);
      await world.assertEmpty();
    });

    it("of a job that was defaulted before a commitment, and after one", async () => {
      const before = await world.hire();
      const late = await world.commit(await world.hire());
      for (const { id, spec, job } of [late, before]) {
        const at = Math.max(unpackTerms(job.terms).deadline, await world.chain.now()) + 1;
        await world.marketRefuses(world.stranger, "defaultJob", [id, job], "DeadlineNotReached", {
          at: unpackTerms(job.terms).deadline,
        });
        await world.market(world.stranger, "defaultJob", [id, job], { at });
        const held = await world.balanceOf(world.buyer.address);
        await world.act(world.stranger, "returnPot", [spec, job]);
        assert.equal((await world.balanceOf(world.buyer.address)) - held, POT);
        await world.refuses(world.stranger, "returnPot", [spec, job], "NoPot");
      }
      await world.assertEmpty();
    });

    it("of no job that another module holds", async () => {
      const other = await startOther();
      const { id, spec, job } = await world.hire();
      await world.market(world.operator, "reject", [id, job, zeroHash]);
      assert.notEqual(job.module, world.contracts.assurance);
      await world.refuses(world.stranger, "returnPot", [spec, job], "WrongJob");
      assert.equal(await world.balanceOf(other), POT);
    });
  });

  /** Registers an account as the module, which gets the pots from then on. */
  async function startOther() {
    const { address } = world.stranger;
    await world.market(world.deployer, "setModule", [1, address]);
    return address;
  }
});
