import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { advanceAudit, AUDIT_STATES, type AuditEvent, type AuditState, isAuditFinished } from "./audit-state.ts";

const LIFE: [AuditEvent, AuditState][] = [
  ["committed-on-chain", "waiting"],
  ["drawn", "drawn"],
  ["roots-recorded", "computed"],
  ["attest-signed", "attesting"],
  ["attested-on-chain", "attested"],
  ["revealed-on-chain", "revealed"],
  ["claim-signed", "claiming"],
  ["opened-on-chain", "claimed"],
  ["close-signed", "closing"],
  ["closed-on-chain", "closed"],
];
const OWN: AuditEvent[] = ["drawn", "roots-recorded", "attest-signed", "claim-signed", "close-signed"];

describe("audit states", () => {
  it("lead from the commitment to the pay", () => {
    let state: AuditState = "seen";
    for (const [event, expected] of LIFE) {
      state = advanceAudit(state, event);
      assert.equal(state, expected);
    }
    assert.ok(isAuditFinished(state));
  });

  it("never attest without recorded roots, and never open before the reveal", () => {
    for (const state of AUDIT_STATES) {
      if (state !== "computed")
        assert.throws(() => advanceAudit(state, "attest-signed"), { code: "AUDIT_STEP_NOT_ALLOWED" });
      if (state !== "revealed")
        assert.throws(() => advanceAudit(state, "claim-signed"), { code: "AUDIT_STEP_NOT_ALLOWED" });
    }
  });

  it("take no step of their own once finished", () => {
    for (const state of AUDIT_STATES.filter(isAuditFinished))
      for (const event of OWN) assert.throws(() => advanceAudit(state, event), { code: "AUDIT_STEP_NOT_ALLOWED" });
  });

  it("look at the lot again after a second draw, unless they are bound already", () => {
    assert.equal(advanceAudit("undrawn", "redrawn-on-chain"), "waiting");
    for (const state of ["drawn", "computed", "attesting", "attested"] as const)
      assert.equal(advanceAudit(state, "redrawn-on-chain"), state);
  });

  it("are over at the reveal for those who did not attest", () => {
    for (const state of ["waiting", "undrawn", "drawn", "computed"] as const)
      assert.equal(advanceAudit(state, "revealed-on-chain"), "passed");
  });

  it("see to the bond of what was attested, however the job ends", () => {
    assert.equal(advanceAudit("attested", "job-ended"), "claimed");
    assert.equal(advanceAudit("claimed", "job-ended"), "claimed");
    assert.equal(advanceAudit("drawn", "job-ended"), "passed");
    for (const state of ["attesting", "claiming", "closing"] as const)
      assert.throws(() => advanceAudit(state, "given-up"), { code: "AUDIT_STEP_NOT_ALLOWED" });
  });

  it("fall back when a transaction failed", () => {
    assert.equal(advanceAudit("attesting", "attest-failed"), "computed");
    assert.equal(advanceAudit("claiming", "claim-failed"), "revealed");
    assert.equal(advanceAudit("closing", "close-failed"), "claimed");
  });
});
