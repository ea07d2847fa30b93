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

const AUDITED: [JobEvent, JobState][] = [
  ["content-ready", "fetched"],
  ["result-recorded", "computed"],
  ["commit-signed", "committing"],
  ["committed-on-chain", "committed"],
  ["open-signed", "opening"],
  ["revealed-on-chain", "revealed"],
];

describe("job states", () => {
  it("lead through a commitment to the reveal", () => {
    let state: JobState = "assigned";
    for (const [event, expected] of AUDITED) {
      state = advance(state, event);
      assert.equal(state, expected);
    }
  });

  it("never commit without a recorded result, and never open what is not committed on chain", () => {
    for (const state of JOB_STATES) {
      if (state !== "computed")
        assert.throws(() => advance(state, "commit-signed"), { code: "JOB_STEP_NOT_ALLOWED" }, state);
      if (state !== "committed")
        assert.throws(() => advance(state, "open-signed"), { code: "JOB_STEP_NOT_ALLOWED" }, state);
    }
  });

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
    for (const state of [
      "computed",
      "committing",
      "committed",
      "opening",
      "revealing",
      "revealed",
      "settled",
    ] as const) {
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
    assert.equal(advance("committing", "commit-failed"), "computed");
    assert.equal(advance("opening", "open-failed"), "committed");
    assert.equal(advance("rejecting", "reject-failed"), "assigned");
    assert.equal(advance("settling", "settle-failed"), "revealed");
    assert.equal(advance("taking", "take-failed"), "lost");
  });
});
