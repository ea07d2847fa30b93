import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { advance, isFinished, JOB_STATES, type JobEvent, type JobState } from "./job-state.ts";

const LIFE: [JobEvent, JobState][] = [
  ["content-ready", "fetched"],
  ["result-recorded", "computed"],
  ["reveal-signed", "revealing"],
  ["revealed-on-chain", "revealed"],
  ["settle-signed", "settling"],
  ["settled-on-chain", "settled"],
];

describe("job states", () => {
  it("lead from assignment to settlement", () => {
    let state: JobState = "assigned";
    for (const [event, expected] of LIFE) {
      state = advance(state, event);
      assert.equal(state, expected);
    }
    assert.ok(isFinished(state));
  });

  it("never sign a reveal without a recorded result", () => {
    for (const state of JOB_STATES.filter((candidate) => candidate !== "computed")) {
      assert.throws(() => advance(state, "reveal-signed"), { code: "JOB_STEP_NOT_ALLOWED" }, state);
    }
  });

  it("never reject what was computed or revealed", () => {
    for (const state of ["computed", "revealing", "revealed", "settling", "settled"] as const) {
      assert.throws(() => advance(state, "reject-signed"), { code: "JOB_STEP_NOT_ALLOWED" }, state);
    }
  });

  it("take no step of their own once finished", () => {
    const steps: JobEvent[] = ["content-ready", "result-recorded", "reveal-signed", "reject-signed", "settle-signed"];
    for (const state of JOB_STATES.filter(isFinished)) {
      for (const step of steps) assert.throws(() => advance(state, step), { code: "JOB_STEP_NOT_ALLOWED" });
    }
  });

  it("follow the chain from any state", () => {
    for (const state of JOB_STATES) {
      assert.equal(advance(state, "revealed-on-chain"), "revealed");
      assert.equal(advance(state, "assigned-on-chain"), "assigned");
      assert.equal(advance(state, "vanished"), "lost");
    }
  });

  it("fall back when a transaction failed", () => {
    assert.equal(advance("revealing", "reveal-failed"), "computed");
    assert.equal(advance("rejecting", "reject-failed"), "assigned");
    assert.equal(advance("settling", "settle-failed"), "revealed");
    assert.equal(advance("taking", "take-failed"), "lost");
  });
});
