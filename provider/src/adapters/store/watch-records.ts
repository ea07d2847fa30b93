import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { GliaError, toJson } from "@glia/sdk";
import type { Address, Hex } from "viem";
import { z } from "zod";

/**
 * What a watchtower needs, besides the chain and the content store, to reveal a committed result for an operator who is down, and to answer for
 * it. Secret until the reveal: whoever holds a job's salt can reveal that job early, and auditors could copy what it says.
 */
export interface WatchRecord {
  readonly jobId: Hex;
  readonly provider: Address;
  /** The job's assurance module. */
  readonly module: Address;
  readonly resultRoot: Hex;
  readonly outputDigest: Hex;
  /** Of the commitment; missing for a job that is revealed without one. */
  readonly salt?: Hex;
  /** Item roots of all outputs. */
  readonly outputRoots: readonly Hex[];
}

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`))
    .transform((text) => text as Hex);
const facts = {
  jobId: hex(32),
  provider: hex(20),
  module: hex(20),
  resultRoot: hex(32),
  outputDigest: hex(32),
  outputRoots: z.array(hex(32)).min(1),
};
const schema = z.union([z.strictObject({ ...facts, salt: hex(32) }), z.strictObject(facts)]);

const folder = (directory: string): string => join(directory, "watch");
const fileOf = (directory: string, jobId: Hex): string => join(folder(directory), `${jobId}.json`);

/** Writes a record into `watch/` of a node's data directory, mode 0600, whole or not at all. */
export function writeWatchRecord(directory: string, record: WatchRecord): void {
  mkdirSync(folder(directory), { recursive: true, mode: 0o700 });
  const file = fileOf(directory, record.jobId);
  writeFileSync(`${file}.new`, `${toJson(record)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Removes a job's record, if there is one. */
export function removeWatchRecord(directory: string, jobId: Hex): void {
  rmSync(fileOf(directory, jobId), { force: true });
}

/**
 * All records of a node's data directory, or of a copy of it.
 * @throws GliaError `WATCH_RECORD_MALFORMED` that names the file.
 */
export function readWatchRecords(directory: string): WatchRecord[] {
  let names: string[];
  try {
    names = readdirSync(folder(directory)).filter((name) => name.endsWith(".json"));
  } catch {
    // No folder: nothing was ever committed here.
    return [];
  }
  return names.map((name) => {
    const path = join(folder(directory), name);
    try {
      return schema.parse(JSON.parse(readFileSync(path, "utf8")));
    } catch (cause) {
      throw new GliaError("WATCH_RECORD_MALFORMED", `${path} is no watch record`, {
        kind: "input",
        hint: "Copy the node's watch folder again.",
        cause,
      });
    }
  });
}
