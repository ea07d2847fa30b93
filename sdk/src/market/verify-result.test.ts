import assert from "node:assert/strict";
import { zeroAddress, zeroHash } from "viem";
import type { Hex } from "viem";
import { hashJobSpec } from "../chain/hash-job-spec.ts";
import { createMemoryStore } from "../storage/index.ts";
import { batchHeaderOf, bytesAccess, createTensor, writeBatchFile } from "../tensors/index.ts";
import type { Item } from "../tensors/index.ts";
import { buildSpec } from "./build-spec.ts";
import { opaqueModel } from "./committed-model.ts";
import { prepareContent } from "./prepare-content.ts";
import { batchFacts, contentDigest } from "./verify-content.ts";
import { verifyResult } from "./verify-result.ts";
import type { JobFiles } from "./verify-result.ts";

const domain = { chainId: 1, market: "0x00000000000000000000000000000000000000A1" } as const;
const other: Hex = `0x${"07".repeat(32)}`;

async function batch(...values: number[]): Promise<Uint8Array> {
  const items: Item[] = values.map((value) => new Map([["x", createTensor("uint8", [2], Uint8Array.of(value, 9))]]));
  const [first] = items;
  assert.ok(first !== undefined);
  const parts: Uint8Array[] = [];
  for await (const part of writeBatchFile(batchHeaderOf(first, items.length), items)) parts.push(part);
  return Buffer.concat(parts);
}

describe("verifyResult", () => {
  let files: JobFiles;
  let view: Parameters<typeof verifyResult>[0];

  before(async () => {
    const [model, inputs, outputs] = [new Uint8Array(2_000_000).fill(5), await batch(1, 2), await batch(3, 4)];
    const content = await prepareContent(createMemoryStore(), { model, inputs, maxItemOutputBytes: 2 });
    const terms = { buyer: domain.market, token: domain.market, maxPrice: 5n };
    const spec = buildSpec(content, terms, { minCheckBps: 200, minChallengeWindow: 60 });
    files = { model: bytesAccess(model), inputs: bytesAccess(inputs), outputs: bytesAccess(outputs) };
    const { root } = await batchFacts(files.outputs, opaqueModel(model), "outputs");
    view = {
      jobId: hashJobSpec(spec, domain),
      spec,
      outputDigest: await contentDigest(files.outputs),
      job: {
        buyer: spec.buyer,
        payer: spec.payer,
        provider: zeroAddress,
        operator: zeroAddress,
        token: spec.token,
        money: 0n,
        terms: 0n,
        module: zeroAddress,
        moduleData: zeroHash,
        resultRoot: root,
      },
    };
  });

  it("finds every hash right", async () => {
    assert.deepEqual(await verifyResult(view, domain, files), {
      jobId: view.jobId,
      modelId: view.spec.modelId,
      batchRoot: view.spec.batchRoot,
      resultRoot: view.job.resultRoot,
      items: 2,
      exact: false,
    });
  });

  it("refuses a job id that is not the spec's, here or on another chain", async () => {
    await assert.rejects(verifyResult({ ...view, jobId: other }, domain, files), { code: "JOB_ID_MISMATCH" });
    await assert.rejects(verifyResult(view, { ...domain, chainId: 2 }, files), { code: "JOB_ID_MISMATCH" });
  });

  it("refuses files of which one byte, the order or the number is another", async () => {
    const model = bytesAccess(new Uint8Array(2_000_000).fill(5).fill(6, 1_999_999));
    await assert.rejects(verifyResult(view, domain, { ...files, model }), { code: "MODEL_MISMATCH" });
    for (const values of [[1, 3], [2, 1], [1], [1, 2, 2]]) {
      const inputs = bytesAccess(await batch(...values));
      await assert.rejects(verifyResult(view, domain, { ...files, inputs }), { code: "INPUT_MISMATCH" });
    }
    for (const values of [[3, 5], [4, 3], [3], [3, 4, 4]]) {
      const outputs = bytesAccess(await batch(...values));
      await assert.rejects(verifyResult(view, domain, { ...files, outputs }), { code: "RESULT_MISMATCH" });
    }
  });

  it("refuses roots and digests that do not belong together", async () => {
    const job = { ...view.job, resultRoot: other };
    await assert.rejects(verifyResult({ ...view, job }, domain, files), { code: "RESULT_MISMATCH" });
    await assert.rejects(verifyResult({ ...view, outputDigest: other }, domain, files), { code: "RESULT_MISMATCH" });
    for (const [field, code] of [
      ["modelId", "MODEL_MISMATCH"],
      ["modelDigest", "MODEL_MISMATCH"],
      ["batchRoot", "INPUT_MISMATCH"],
      ["inputDigest", "INPUT_MISMATCH"],
    ] as const) {
      const spec = { ...view.spec, [field]: other };
      await assert.rejects(verifyResult({ ...view, spec, jobId: hashJobSpec(spec, domain) }, domain, files), { code });
    }
  });

  it("refuses items larger than the job allows, and files that are no batch", async () => {
    const spec = { ...view.spec, maxItemOutputBytes: 1 };
    await assert.rejects(verifyResult({ ...view, spec, jobId: hashJobSpec(spec, domain) }, domain, files), {
      code: "RESULT_MISMATCH",
      message: /2 bytes; the job allows 1/,
    });
    await assert.rejects(verifyResult(view, domain, { ...files, outputs: files.model }), {
      code: "BATCH_HEADER_INVALID",
    });
  });

  it("waits for the reveal", async () => {
    const { outputDigest: _none, ...hidden } = view;
    await assert.rejects(verifyResult(hidden, domain, files), { code: "NOT_REVEALED", retryable: true });
  });
});
