import { mkdir, open, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { GliaError } from "../errors.ts";
import { decodeJobRecord, encodeJobRecord } from "./job-record.ts";
import type { JobStore } from "./job-record.ts";

const NAME = /^0x[0-9a-f]{64}\.json$/;

/** Job records as one JSON file each in `dir` (made if missing). A record is on disk when `save` resolves; a crash leaves the old or the new one. */
export function fileJobStore(dir: string): JobStore {
  const fileOf = (jobId: string): string => {
    const name = `${jobId.toLowerCase()}.json`;
    if (NAME.test(name)) return join(dir, name);
    throw new GliaError(
      "JOB_ID_INVALID",
      `A job id is 32 bytes as 0x hex, not ${JSON.stringify(jobId.slice(0, 80))}.`,
      {
        kind: "usage",
        hint: "Copy the whole job id.",
      },
    );
  };
  const read = async (file: string) => decodeJobRecord(await readFile(file, "utf8"));
  return {
    save: async (record) => {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const file = fileOf(record.jobId);
      await writeDurably(`${file}.new`, encodeJobRecord(record));
      await rename(`${file}.new`, file);
      await syncDirectory(dir);
    },
    load: async (jobId) => {
      try {
        return await read(fileOf(jobId));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    list: async () => {
      let names: string[];
      try {
        names = await readdir(dir);
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
      return Promise.all(names.filter((name) => NAME.test(name)).map((name) => read(join(dir, name))));
    },
  };
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Without this, a power cut may forget the rename. */
async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
