/** Jobs on exact models, by a real buyer, a real node with its sandbox, and a real chain. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";

import {
  AssuranceLevel,
  bytesAccess,
  cidToDigest,
  decodeReceipt,
  digestToCid,
  encodeReceipt,
  hashJobSpec,
  opaqueModelId,
  readElements,
  signQuoteRequest,
  toJson,
  verifyReceipt,
} from "@glia/sdk";
import type { JobSpec, RunOptions } from "@glia/sdk";
import { canonicalise, exactModelId } from "@glia/sdk/exact";
import { zeroHash } from "viem";

import { batchOf, decoded, exactFile, exactItems, lawfulRoot } from "./exact-jobs.ts";
import { type NodeWorld, startNodeWorld, type TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

describe("a job on an exact model", function () {
  this.timeout(120_000);
  let world: NodeWorld;
  let node: TestNode;
  let buyer: Buyer;

  before(async () => {
    world = await startNodeWorld();
    node = await world.addNode();
    await node.start();
    buyer = await makeBuyer(world.devnet, 1_000_000n);
  });
  after(() => world.stop());

  /** At level optimistic, which needs no clock; audits have tests of their own. */
  async function job(seed: number, change: Partial<RunOptions> = {}): Promise<RunOptions> {
    return {
      model: exactFile(seed),
      inputs: await batchOf(exactItems(3, seed)),
      maxItemOutputBytes: 200,
      quoteTimeout: 15_000,
      terms: { token: world.devnet.token, maxPrice: 50_000n, level: AssuranceLevel.Optimistic },
      ...change,
    };
  }

  /** Asks the node for a quote of this spec, uploads its files, and gives the code with which that is refused. */
  async function uploadCode(spec: JobSpec): Promise<string | undefined> {
    const jobId = hashJobSpec(spec, buyer.client.domain);
    const deadline = (await world.devnet.publicClient.getBlock()).timestamp + 60n;
    const request = { jobId, provider: node.owner.address, deadline };
    const signature = await signQuoteRequest(buyer.account, request, buyer.client.domain);
    const body = toJson({ spec, modelBytes: 100_000, inputBytes: 100_000, sources: [], deadline, signature });
    const headers = { "content-type": "application/json" };
    const quoted = await fetch(`${node.url}/v1/quotes`, { method: "POST", headers, body });
    assert.equal(quoted.status, 200, await quoted.text());
    const car = buyer.content.exportCar([spec.modelDigest, spec.inputDigest].map(digestToCid));
    const upload = {
      method: "PUT",
      headers: { "content-type": "application/vnd.ipld.car" },
      body: Readable.toWeb(Readable.from(car)) as BodyInit,
      duplex: "half",
    };
    const answer = await fetch(`${node.url}/v1/quotes/${jobId}/content`, upload);
    return ((await answer.json()) as { error?: { code: string } }).error?.code;
  }

  it("commits to the integer function, runs in the sandbox, and gives what the law gives", async () => {
    const options = await job(1);
    const file = options.model as Uint8Array;
    const outcome = await buyer.glia.run(options);
    const { receipt } = outcome;
    assert.equal(outcome.exact, true);
    assert.equal(receipt.model.id, await exactModelId(canonicalise(file).model));
    assert.equal(receipt.spec.maxItemOutputBytes, 36);
    const inputs = await buyer.content.open(digestToCid(receipt.inputs.digest));
    assert.equal(receipt.outputs.root, await lawfulRoot(file, inputs));

    const [first] = await decoded(outcome);
    const y = first?.get("y");
    assert.ok(y !== undefined);
    assert.deepEqual([y.dtype, y.shape], ["float32", [1, 4, 3, 3]]);
    const raw = await outcome.outputs.read(outcome.outputs.size - 3 * 36, 36);
    assert.deepEqual(
      Array.from(readElements(y), Number),
      Array.from(raw, (byte) => (byte - 100) / 16),
    );

    const kept = decodeReceipt(encodeReceipt(receipt));
    const evidence = { model: bytesAccess(file), inputs, outputs: outcome.outputs };
    const whole = await verifyReceipt(kept, { ...evidence, publicClient: world.devnet.publicClient });
    assert.ok(
      whole.checks.every(({ result }) => result === "ok"),
      JSON.stringify(whole),
    );
    const { model: _model, ...withoutModel } = evidence;
    assert.ok((await verifyReceipt(kept, withoutModel)).ok);
    const other = await verifyReceipt(kept, { ...evidence, model: bytesAccess(exactFile(99)) });
    assert.equal(other.checks.find(({ name }) => name === "model")?.result, "failed");
  });

  it("tells the operator what computed its nodes", async () => {
    assert.match(node.log(), /"nodes":\d+,"byLaw":0.*computes this exact model as the law says/);
    const { controlUrl } = JSON.parse(readFileSync(join(node.directory, "control.json"), "utf8")) as { controlUrl: string }; // prettier-ignore
    const metrics = await (await fetch(`${controlUrl}/metrics`)).text();
    assert.match(metrics, /glia_node_exact_nodes_total\{by="law"\} 0\n/);
    assert.match(metrics, /glia_node_exact_nodes_total\{by="runtime"\} [1-9]/);
  });

  it("goes on from its record, and reads the outputs again", async () => {
    const options = await job(2);
    const stop = new AbortController();
    const record = await buyer.glia.prepare(options);
    const run = buyer.glia.resume(record.jobId, {
      quoteTimeout: 15_000,
      signal: stop.signal,
      onProgress: ({ step }) => step === "downloading" && stop.abort(),
    });
    await assert.rejects(run);
    const outcome = await buyer.restart().resume(record.jobId);
    assert.equal(outcome.exact, true);
    assert.equal((await decoded(outcome)).length, 3);
  });

  it("runs the file as it is where the buyer says so", async () => {
    const options = await job(3, { opaque: true });
    const outcome = await buyer.glia.run(options);
    assert.equal(outcome.exact, false);
    assert.equal(outcome.receipt.model.id, opaqueModelId(options.model as Uint8Array));
    assert.equal((await decoded(outcome))[0]?.get("y")?.dtype, "float32");
  });

  it("is refused before anybody pays where the id is another's", async () => {
    const { spec } = await buyer.glia.prepare(await job(4));
    assert.equal(await uploadCode(spec), undefined);
    for (const modelId of [zeroHash, await exactModelId(canonicalise(exactFile(5)).model)])
      assert.equal(await uploadCode({ ...spec, modelId }), "MODEL_ID_MISMATCH");
    const floats = await buyer.glia.prepare(await job(4, { opaque: true }));
    assert.equal(await uploadCode({ ...floats.spec, modelId: spec.modelId }), "INPUT_MALFORMED");
    // Whoever took this could never answer a challenge.
    assert.equal(await uploadCode({ ...floats.spec, determinism: 1 }), "MODEL_NOT_EXACT");
  });

  it("is refused by SDK and node where the batch has another type, name or shape", async () => {
    const bad = [exactItems(2, 1, "z"), exactItems(2, 1, "x", [1, 2, 6, 5])];
    for (const items of bad) {
      const options = await job(6, { inputs: await batchOf(items) });
      await assert.rejects(buyer.glia.prepare(options), { code: "INPUTS_MISMATCH", kind: "input" });
    }
    const { spec } = await buyer.glia.prepare(await job(6));
    for (const items of [...bad, exactItems(3, 6)]) {
      const input = await buyer.content.put(await batchOf(items));
      const wrong = { ...spec, items: items.length, inputDigest: cidToDigest(input) };
      assert.equal(await uploadCode(wrong), "INPUT_MALFORMED");
    }
  });
});
