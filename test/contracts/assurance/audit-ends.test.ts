/** Who gets what, by how an audited job ends: bonds, shares of the pot, reward; and nothing is left with the module. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { HDAccount } from "viem/accounts";
import { JobStatus, unpackTerms } from "../../../sdk/src/index.ts";
import { AUDITING_STAKE, BOND, COLLATERAL, fold, ITEMS, labelled, POT, RIGHT, startAuditWorld } from "./audit-world.ts";
import type { AuditWorld, Hired, Word } from "./audit-world.ts";

const FORGED = 1;
/** What a cheat reveals. */
const LIE: Word = {
  roots: RIGHT.roots.map((root, item) => (item === FORGED ? labelled("forged") : root)),
  salt: labelled("salt of a cheat"),
};
/** Half of the collateral, rounded down, is what need not be burned. */
const REWARD = COLLATERAL / 2n;

describe("Assurance: how audits end", () => {
  let world: AuditWorld;
  let restore: () => Promise<void>;
  let first: HDAccount;
  let second: HDAccount;
  let third: HDAccount;
  let supply: bigint;

  before(async function () {
    this.timeout(120_000);
    // Moves that are shorter than claims, so that a job may fall while attestations are opened.
    world = await startAuditWorld({ moveWindow: 4, claimWindow: 24 });
    [first, second, third] = world.auditors;
    supply = await world.supply();
    restore = await world.chain.checkpoint();
  });
  afterEach(() => restore());
  after(() => world.chain.close());

  /** A revealed job that these auditors attested so. */
  async function revealed(word: Word, attested: readonly (readonly [HDAccount, Word])[], change = {}): Promise<Hired> {
    const job = await world.commit(await world.hire(change), word);
    for (const [auditor, theirs] of attested) await world.attest(job, auditor, theirs);
    return world.reveal(job, word);
  }

  /** Enrolled stake that is lost, and token units gained. */
  async function outcome(auditor: HDAccount): Promise<readonly [bigint, bigint]> {
    const [enrolled = 0n, bonded] = await world.view<readonly bigint[]>("auditorOf", [auditor.address]);
    assert.equal(bonded, 0n, "no bond is left");
    return [AUDITING_STAKE - enrolled, await world.balanceOf(auditor.address)];
  }

  const gains = async (account: HDAccount, act: () => Promise<unknown>): Promise<bigint> => {
    const held = await world.balanceOf(account.address);
    await act();
    return (await world.balanceOf(account.address)) - held;
  };

  async function settle(job: Hired): Promise<void> {
    const at = unpackTerms(job.job.terms).deadline + 1;
    await world.market(world.stranger, "settle", [job.id, job.job], { at });
  }

  it("settled: who agreed gets bond and share, who differed or stayed silent loses the bond to the provider", async () => {
    const job = await revealed(RIGHT, [
      [first, RIGHT],
      [second, LIE],
      [third, RIGHT],
    ]);
    await world.claim(job, first, RIGHT);
    await world.claim(job, second, LIE);
    await world.refuses(first, "closeAudit", [job.id, first.address], "JobNotFinal");
    await settle(job);
    await world.refuses(third, "closeAudit", [job.id, third.address], "NotOpened");
    const rest = await gains(world.buyer, async () => {
      await world.close(job, first);
      await world.close(job, second);
      await world.act(world.stranger, "forfeit", [job.id, third.address]);
    });
    await world.refuses(first, "closeAudit", [job.id, first.address], "NoAttestation");
    const share = POT / 3n;
    assert.deepEqual(await outcome(first), [0n, share]);
    assert.deepEqual(await outcome(second), [BOND, 0n]);
    assert.deepEqual(await outcome(third), [BOND, 0n]);
    assert.equal(rest, POT - share);
    const { assurance } = world.contracts;
    assert.deepEqual(await world.positionOf(world.provider.address, assurance), [2n * BOND, 0n]);
    assert.equal(await world.supply(), supply, "nothing is burned");
    await world.assertEmpty();
  });

  it("accepted at once by a buyer in league: who could not dispute the lie any more keeps its bond", async () => {
    const job = await revealed(LIE, [
      [first, RIGHT],
      [second, RIGHT],
    ]);
    await world.claim(job, first, RIGHT, LIE);
    await world.market(world.buyer, "accept", [job.id, job.job]);
    await world.claim(job, second, RIGHT, LIE);
    assert.equal((await world.attestationOf(job, second)).excused, true);
    const rest = await gains(world.buyer, async () => {
      await world.close(job, first);
      await world.close(job, second);
    });
    assert.deepEqual(await outcome(first), [BOND, 0n], "opened its word before it challenged");
    assert.deepEqual(await outcome(second), [0n, 0n]);
    assert.equal(rest, POT, "a difference that nobody proved is not paid");
    await world.assertEmpty();
  });

  it("refuted at a sampled item: who differed there share the reward when all claims are in", async () => {
    const job = await revealed(LIE, [
      [first, RIGHT],
      [second, RIGHT],
      [third, LIE],
    ]);
    await world.claim(job, first, RIGHT, LIE);
    await world.claim(job, third, LIE, LIE);
    await world.refuteBySilence(job, FORGED, world.stranger);
    const { claimDeadline } = await world.auditOf(job);
    const close = [job.id, first.address];
    assert.deepEqual(await world.refuses(first, "closeAudit", close, "ClaimsOpen"), [BigInt(claimDeadline)]);
    await world.refuses(world.stranger, "claimReward", [job.id], "ClaimsOpen", { at: claimDeadline - 1 });
    await world.claim(job, second, RIGHT, LIE, { at: claimDeadline });
    await world.refuses(world.stranger, "claimReward", [job.id], "NoReward");
    const { assurance, market } = world.contracts;
    assert.deepEqual(await world.positionOf(assurance, market), [REWARD, 0n]);
    for (const auditor of [first, second, third]) await world.close(job, auditor);
    const rewards = [await world.gliaOf(first.address), await world.gliaOf(second.address)];
    assert.equal(await world.gliaOf(third.address), 0n);
    assert.equal(rewards[0], REWARD / 2n);
    assert.equal(rewards[1], REWARD - REWARD / 2n);
    await world.refuses(world.stranger, "claimReward", [job.id], "NoReward");
    assert.equal(supply - (await world.supply()), COLLATERAL - REWARD, "at least half is burned");
    for (const auditor of [first, second]) assert.equal((await outcome(auditor))[0], 0n);
    const last = POT - POT / 3n - (POT - POT / 3n) / 2n;
    assert.deepEqual(await outcome(third), [0n, last], "silence of the provider proves nothing against it");
    await world.assertEmpty();
  });

  it("refuted at a sampled item where nobody differed: the reward is the challenger's", async () => {
    const job = await revealed(LIE, [
      [first, LIE],
      [second, RIGHT],
    ]);
    await world.claim(job, first, LIE, LIE);
    await world.claim(job, second, RIGHT, LIE);
    await world.refuteBySilence(job, FORGED + 1, world.stranger);
    const { claimDeadline } = await world.auditOf(job);
    await world.refuses(first, "claimReward", [job.id], "ClaimsOpen", { at: claimDeadline });
    await world.act(first, "claimReward", [job.id], { at: claimDeadline + 1 });
    await world.refuses(first, "claimReward", [job.id], "NoReward");
    assert.equal(await world.gliaOf(world.stranger.address), REWARD);
    for (const auditor of [first, second]) await world.close(job, auditor);
    assert.deepEqual(await outcome(first), [0n, POT / 2n]);
    assert.deepEqual(await outcome(second), [0n, POT - POT / 2n]);
    await world.assertEmpty();
  });

  it("refuted elsewhere: bonds and shares, whatever was attested; the reward is the challenger's", async () => {
    const oneItem = { sampleSize: 1 };
    const job = await world.commit(await world.hire(oneItem), LIE);
    await world.attest(job, first, RIGHT);
    await world.attest(job, second, { ...LIE, roots: LIE.roots.map(() => labelled("made up")) });
    const [sampled = 0] = world.sampleOf(job, (await world.auditOf(job)).seed);
    const next = await world.reveal(job, LIE);
    await world.claim(next, first, RIGHT, LIE);
    await world.claim(next, second, { ...LIE, roots: LIE.roots.map(() => labelled("made up")) }, LIE);
    await world.refuteBySilence(next, (sampled + 1) % ITEMS, world.stranger);
    const { claimDeadline } = await world.auditOf(next);
    await world.act(first, "claimReward", [next.id], { at: claimDeadline + 1 });
    assert.equal(await world.gliaOf(world.stranger.address), REWARD);
    for (const auditor of [first, second]) await world.close(next, auditor);
    assert.deepEqual(await outcome(first), [0n, POT / 2n]);
    assert.deepEqual(await outcome(second), [0n, POT - POT / 2n]);
    await world.assertEmpty();
  });

  it("refuted without an audit: the challenger's, when no earlier challenge can win any more", async () => {
    const hired = await world.hire({ level: 0, auditPot: 0n });
    const what = await world.revealOf(hired);
    const receipt = await world.act(world.operator, "reveal", [hired.id, hired.job, what]);
    const next = { ...hired, job: fold(hired.job, receipt) };
    const tieDeadline = await world.refuteBySilence(next, 0, world.stranger);
    await world.refuses(first, "claimReward", [next.id], "ClaimsOpen", { at: tieDeadline });
    await world.act(first, "claimReward", [next.id], { at: tieDeadline + 1 });
    assert.equal(await world.gliaOf(world.stranger.address), REWARD);
    await world.assertEmpty();
  });

  it("not delivered: all of the collateral is burned, bonds and shares go to the auditors", async () => {
    const job = await revealed(RIGHT, [[first, RIGHT]]);
    await world.claim(job, first, RIGHT);
    const asked = await world.dispute(world.buyer, "requestData", [job.spec, job.job, [0]], { value: 10n ** 18n });
    const deadline = Number(asked.events.find(({ name }) => name === "DataRequested")?.args["deadline"]);
    const at = Math.max(deadline, (await world.auditOf(job)).claimDeadline) + 1;
    await world.dispute(world.stranger, "claimDataDefault", [job.id, job.job], { at });
    assert.deepEqual(await world.statusOf(job), [JobStatus.Refuted, 0]);
    assert.equal(supply - (await world.supply()), COLLATERAL);
    await world.refuses(first, "claimReward", [job.id], "NoReward");
    await world.close(job, first);
    assert.deepEqual(await outcome(first), [0n, POT]);
    await world.assertEmpty();
  });

  it("only the disputes open and close challenges, and take jobs down", async () => {
    const job = await revealed(RIGHT, [[first, RIGHT]]);
    for (const name of ["openChallenge", "closeChallenge", "refute"]) {
      await world.refuses(world.provider, name, [job.id, job.job], "NotDisputes");
    }
  });
});
