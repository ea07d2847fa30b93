import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { GliaError } from "@glia/sdk";

/** Held while a process owns a data directory. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the one lock of a data directory. It is an operating-system lock on an SQLite file, so it dies with the process,
 * also by SIGKILL: there is no stale lock to clear away.
 * @throws {@link GliaError} `DATA_DIRECTORY_IN_USE` while another process holds it.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const database = new DatabaseSync(join(directory, "node.lock"), { timeout: 0 });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    throw new GliaError("DATA_DIRECTORY_IN_USE", `${directory} is in use by another glia-node process`, {
      kind: "refused",
      hint: "Stop that process, or give this one its own directory with --data-dir.",
      cause,
    });
  }
  return { release: () => database.close() };
}
