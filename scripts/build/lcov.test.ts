import assert from "node:assert/strict";

import { describe, it } from "mocha";

import { lineCoverage } from "./lcov.ts";

const REPORT = `TN:
SF:contracts/A.sol
DA:3,1
DA:4,0
end_of_record
TN:
SF:contracts/mocks/B.sol
DA:1,0
end_of_record
TN:
SF:contracts/C.sol
DA:7,0
end_of_record`;

describe("line coverage", () => {
  it("counts lines of the files that count, and names those not run", () => {
    assert.deepEqual(
      lineCoverage(REPORT, (path) => path === "contracts/A.sol"),
      { files: [{ path: "contracts/A.sol", missed: [4], untouched: false }], found: 2, hit: 1 },
    );
  });

  it("tells files of which nothing ran", () => {
    const { files } = lineCoverage(REPORT, (path) => !path.includes("mocks"));
    assert.deepEqual(
      files.map(({ path, untouched }) => [path, untouched]),
      [
        ["contracts/A.sol", false],
        ["contracts/C.sol", true],
      ],
    );
  });
});
