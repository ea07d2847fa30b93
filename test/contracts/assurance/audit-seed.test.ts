/** A seed that nobody captured while the chain still knew it: the job counts as checked and nobody is drawn. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { zeroHash } from "viem";
import { JobStatus, unpackTerms } from "../../../sdk/src/index.ts";
import { CHALLENGE_WINDOW, POT, RIGHT, startAuditWorld } from "./audit-world.ts";
import type { AuditWorld } from "./audit-world.ts";

const AUDIT_WINDOW = 600;

describe("Assurance: a lost seed", () => {
  let world: AuditWorld;

  before(async function () {
    this.timeout(120_000);
    world = await startAuditWorld({ auditWindow: AUDIT_WINDOW });
  });
  after(() => world.chain.close());

  it("draws nobody, is not drawn again, and lets the provider reveal after both windows", async () => {
    // The lots would spare nearly all such jobs.
    const job = await world.commit(await world.hire({ checkBps: 200 }));
    const [auditor] = world.auditors;
    const args = await world.attestArgs(job, auditor, RIGHT);
    await world.mine(300);
    await world.refuses(auditor, "attest", args, "NotDrawn");
    const { auditDeadline } = await world.auditOf(job);
    await world.refuses(auditor, "redraw", [job.id, "0x"], "CannotRedraw", { at: auditDeadline + 1 });
    const reveal = [job.id, job.job, await world.revealOf(job)];
    const last = auditDeadline + AUDIT_WINDOW;
    await world.refuses(world.operator, "reveal", reveal, "AuditsOpen", { at: last });
    const held = await world.balanceOf(world.buyer.address);
    const next = await world.reveal(job, RIGHT, { at: last + 1 });
    assert.equal((await world.balanceOf(world.buyer.address)) - held, POT);
    assert.equal(unpackTerms(next.job.terms).deadline, last + 1 + 2 * CHALLENGE_WINDOW);
    assert.equal(next.job.moduleData, zeroHash, "does not count as checked");
    assert.deepEqual(await world.statusOf(next), [JobStatus.Revealed, 0]);
    await world.assertEmpty();
  });
});
