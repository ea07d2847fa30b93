import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { GliaError } from "@glia/sdk";

import { MIGRATIONS } from "./migrations.ts";

/**
 * Opens the journal's database: write-ahead log, every commit flushed to disk before it returns, schema brought up to date.
 * @throws {@link GliaError} `JOURNAL_UNREADABLE` for a file that is no database, `JOURNAL_TOO_NEW` for one of a later version.
 */
export function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    if (path !== ":memory:") chmodSync(path, 0o600);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    migrate(database);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof GliaError) throw cause;
    throw new GliaError("JOURNAL_UNREADABLE", `The journal ${path} cannot be opened as an SQLite database`, {
      kind: "internal",
      hint: "Move the file away and start again: the node recovers its jobs from the chain.",
      cause,
    });
  }
}

function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version > MIGRATIONS.length) {
    throw new GliaError(
      "JOURNAL_TOO_NEW",
      `The journal has version ${version}; this glia-node knows ${MIGRATIONS.length}`,
      {
        kind: "usage",
        hint: "Use the newer glia-node that wrote this journal.",
      },
    );
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    atomically(database, () => database.exec(`${migration}; PRAGMA user_version = ${index + 1}`));
  }
}

/** Runs `work` in one transaction: all of it is durable when this returns, or none of it. */
export function atomically<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work();
  database.exec("BEGIN IMMEDIATE");
  try {
    const value = work();
    database.exec("COMMIT");
    return value;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
