import assert from "node:assert/strict";

import { describe, it } from "mocha";

import { isAllowedLicence } from "./licences.ts";

describe("licences", () => {
  for (const good of ["MIT", "(MIT OR GPL-3.0)", "Apache-2.0 AND MIT", "GPL-2.0 OR (MIT AND ISC)"]) {
    it(`accepts ${good}`, () => {
      assert.equal(isAllowedLicence(good), true);
    });
  }
  for (const bad of [
    "GPL-3.0",
    "MIT AND GPL-3.0",
    "",
    "(LGPL-3.0 OR GPL-3.0) AND MIT",
    "SEE LICENSE IN LICENSE",
    "MIT OR",
  ]) {
    it(`refuses "${bad}"`, () => {
      assert.equal(isAllowedLicence(bad), false);
    });
  }
});
