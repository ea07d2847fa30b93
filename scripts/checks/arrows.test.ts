import assert from "node:assert/strict";

import { describe, it } from "mocha";

import { forbiddenArrow } from "./arrows.ts";

describe("arrows", () => {
  const allowed: [string, string][] = [
    ["sdk/src/chain/client.ts", "@glia/contracts"],
    ["sdk/src/chain/client.ts", "../errors.ts"],
    ["sdk/src/chain/client.ts", "viem"],
    ["provider/src/services/runner.ts", "../domain/job.ts"],
    ["cli/src/main.ts", "@glia/provider/inference"],
    ["scripts/demo/index.ts", "../../sdk/src/index.ts"],
    ["test/e2e/demo.test.ts", "@glia/provider"],
    ["hardhat.config.ts", "./scripts/build/networks.ts"],
  ];
  for (const [file, moduleName] of allowed) {
    it(`lets ${file} import ${moduleName}`, () => {
      assert.equal(forbiddenArrow(file, moduleName), undefined);
    });
  }

  const forbidden: [string, string, RegExp][] = [
    ["contracts/index.ts", "@glia/sdk", /contracts may import nothing of ours/],
    ["sdk/src/index.ts", "@glia/provider", /sdk may import contracts/],
    ["provider/src/index.ts", "@glia/cli", /provider may import sdk/],
    ["provider/src/index.ts", "@glia/contracts", /provider may import sdk/],
    ["sdk/src/index.ts", "../../contracts/index.ts", /use the door @glia\/contracts/],
    ["sdk/src/index.ts", "../../provider/src/index.ts", /sdk may import contracts/],
    ["sdk/src/tensors/npy.test.ts", "../../../test/helpers/npy.ts", /sdk may import contracts/],
    ["cli/src/main.ts", "../../scripts/demo/index.ts", /cli may import contracts, sdk, provider/],
    ["provider/src/domain/job.ts", "../adapters/store.ts", /domain stands below adapters/],
    ["provider/src/domain/job.ts", "node:fs", /domain is pure/],
    ["provider/src/services/runner.ts", "./testing/fakes.ts", /test code/],
    ["provider/src/services/runner.ts", "../node/start.ts", /services stands below node/],
  ];
  for (const [file, moduleName, why] of forbidden) {
    it(`stops ${file} from importing ${moduleName}`, () => {
      assert.match(forbiddenArrow(file, moduleName) ?? "", why);
    });
  }
});
