/** Attestations to the second: given, drawn again, opened, forfeited; and a job that was attested and never revealed. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { zeroHash } from "viem";
import { JobStatus, unpackTerms } from "../../../sdk/src/index.ts";
import type { HDAccount } from "viem/accounts";
import { AUDITING_STAKE, BOND, COLLATERAL, labelled, POT, RIGHT, rootsOf, startAuditWorld } from "./audit-world.ts";
import type { AuditWorld, Hired, Word } from "./audit-world.ts";

const WRONG: Word = { roots: rootsOf("wrong"), salt: labelled("salt of a liar") };

describe("Assurance: audits", () => {
  let world: AuditWorld;
  let restore: () => Promise<void>;
  let first: HDAccount;
  let second: HDAccount;
  let third: HDAccount;

  before(async function () {
    this.timeout(120_000);
    world = await startAuditWorld();
    [first, second, third] = world.auditors;
    restore = await world.chain.checkpoint();
  });
  afterEach(() => restore());
  after(() => world.chain.close());

  const committed = async (): Promise<Hired> => world.commit(await world.hire());
  const enrolledOf = async (account: HDAccount): Promise<bigint> =>
    (await world.view<readonly bigint[]>("auditorOf", [account.address]))[0] ?? 0n;
  const words = (...accounts: readonly HDAccount[]): Word[] =>
    accounts.map(({ address }) => ({ roots: RIGHT.roots, salt: labelled(address) }));

  describe("attest", () => {
    it("is a drawn auditor's or its operator's, once", async () => {
      const job = await committed();
      const args = await world.attestArgs(job, first, RIGHT);
      await world.refuses(world.stranger, "attest", args, "NotAuditor");
      await world.refuses(first, "attest", [...args.slice(0, 3), zeroHash, "0x"], "ZeroCommitment");
      await world.registry(first, "update", [world.stranger.address, 0n, "https://p.example"]);
      await world.act(world.stranger, "attest", args);
      await world.refuses(first, "attest", args, "AttestedAlready");
      const { attestations, waiting } = await world.auditOf(job);
      assert.deepEqual([attestations, waiting], [1, 1]);
      assert.deepEqual(await world.statusOf(job), [JobStatus.Committed, 1], "held");
    });

    it("is not the provider's own", async () => {
      const { provider } = world;
      const { assurance, market } = world.contracts;
      await world.registry(provider, "moveStake", [market, assurance, 25n * AUDITING_STAKE]);
      await world.act(provider, "enrol", [25n * AUDITING_STAKE]);
      const job = await committed();
      assert.ok(await world.view("isDrawn", [job.id, provider.address, await world.seedOf(job)]));
      await world.refuses(provider, "attest", await world.attestArgs(job, provider, RIGHT), "OwnJob");
    });

    it("is of the job as it stands, while it is committed", async () => {
      const hired = await world.hire();
      const args = [hired.id, hired.job, first.address, labelled("word"), "0x"];
      await world.refuses(first, "attest", args, "NotCommitted");
      await world.commit(hired);
      await world.refuses(first, "attest", args, "WrongJob");
    });

    it("is up to the audit deadline", async () => {
      const job = await committed();
      const { auditDeadline } = await world.auditOf(job);
      const [mine, late] = [await world.attestArgs(job, first, RIGHT), await world.attestArgs(job, second, RIGHT)];
      await world.refuses(first, "attest", mine, "NotRedrawn", { at: auditDeadline + 1 });
      await world.act(first, "attest", mine, { at: auditDeadline });
      await world.refuses(second, "attest", late, "AuditsClosed", { at: auditDeadline + 1 });
    });

    it("captures the seed by the first, which is the others' too", async () => {
      const job = await committed();
      const early = [job.id, job.job, first.address, labelled("word"), "0x"];
      await world.refuses(first, "attest", early, "SeedNotReady");
      const seed = await world.seedOf(job);
      assert.equal((await world.auditOf(job)).seed, zeroHash);
      const receipts = [await world.attest(job, first, RIGHT), await world.attest(job, second, RIGHT)];
      const captured = receipts.map(({ events }) => events.filter(({ name }) => name === "SeedCaptured").length);
      assert.deepEqual(captured, [1, 0]);
      assert.equal((await world.auditOf(job)).seed, seed);
    });
  });

  describe("redraw", () => {
    it("is anybody's, once, in the second window if nobody came in the first", async () => {
      const job = await committed();
      await world.seedOf(job);
      const { auditDeadline } = await world.auditOf(job);
      const last = auditDeadline + world.parameters.auditWindow;
      const again = [job.id, "0x"];
      await world.refuses(world.stranger, "redraw", again, "AuditsOpen", { at: auditDeadline });
      await world.refuses(world.stranger, "redraw", again, "AuditsClosed", { at: last + 1 });
      await world.act(world.stranger, "redraw", again, { at: last - 1 });
      await world.refuses(world.stranger, "redraw", again, "CannotRedraw");
      const args = await world.attestArgs(job, first, RIGHT);
      await world.refuses(first, "attest", args, "AuditsClosed", { at: last + 1 });
      await world.act(first, "attest", args, { at: last });
      const what = await world.revealOf(job);
      await world.act(world.operator, "reveal", [job.id, job.job, what], { at: last + 1 });
    });

    it("is refused for a job that is not committed, and for one that is attested", async () => {
      const hired = await world.hire();
      await world.refuses(first, "redraw", [hired.id, "0x"], "NotCommitted");
      const job = await world.commit(hired);
      await world.attest(job, first, RIGHT);
      const { auditDeadline } = await world.auditOf(job);
      await world.refuses(first, "redraw", [job.id, "0x"], "CannotRedraw", { at: auditDeadline + 1 });
    });
  });

  describe("reveal of an attested job", () => {
    it("is after the audit deadline, up to the reveal deadline, with the sampled outputs", async () => {
      const job = await committed();
      await world.attest(job, first, RIGHT);
      const { auditDeadline } = await world.auditOf(job);
      const { deadline } = unpackTerms(job.job.terms);
      const what = await world.revealOf(job);
      const attempt = (change: object) => [job.id, job.job, { ...what, ...change }];
      await world.refuses(world.operator, "reveal", attempt({}), "AuditsOpen", { at: auditDeadline });
      const at = { at: deadline };
      const { sampledRoots, siblings } = what;
      const fewer = { sampledRoots: sampledRoots.slice(1) };
      await world.refuses(world.operator, "reveal", attempt(fewer), "WrongSampleCount", at);
      await world.refuses(world.operator, "reveal", attempt({ siblings: [] }), "WrongSampleCount", at);
      const swapped = { sampledRoots: [...sampledRoots].reverse() };
      await world.refuses(world.operator, "reveal", attempt(swapped), "WrongOpening", at);
      const shorter = { siblings: siblings.map((hashes) => hashes.slice(1)) };
      await world.refuses(world.operator, "reveal", attempt(shorter), "WrongOpening", at);
      await world.refuses(world.operator, "reveal", attempt({}), "DeadlinePassed", { at: deadline + 1 });
      const next = await world.reveal(job, RIGHT, at);
      assert.equal(BigInt(next.job.moduleData), 1n, "counts as checked");
      assert.deepEqual(await world.statusOf(next), [JobStatus.Revealed, 0], "the hold is over");
      assert.equal((await world.auditOf(next)).claimDeadline, deadline + world.parameters.claimWindow);
    });

    it("cannot be escaped by defaulting: the job falls whole, auditors share the pot", async () => {
      const lonely = await committed();
      const job = await committed();
      for (const auditor of [first, second, third]) await world.attest(job, auditor, WRONG);
      const { deadline } = unpackTerms(job.job.terms);
      const args = [job.id, job.job];
      await world.marketRefuses(world.operator, "defaultJob", args, "ChallengesOpen", { at: deadline + 1 });
      await world.refuses(world.stranger, "defaultAudited", [lonely.id, lonely.job], "NotAttested");
      await world.refuses(world.stranger, "defaultAudited", args, "RevealNotPassed", { at: deadline });
      const supply = await world.supply();
      await world.act(world.stranger, "defaultAudited", args, { at: deadline + 1 });
      assert.equal(supply - (await world.supply()), COLLATERAL, "all of it is burned");
      await world.refuses(world.stranger, "defaultAudited", args, "NotCommitted");
      await world.refuses(world.stranger, "forfeit", [job.id, first.address], "ClaimsOpen");
      for (const auditor of [first, second, third]) await world.close(job, auditor);
      const shares = await Promise.all([first, second, third].map(({ address }) => world.balanceOf(address)));
      assert.equal(
        shares.reduce((a, b) => a + b),
        POT,
      );
      assert.ok(
        shares.every((share) => share === POT / 3n || share === POT / 3n + 1n),
        shares.join(),
      );
      for (const auditor of [first, second, third]) assert.equal(await enrolledOf(auditor), AUDITING_STAKE);
    });
  });

  describe("claimAudit", () => {
    it("opens what was attested, up to the claim deadline", async () => {
      const job = await committed();
      const [mine, other] = words(first, second) as [Word, Word];
      await world.attest(job, first, mine);
      await world.attest(job, second, other);
      const args = await world.claimArgs(job, first, mine);
      await world.refuses(first, "claimAudit", args, "ClaimsClosed");
      const next = await world.reveal(job);
      const { claimDeadline } = await world.auditOf(next);
      const [, , roots, salt] = args as [unknown, unknown, readonly string[], string];
      const attempt = (...parts: readonly unknown[]) => [job.id, first.address, ...parts];
      await world.refuses(first, "claimAudit", attempt(roots.slice(1), salt, []), "WrongSampleCount");
      await world.refuses(first, "claimAudit", attempt(roots, other.salt, []), "WrongOpening");
      await world.refuses(first, "claimAudit", attempt([...roots].reverse(), salt, []), "WrongOpening");
      await world.refuses(first, "claimAudit", [job.id, third.address, roots, salt, []], "NoAttestation");
      await world.refuses(first, "claimAudit", args, "ClaimsClosed", { at: claimDeadline + 1 });
      await world.act(world.stranger, "claimAudit", args, { at: claimDeadline });
      await world.refuses(first, "claimAudit", args, "OpenedAlready");
      await world.refuses(first, "forfeit", [job.id, first.address], "OpenedAlready");
    });

    it("keeps at which items an attestation differs from what was revealed", async () => {
      const job = await committed();
      const own: Word = { ...WRONG, roots: RIGHT.roots.map((root, item) => (item % 2 === 1 ? labelled("x") : root)) };
      await world.attest(job, first, own);
      const next = await world.reveal(job);
      const args = [...(await world.claimArgs(next, first, own))];
      await world.refuses(first, "claimAudit", [...args.slice(0, 4), []], "WrongSampleCount");
      await world.refuses(first, "claimAudit", [...args.slice(0, 4), args[2]], "WrongOpening");
      await world.act(first, "claimAudit", args);
      const { differences, opened, excused } = await world.attestationOf(next, first);
      assert.deepEqual([differences, opened, excused], [0b1010n, true, false]);
      const counts = await Promise.all([0, 1, 2, 3].map((part) => world.view("differingAt", [job.id, part])));
      assert.deepEqual(counts, [0, 1, 0, 1]);
    });

    it("is impossible for whoever copied another's attestation, from this job or another", async () => {
      const earlier = await committed();
      const job = await committed();
      const mine = await world.attestArgs(job, first, RIGHT);
      await world.act(first, "attest", mine);
      await world.act(second, "attest", [job.id, job.job, second.address, mine[3], "0x"]);
      const old = await world.attestArgs(earlier, third, RIGHT);
      await world.act(third, "attest", [job.id, job.job, third.address, old[3], "0x"]);
      const next = await world.reveal(job);
      await world.claim(next, first, RIGHT);
      for (const copier of [second, third]) {
        await world.refuses(copier, "claimAudit", await world.claimArgs(next, copier, RIGHT), "WrongOpening");
      }
    });
  });

  it("forfeit: the bond of who stays silent is the provider's after the claim deadline, its share the payer's", async () => {
    const job = await committed();
    await world.attest(job, first, RIGHT);
    const next = await world.reveal(job);
    const { claimDeadline } = await world.auditOf(next);
    const args = [job.id, first.address];
    await world.refuses(world.stranger, "forfeit", args, "ClaimsOpen", { at: claimDeadline });
    await world.refuses(world.stranger, "closeAudit", args, "JobNotFinal");
    const held = await world.balanceOf(world.buyer.address);
    await world.act(world.stranger, "forfeit", args, { at: claimDeadline + 1 });
    await world.refuses(world.stranger, "forfeit", args, "NoAttestation");
    assert.equal((await world.balanceOf(world.buyer.address)) - held, POT);
    const { assurance } = world.contracts;
    assert.deepEqual(await world.positionOf(world.provider.address, assurance), [BOND, 0n]);
    assert.equal(await enrolledOf(first), AUDITING_STAKE - BOND);
    await world.registry(world.provider, "unstake", [assurance, BOND, world.provider.address]);
    await world.market(world.buyer, "accept", [next.id, next.job]);
    await world.refuses(world.stranger, "closeAudit", args, "NoAttestation");
    await world.assertEmpty();
  });
});
