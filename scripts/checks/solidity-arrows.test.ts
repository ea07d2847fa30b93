import assert from "node:assert/strict";

import { describe, it } from "mocha";

import { forbiddenSolidityImport, solidityImports } from "./solidity-arrows.ts";

describe("solidity arrows", () => {
  it("reads imports of every form and no comments", () => {
    const source = `// import "./no.sol";
      import "./a.sol"; import {B, C as D} from "../b.sol";
      import {
        E
      } from '@openzeppelin/contracts/e.sol';`;
    assert.deepEqual(solidityImports(source), ["./a.sol", "../b.sol", "@openzeppelin/contracts/e.sol"]);
  });

  it("lets a domain import interfaces, its own folder and OpenZeppelin", () => {
    for (const target of ["../interfaces/IVault.sol", "./Terms.sol", "@openzeppelin/contracts/utils/Nonces.sol"]) {
      assert.equal(forbiddenSolidityImport("contracts/market/JobMarket.sol", target), undefined);
    }
  });

  it("stops a domain from importing another, a mock, a test or a stranger", () => {
    for (const target of [
      "../registry/Registry.sol",
      "../mocks/Token.sol",
      "../../test/contracts/T.sol",
      "solady/a.sol",
    ]) {
      assert.notEqual(forbiddenSolidityImport("contracts/market/JobMarket.sol", target), undefined, target);
    }
    assert.notEqual(forbiddenSolidityImport("contracts/interfaces/IVault.sol", "../market/JobMarket.sol"), undefined);
  });
});
