import assert from "node:assert/strict";
import { describe, it } from "mocha";

import type { AssuranceParameters } from "@glia/sdk";
import { parseEther } from "viem";

import { admitModule, checkModuleParameters } from "./module-terms.ts";

const MODULE = "0x1111111111111111111111111111111111111111";
const PARAMETERS: AssuranceParameters = {
  seedWait: 360,
  auditWindow: 900,
  revealWindow: 1_800,
  claimWindow: 1_800,
  moveWindow: 10_800,
  leaveDelay: 604_800,
  auditBond: parseEther("100"),
  feeFloor: 10n ** 9n,
  expectedAuditors: 3,
};

describe("the parameters of a job's module", () => {
  it("are served if they can be those of this version, however short or long", () => {
    checkModuleParameters(MODULE, PARAMETERS);
    checkModuleParameters(MODULE, { ...PARAMETERS, seedWait: 1, leaveDelay: 0, expectedAuditors: 32 });
  });

  for (const change of [
    { seedWait: 0 },
    { auditWindow: 86_401 },
    { auditBond: 1n },
    { feeFloor: 0n },
    { expectedAuditors: 33 },
  ]) {
    it(`are of another version with ${Object.keys(change).join()} ${String(Object.values(change)[0])}`, () => {
      const [name = ""] = Object.keys(change);
      const act = (): void => checkModuleParameters(MODULE, { ...PARAMETERS, ...change });
      assert.throws(act, { code: "MODULE_UNKNOWN", kind: "refused", message: new RegExp(`${MODULE} has ${name} `) });
    });
  }

  it("leave time for whatever the provider must do, or the job is refused", () => {
    admitModule({ ...PARAMETERS, revealWindow: 10, moveWindow: 10, claimWindow: 1, auditWindow: 1 }, 10);
    for (const window of ["revealWindow", "moveWindow"]) {
      const act = (): void => admitModule({ ...PARAMETERS, [window]: 9 }, 10);
      assert.throws(act, {
        code: "WINDOW_TOO_SHORT",
        message: new RegExp(`${window} is 9 s; this provider needs 10 s`),
      });
    }
  });
});
