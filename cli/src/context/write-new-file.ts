import { link, rename, rm, stat, writeFile } from "node:fs/promises";

import { GliaError } from "@glia/sdk";

import { checkWritable } from "./results.ts";

/**
 * Sees to it, before any work, that a file can be written.
 * @throws GliaError `FILE_EXISTS` unless `force`, `FILE_UNWRITABLE`.
 */
export async function checkNewFile(path: string, force: boolean): Promise<void> {
  await checkWritable(path);
  if (!force && (await exists(path))) throw fileExists(path);
}

/**
 * Writes a file that is there whole or not at all, also where the process is killed meanwhile.
 * @throws GliaError `FILE_EXISTS` unless `force`, `FILE_UNWRITABLE`.
 */
export async function writeNewFile(path: string, content: Uint8Array, force: boolean): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, content);
    // A link fails where the name is taken, and a rename replaces it: both in one step.
    await (force ? rename(part, path) : link(part, path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw fileExists(path);
    throw new GliaError("FILE_UNWRITABLE", `${path} cannot be written: ${(cause as Error).message}`, {
      kind: "input",
      hint: "Name a file in a folder that exists and that you may write to.",
      cause,
    });
  } finally {
    await rm(part, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false; // As is right for a new file; whether it can be written is another check.
  }
}

function fileExists(path: string): GliaError {
  return new GliaError("FILE_EXISTS", `${path} is there already.`, {
    kind: "usage",
    hint: "Choose another name, or replace it with --force.",
  });
}
