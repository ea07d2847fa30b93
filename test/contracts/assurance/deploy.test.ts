/** Deploying what checks results: once, also to a market of before, and without a right that stays. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { encodeDeployData, zeroAddress } from "viem";
import type { Abi, Address } from "viem";
import { loadArtifact } from "../../../contracts/artifacts.ts";
import { accessManagerAbi, assuranceAbi, jobMarketAbi, parseDeployment } from "../../../contracts/index.ts";
import { deploy, PROFILES, ROLES } from "../../../contracts/deploy/deploy.ts";
import type { ProfileName, WholeDeployment } from "../../../contracts/deploy/deploy.ts";
import type { Deployment } from "../../../contracts/index.ts";
import { startChain } from "./chain.ts";
import type { Chain31337 } from "./chain.ts";

const ABI: Abi = [...jobMarketAbi, ...assuranceAbi];

describe("Assurance: deployment", () => {
  let chain: Chain31337;
  let restore: () => Promise<void>;

  before(async () => {
    chain = await startChain(ABI);
    restore = await chain.checkpoint();
  });
  afterEach(() => restore());
  after(() => chain.close());

  const run = (profile: ProfileName, recorded: Partial<Deployment> = {}) =>
    deploy({ publicClient: chain.publicClient, walletClient: chain.wallet, profile, recorded });
  const moduleOf = (market: Address, level: number) => chain.view<Address>(market, jobMarketAbi, "moduleOf", [level]);

  function withoutAssurance(whole: WholeDeployment): Deployment {
    const { assurance, disputes, referee, beacon, ...old } = whole;
    assert.ok([assurance, disputes, referee, beacon].every((address) => address !== zeroAddress));
    return old;
  }

  it("of a whole record changes nothing the second time", async () => {
    const { deployment } = await run("devnet");
    for (const level of [0, 1]) assert.equal(await moduleOf(deployment.market, level), deployment.assurance);
    assert.equal(await moduleOf(deployment.market, 2), zeroAddress);
    const again = await run("devnet", deployment);
    assert.equal(again.sent, 0);
    assert.deepEqual(again.deployment, deployment);
  });

  it("completes a record of before, and leaves the module that was set since", async () => {
    const { deployment } = await run("devnet");
    const { market } = deployment;
    await chain.send({
      from: chain.account(0),
      ...{ to: market, abi: jobMarketAbi, name: "setModule", args: [0, zeroAddress] },
    });
    const next = await run("devnet", withoutAssurance(deployment));
    assert.notEqual(next.deployment.assurance, deployment.assurance);
    assert.equal(await moduleOf(market, 0), next.deployment.assurance);
    assert.equal(await moduleOf(market, 1), deployment.assurance);
  });

  it("refuses a record whose beacon is another's", async () => {
    const { deployment } = await run("devnet");
    const other = { ...deployment, beacon: deployment.referee };
    await assert.rejects(run("devnet", other), /assurance.beacon is .* the recorded addresses are not one deployment/);
  });

  it("to production has the values of PROTOCOL and leaves the deployer no right to set modules", async () => {
    const { deployment } = await run("production");
    const { assurance, accessManager } = deployment;
    const found = await chain.view<object>(assurance, assuranceAbi, "parameters");
    assert.deepEqual(found, PROFILES.production.assurance);
    const args = [ROLES.MARKETS, chain.account(0).address];
    const [member] = await chain.view<[boolean, number]>(accessManager, accessManagerAbi, "hasRole", args);
    assert.equal(member, false);
  });

  it("is read from records of before, and not from one with a broken address", async () => {
    const { deployment } = await run("devnet");
    const old = withoutAssurance(deployment);
    assert.deepEqual(parseDeployment(JSON.parse(JSON.stringify(old))), old);
    assert.deepEqual(parseDeployment(JSON.parse(JSON.stringify(deployment))), deployment);
    assert.throws(() => parseDeployment({ ...old, assurance: "0x12" }), /A deployment's assurance must be/);
  });

  const BOUNDS: Readonly<Record<string, readonly [least: bigint, most: bigint]>> = {
    seedWait: [1n, 3_600n],
    auditWindow: [1n, 86_400n],
    revealWindow: [1n, 86_400n],
    claimWindow: [1n, 86_400n],
    moveWindow: [1n, 14n * 86_400n],
    leaveDelay: [0n, 60n * 86_400n],
    auditBond: [10n ** 18n, 10n ** 24n],
    feeFloor: [1n, 10n ** 12n],
    expectedAuditors: [1n, 32n],
  };
  it("of each parameter takes the least and the most, and no more", async () => {
    const { deployment } = await run("devnet");
    const { market, beacon, referee } = deployment;
    const { abi, bytecode } = loadArtifact("Assurance");
    const made = async (changed: object) => {
      const args = [market, beacon, referee, { ...PROFILES.devnet.assurance, ...changed }];
      await chain.publicClient.call({ data: encodeDeployData({ abi, bytecode, args }) });
    };
    assert.deepEqual(Object.keys(BOUNDS).sort(), Object.keys(PROFILES.devnet.assurance).sort());
    for (const [name, [least, most]] of Object.entries(BOUNDS)) {
      await made({ [name]: least });
      await made({ [name]: most });
      await assert.rejects(made({ [name]: most + 1n }), /revert/i, `${name} above`);
      if (least > 0n) await assert.rejects(made({ [name]: least - 1n }), /revert/i, `${name} below`);
    }
  });
});
