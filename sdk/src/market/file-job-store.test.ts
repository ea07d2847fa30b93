import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSpec } from "./build-spec.ts";
import { fileJobStore } from "./file-job-store.ts";
import { memoryJobStore } from "./job-record.ts";
import type { JobRecord, JobStore } from "./job-record.ts";

const word = `0x${"0a".repeat(32)}` as const;
const buyer = "0x00000000000000000000000000000000000000A1";
const record: JobRecord = {
  version: 1,
  jobId: word,
  chainId: 31337,
  market: buyer,
  spec: buildSpec(
    { modelId: word, modelDigest: word, batchRoot: word, inputDigest: word, items: 3, maxItemOutputBytes: 4 },
    { buyer, token: buyer, maxPrice: 7n },
    { minCheckBps: 200, minChallengeWindow: 60 },
  ),
  sources: ["https://gateway.example"],
  transactions: [{ what: "hire the provider", nonce: 4, hash: word, gasUsed: 5n, fee: 6n }],
  verified: false,
  hiredIn: 9n,
};

describe("job stores", () => {
  let dir: string;
  let stores: Record<string, JobStore>;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "glia-jobs-"));
    stores = { memory: memoryJobStore(), file: fileJobStore(join(dir, "jobs")) };
  });

  after(() => rm(dir, { recursive: true }));

  for (const name of ["memory", "file"]) {
    it(`keeps records (${name})`, async () => {
      const store = stores[name];
      assert.ok(store !== undefined);
      assert.deepEqual(await store.list(), []);
      assert.equal(await store.load(word), undefined);
      await store.save(record);
      await store.save({ ...record, verified: true });
      assert.deepEqual(await store.load(word), { ...record, verified: true });
      assert.deepEqual(await store.load(word.toUpperCase().replace("0X", "0x")), { ...record, verified: true });
      assert.deepEqual(await store.list(), [{ ...record, verified: true }]);
    });
  }

  it("leaves one private file for each job, and nothing half-written", async () => {
    const names = await readdir(join(dir, "jobs"));
    assert.deepEqual(names, [`${word}.json`]);
    assert.equal((await stat(join(dir, "jobs", `${word}.json`))).mode & 0o077, 0);
  });

  it("refuses ids that are none, so that no path escapes, and damaged records by name", async () => {
    const store = fileJobStore(join(dir, "jobs"));
    await assert.rejects(store.load("../../etc/passwd"), { code: "JOB_ID_INVALID" });
    const broken = `0x${"0b".repeat(32)}`;
    for (const text of ["", "{", "{}", "null"]) {
      await writeFile(join(dir, "jobs", `${broken}.json`), text);
      await assert.rejects(store.load(broken), { code: "JOB_RECORD_INVALID" });
    }
  });
});
