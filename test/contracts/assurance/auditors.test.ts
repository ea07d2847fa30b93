/** Auditing stake: enrolled, bonded, leaving, left; and what the draw sees of it. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { Abi } from "viem";
import type { HDAccount } from "viem/accounts";
import { providerRegistryAbi } from "../../../contracts/index.ts";
import { AUDITING_STAKE, BOND, RIGHT, startAuditWorld } from "./audit-world.ts";
import type { AuditWorld } from "./audit-world.ts";

describe("Assurance: auditors", () => {
  let world: AuditWorld;
  let restore: () => Promise<void>;
  let auditor: HDAccount;

  before(async function () {
    this.timeout(120_000);
    world = await startAuditWorld();
    [auditor] = world.auditors;
    restore = await world.chain.checkpoint();
  });
  afterEach(() => restore());
  after(() => world.chain.close());

  const stateOf = (account: HDAccount) =>
    world.view<readonly [bigint, bigint, bigint, number]>("auditorOf", [account.address]);
  const stakeAt = (account: HDAccount, time: number) => world.view<bigint>("auditingStakeAt", [account.address, time]);
  const totalAt = (time: number) => world.view<bigint>("totalAuditingStakeAt", [time]);
  const position = (account: HDAccount) => world.positionOf(account.address, world.contracts.assurance);

  it("enrol what they put at the module, and count from then on", async () => {
    const { stranger } = world;
    await world.refuses(stranger, "enrol", [1n], "NotRegistered");
    await world.register(stranger, stranger.address, world.contracts.assurance, AUDITING_STAKE);
    await world.refuses(stranger, "enrol", [AUDITING_STAKE + 1n], "InsufficientFreeStake");
    const { time } = await world.act(stranger, "enrol", [AUDITING_STAKE / 2n]);
    assert.deepEqual(await position(stranger), [AUDITING_STAKE / 2n, AUDITING_STAKE / 2n]);
    assert.equal(await stakeAt(stranger, time - 1), 0n);
    assert.equal(await stakeAt(stranger, time), AUDITING_STAKE / 2n);
    assert.equal(await totalAt(time - 1), 3n * AUDITING_STAKE);
    assert.equal(await totalAt(time), (7n * AUDITING_STAKE) / 2n);
  });

  it("leave the draw at once, and the lock when the delay is over", async () => {
    const { time } = await world.act(auditor, "startLeaving", [AUDITING_STAKE]);
    assert.equal(await stakeAt(auditor, time), 0n);
    assert.equal(await totalAt(time), 2n * AUDITING_STAKE);
    const freeAt = time + world.parameters.leaveDelay;
    assert.deepEqual(await stateOf(auditor), [0n, 0n, AUDITING_STAKE, freeAt]);
    assert.deepEqual(await position(auditor), [0n, AUDITING_STAKE], "leaving stake is locked");
    await world.refuses(auditor, "finishLeaving", [], "LeaveNotPassed", { at: freeAt - 1 });
    await world.act(auditor, "finishLeaving", [], { at: freeAt });
    assert.deepEqual(await position(auditor), [AUDITING_STAKE, 0n]);
    await world.refuses(auditor, "finishLeaving", [], "NothingToLeave");
    await world.refuses(auditor, "startLeaving", [1n], "InsufficientAuditingStake");
    await world.refuses(auditor, "startLeaving", [0n], "NothingToLeave");
    await world.registry(auditor, "deregister", []);
    const args = [world.contracts.assurance, AUDITING_STAKE, auditor.address];
    await world.registry(auditor, "unstake", args);
    assert.equal(await world.gliaOf(auditor.address), AUDITING_STAKE);
  });

  it("leave in steps, of which each begins the delay of all anew", async () => {
    const half = AUDITING_STAKE / 2n;
    const { time } = await world.act(auditor, "startLeaving", [half]);
    const last = time + world.parameters.leaveDelay - 1;
    await world.act(auditor, "startLeaving", [half], { at: last });
    await world.refuses(auditor, "finishLeaving", [], "LeaveNotPassed", { at: last + 1 });
    await world.act(auditor, "finishLeaving", [], { at: last + world.parameters.leaveDelay });
    assert.deepEqual(await position(auditor), [AUDITING_STAKE, 0n]);
  });

  it("leave also when they are not registered any more, with what is not bonded", async () => {
    const job = await world.commit(await world.hire());
    await world.attest(job, auditor, RIGHT);
    await world.registry(auditor, "deregister", []);
    await world.refuses(auditor, "startLeaving", [AUDITING_STAKE], "InsufficientAuditingStake");
    const { time } = await world.act(auditor, "startLeaving", [AUDITING_STAKE - BOND]);
    await world.act(auditor, "finishLeaving", [], { at: time + world.parameters.leaveDelay });
    assert.deepEqual(await stateOf(auditor), [BOND, BOND, 0n, 0]);
    assert.deepEqual(await position(auditor), [AUDITING_STAKE - BOND, BOND]);
  });

  it("cannot take enrolled stake past the module", async () => {
    const { registry, assurance } = world.contracts;
    const call = { from: auditor, to: registry, abi: providerRegistryAbi as Abi };
    const unstake = { ...call, name: "unstake", args: [assurance, 1n, auditor.address] };
    await world.chain.refuses(unstake, "InsufficientFreeStake");
    const move = { ...call, name: "moveStake", args: [assurance, world.contracts.market, 1n] };
    await world.chain.refuses(move, "InsufficientFreeStake");
  });

  it("are drawn by what they had when the job was assigned", async () => {
    const { stranger } = world;
    await world.register(stranger, stranger.address, world.contracts.assurance, 100n * AUDITING_STAKE);
    const hired = await world.hire();
    await world.act(stranger, "enrol", [100n * AUDITING_STAKE]);
    const job = await world.commit(hired);
    await world.refuses(stranger, "attest", await world.attestArgs(job, stranger, RIGHT), "NotDrawn");
    // Who left in between was drawn, and can no longer put down a bond.
    await world.act(auditor, "startLeaving", [AUDITING_STAKE - BOND + 1n]);
    const args = await world.attestArgs(job, auditor, RIGHT);
    assert.ok(await world.view<boolean>("isDrawn", [job.id, auditor.address, await world.seedOf(job)]));
    await world.refuses(auditor, "attest", args, "InsufficientAuditingStake");
  });

  it("bond each attestation, as many as their stake covers", async () => {
    const bonds = AUDITING_STAKE / BOND;
    for (let i = 0n; i < bonds; i += 1n) await world.attest(await world.commit(await world.hire()), auditor, RIGHT);
    assert.deepEqual(await stateOf(auditor), [AUDITING_STAKE, AUDITING_STAKE, 0n, 0]);
    const one = await world.commit(await world.hire());
    const args = await world.attestArgs(one, auditor, RIGHT);
    await world.refuses(auditor, "attest", args, "InsufficientAuditingStake");
    await world.refuses(auditor, "startLeaving", [1n], "InsufficientAuditingStake");
  });
});
