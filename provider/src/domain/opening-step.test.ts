import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { type AuditStanding, openingStep } from "./opening-step.ts";

const DRAWN: AuditStanding = {
  seed: "ready",
  checked: true,
  attestations: 0,
  redrawn: false,
  auditDeadline: 100n,
  auditWindow: 50n,
  revealDeadline: 200n,
};

describe("the next step with a committed job", () => {
  it("is to wait for the lot", () => {
    assert.equal(openingStep({ ...DRAWN, seed: "waiting" }, 1n), "wait");
  });

  it("is to reveal at once what was not drawn", () => {
    assert.equal(openingStep({ ...DRAWN, checked: false }, 1n), "reveal");
  });

  it("is never to reveal a drawn job up to its audit deadline", () => {
    for (const attestations of [0, 1, 5])
      for (const redrawn of [false, true]) {
        for (const seed of ["ready", "lost"] as const)
          for (const now of [0n, 99n, 100n])
            assert.equal(openingStep({ ...DRAWN, seed, attestations, redrawn }, now), "wait");
      }
  });

  it("is to open the sample to those who attested", () => {
    assert.equal(openingStep({ ...DRAWN, attestations: 1 }, 101n), "reveal-sample");
    assert.equal(openingStep({ ...DRAWN, attestations: 2, redrawn: true }, 101n), "reveal-sample");
  });

  it("is one more draw if nobody attested, and then the reveal", () => {
    assert.equal(openingStep(DRAWN, 101n), "redraw");
    assert.equal(openingStep({ ...DRAWN, redrawn: true }, 101n), "reveal");
    assert.equal(openingStep(DRAWN, 150n), "redraw");
    assert.equal(openingStep(DRAWN, 151n), "reveal");
  });

  it("is no draw from a lot that nobody can read any more", () => {
    assert.equal(openingStep({ ...DRAWN, seed: "lost" }, 150n), "wait");
    assert.equal(openingStep({ ...DRAWN, seed: "lost" }, 151n), "reveal");
  });

  it("is nothing after the reveal deadline", () => {
    assert.equal(openingStep({ ...DRAWN, attestations: 1 }, 200n), "reveal-sample");
    assert.equal(openingStep({ ...DRAWN, attestations: 1 }, 201n), "missed");
  });
});
