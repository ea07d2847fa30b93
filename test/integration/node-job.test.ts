/** A job from quote to withdrawal, and the commands of the operator, with real node processes. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { SCRYPT, writeKeystore } from "@glia/provider";
import { decodeReceipt, encodeReceipt, openBatchFile, readElements, verifyReceipt } from "@glia/sdk";
import { bytesToHex, parseEther } from "viem";

import { gliaNode, gliaNodeJson } from "./node-cli.ts";
import { nodeJob, smallBatch, smallModel } from "./node-jobs.ts";
import { eventually } from "./node-observe.ts";
import { type NodeWorld, startNodeWorld, type TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

const PRICE = 1_030n;

describe("a node and a buyer", function () {
  this.timeout(180_000);
  let world: NodeWorld;
  let node: TestNode;
  let buyer: Buyer;
  let data: string[];
  let owner: string[];

  before(async () => {
    world = await startNodeWorld();
    node = await world.addNode();
    await node.start();
    buyer = await makeBuyer(world.devnet, 1_000_000n);
    data = ["--data-dir", node.directory];
    owner = await ownerOptions(node);
  });
  after(() => world.stop());

  async function ownerOptions({ directory, owner: account }: TestNode): Promise<string[]> {
    const keystore = join(directory, "owner.json");
    const passwordFile = join(directory, "owner-password");
    await writeKeystore(
      keystore,
      bytesToHex(account.getHdKey().privateKey ?? new Uint8Array()),
      "owner's password",
      SCRYPT.devnet,
    );
    writeFileSync(passwordFile, "owner's password\n", { mode: 0o600 });
    return ["--owner-keystore", keystore, "--owner-password-file", passwordFile, "--yes"];
  }

  it("do a whole job: quote, upload, hire, reveal, accept, withdraw", async () => {
    const { token } = world.devnet;
    const outcome = await buyer.glia.run(
      await nodeJob(token, { model: smallModel(1), inputs: await smallBatch(3, 1) }),
    );
    const batch = await openBatchFile(outcome.outputs);
    assert.equal(batch.header.items, 3);
    const y = (await batch.item(1)).get("y");
    assert.ok(y !== undefined);
    assert.deepEqual([...readElements(y)], [3, 3, 2, -1]);
    const { settlement } = outcome.view;
    assert.equal((settlement?.paid ?? 0n) + (settlement?.fee ?? 0n), PRICE);
    assert.equal(await buyer.wealth(), 1_000_000n - PRICE);
    assert.match(outcome.receipt.statement?.runtime ?? "", /^onnxruntime-node\/[\d.]+\/cpu$/);

    const withdrawn = await gliaNodeJson(["withdraw", ...data, ...owner, "--token", token]);
    assert.equal(withdrawn["amount"], String(settlement?.paid));
    assert.equal(await buyer.client.walletBalance(node.owner.address, token), settlement?.paid);
    const again = await gliaNodeJson(["withdraw", ...data, ...owner, "--token", token], 4);
    assert.equal((again["error"] as { code: string }).code, "VAULT_BALANCE_TOO_SMALL");
  });

  it("tell the operator how things are", async () => {
    const status = await gliaNodeJson(["status", ...data]);
    assert.equal(status["ready"], true, JSON.stringify(status["problems"]));
    const { jobs } = await gliaNodeJson(["jobs", ...data]);
    assert.equal((jobs as { state: string }[])[0]?.state, "settled");
    const text = await gliaNode(["status", ...data]);
    assert.match(text.stdout, /^Ready; version/);
  });

  it("take no new jobs while draining", async () => {
    await gliaNodeJson(["drain", ...data, "--wait"]);
    await assert.rejects(buyer.glia.run(await nodeJob(world.devnet.token)), /takes no new jobs/);
    await gliaNodeJson(["drain", ...data, "--off"]);
    await buyer.glia.run(await nodeJob(world.devnet.token));
  });

  it("move stake by the owner's key alone", async () => {
    const before = await buyer.client.position(node.owner.address);
    await gliaNodeJson(["unstake", "10.5", ...data, ...owner]);
    const after = await buyer.client.position(node.owner.address);
    assert.equal(before.free - after.free, parseEther("10.5"));
    await gliaNodeJson(["stake", "10.5", ...data, ...owner]);
    assert.equal((await buyer.client.position(node.owner.address)).free, before.free);
    const operatorKey = [
      "--owner-keystore",
      join(node.directory, "operator.json"),
      "--owner-password-file",
      join(node.directory, "password"),
      "--yes",
    ];
    const refused = await gliaNodeJson(["unstake", "1", ...data, ...operatorKey], 2);
    assert.equal((refused["error"] as { code: string }).code, "OWNER_MISMATCH");
  });

  it("leave a receipt that holds without the marketplace", async () => {
    const outcome = await buyer.glia.run(await nodeJob(world.devnet.token));
    const receipt = decodeReceipt(encodeReceipt(outcome.receipt));
    const report = await verifyReceipt(receipt);
    assert.ok(report.ok, JSON.stringify(report));
    assert.equal(report.checks.find(({ name }) => name === "statement")?.result, "ok");
  });

  it("settle a job whose buyer is silent once its window is over", async () => {
    const options = await nodeJob(world.devnet.token, {
      terms: { token: world.devnet.token, maxPrice: 50_000n, challengeWindow: 600 },
    });
    const silent = new AbortController();
    const run = buyer.glia.run({
      ...options,
      signal: silent.signal,
      onProgress: ({ step }) => step === "downloading" && silent.abort(),
    });
    await assert.rejects(run);
    const before = await buyer.client.vaultBalance(node.owner.address, world.devnet.token);
    await world.devnet.pass(601);
    await eventually(async () => (await buyer.client.vaultBalance(node.owner.address, world.devnet.token)) > before);
  });

  it("end in order on SIGTERM, and the data directory belongs to one process at a time", async () => {
    const second = await gliaNodeJson(["start", ...data], 6);
    assert.equal((second["error"] as { code: string }).code, "DATA_DIRECTORY_IN_USE");
    await node.stop("SIGTERM");
    const status = await gliaNodeJson(["status", ...data], 5);
    assert.equal((status["error"] as { code: string }).code, "NODE_NOT_RUNNING");
    await node.start();
  });
});
