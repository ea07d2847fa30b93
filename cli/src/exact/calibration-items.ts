import { readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";

import { GliaError, toItems, type Item, type ModelSignature, type ToItemsOptions } from "@glia/sdk";

import { readFileOrExplain } from "../context/content.ts";

/** Endings of files that are taken from a folder. */
const ENDINGS: ReadonlySet<string> = new Set([".png", ".jpg", ".jpeg", ".npy", ".npz", ".json"]);

/**
 * Files to calibrate with: those that were named, and of a folder those that can be read, in order of their names.
 * @throws GliaError `CALIBRATION_EMPTY`, `FILE_UNREADABLE`.
 */
export async function calibrationFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) files.push(...(await filesAt(path)));
  if (files.length > 0) return files;
  throw new GliaError("CALIBRATION_EMPTY", `There are no pictures or arrays in ${paths.join(", ")}.`, {
    kind: "input",
    hint: "Name files, or a folder with .png, .jpg, .npy, .npz or .json files of what the model will see.",
  });
}

/** The files' items, read one file at a time. @throws GliaError as `toItems`, with the file's name. */
export async function* calibrationItems(
  files: readonly string[],
  signature: ModelSignature,
  options: ToItemsOptions,
): AsyncGenerator<Item> {
  for (const path of files) {
    const bytes = await readFileOrExplain(path, "a calibration sample");
    yield* toItems([{ name: basename(path), bytes }], signature, options);
  }
}

async function filesAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => ENDINGS.has(extname(name).toLowerCase()));
    return names.sort().map((name) => join(path, name));
  } catch (cause) {
    throw new GliaError("FILE_UNREADABLE", `${path} cannot be read: ${(cause as Error).message}`, {
      kind: "input",
      hint: "Check the path and that you may read it.",
      cause,
    });
  }
}
