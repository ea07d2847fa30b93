import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";

import { readWatchRecords, removeWatchRecord, type WatchRecord, writeWatchRecord } from "./watch-records.ts";

const word = (byte: string) => `0x${byte.repeat(32)}` as const;
const RECORD: WatchRecord = {
  jobId: word("aa"),
  provider: `0x${"bb".repeat(20)}`,
  module: `0x${"cc".repeat(20)}`,
  resultRoot: word("01"),
  outputDigest: word("02"),
  salt: word("03"),
  outputRoots: [word("04"), word("05")],
};

describe("watch records", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "glia-watch-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("are read as they were written, by their owner only, until they are removed", () => {
    assert.deepEqual(readWatchRecords(directory), []);
    writeWatchRecord(directory, RECORD);
    writeWatchRecord(directory, RECORD);
    assert.deepEqual(readWatchRecords(directory), [RECORD]);
    const { salt: _, ...uncommitted } = RECORD;
    writeWatchRecord(directory, uncommitted);
    assert.deepEqual(readWatchRecords(directory), [uncommitted]);
    writeWatchRecord(directory, RECORD);
    assert.equal(statSync(join(directory, "watch", `${RECORD.jobId}.json`)).mode & 0o777, 0o600);
    removeWatchRecord(directory, RECORD.jobId);
    removeWatchRecord(directory, RECORD.jobId);
    assert.deepEqual(readWatchRecords(directory), []);
  });

  it("name the file that is damaged", () => {
    writeWatchRecord(directory, RECORD);
    writeFileSync(join(directory, "watch", "0xdead.json"), '{"jobId":"0x12"}');
    assert.throws(() => readWatchRecords(directory), { code: "WATCH_RECORD_MALFORMED", message: /0xdead/ });
  });
});
