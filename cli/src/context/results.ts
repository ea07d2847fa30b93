import { constants } from "node:fs";
import { access, stat, writeFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";

import {
  createTensor,
  GliaError,
  toJson,
  toJsonItems,
  toNpy,
  toNpz,
  type Item,
  type ModelSignature,
  type RandomAccess,
  type Tensor,
} from "@glia/sdk";

/** Formats of output files, by the ending of the name. */
export type OutputFormat = ".npz" | ".npy" | ".json" | ".glia";

/**
 * Sees to it, before anything is paid, that the outputs can be written as wanted.
 * @throws GliaError `OUTPUT_FORMAT_UNKNOWN`, `OUTPUT_FORMAT_UNSUITABLE`, `FILE_UNWRITABLE`.
 */
export async function checkOutput(file: string | undefined, signature?: ModelSignature): Promise<void> {
  if (file === undefined) return;
  const format = formatOf(file);
  if (format === ".npy" && signature !== undefined) requireOne(signature.outputs.length);
  await checkWritable(file);
}

/** @throws GliaError `FILE_UNWRITABLE` where `file` is a folder, or lies in a folder that is missing or closed. */
export async function checkWritable(file: string): Promise<void> {
  try {
    await access(dirname(resolve(file)), constants.W_OK | constants.X_OK);
    if (await isFolder(file)) throw new Error("it is a folder");
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** A job's outputs: the batch file as delivered, and its items in the outputs that the model's file declares. */
export interface Delivered {
  readonly outputs: RandomAccess;
  items(): AsyncIterable<Item>;
}

/** Writes the outputs to the file that was asked for, if any. */
export async function saveOutputs(delivered: Delivered, file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const bytes = await encodeOutputs(delivered, formatOf(file));
  await writeOrExplain(file, bytes);
}

/** @throws GliaError `FILE_UNWRITABLE`. */
export async function writeOrExplain(file: string, content: Uint8Array | string): Promise<void> {
  try {
    await writeFile(file, content);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** All items of a result. */
export async function readItems(delivered: Delivered): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of delivered.items()) items.push(item);
  return items;
}

/** One array per output, the items along a first axis; an item's own first axis of one becomes that axis. */
export function stack(items: readonly Item[]): Map<string, Tensor> {
  const columns = new Map<string, Tensor>();
  for (const [name, first] of items[0] ?? []) {
    const parts = items.map((item) => item.get(name)?.bytes ?? new Uint8Array());
    const rest = first.shape[0] === 1 ? first.shape.slice(1) : first.shape;
    columns.set(name, createTensor(first.dtype, [items.length, ...rest], Buffer.concat(parts)));
  }
  return columns;
}

/** @throws GliaError `OUTPUT_FORMAT_UNKNOWN`. */
export function formatOf(file: string): OutputFormat {
  const ending = extname(file).toLowerCase();
  if (ending === ".npz" || ending === ".npy" || ending === ".json" || ending === ".glia") return ending;
  throw new GliaError("OUTPUT_FORMAT_UNKNOWN", `${file} ends in ${JSON.stringify(ending)}, which names no format.`, {
    kind: "usage",
    hint: "End it in .npz, .npy (one output only), .json, or .glia (the batch file as delivered).",
  });
}

async function encodeOutputs(delivered: Delivered, format: OutputFormat): Promise<Uint8Array | string> {
  const { outputs } = delivered;
  if (format === ".glia") return await outputs.read(0, outputs.size);
  const items = await readItems(delivered);
  if (format === ".json") return `${toJson(toJsonItems(items))}\n`;
  const columns = stack(items);
  if (format === ".npz") return toNpz(columns);
  requireOne(columns.size);
  const [only] = columns.values();
  return only === undefined ? new Uint8Array() : toNpy(only);
}

function requireOne(outputs: number): void {
  if (outputs === 1) return;
  throw new GliaError("OUTPUT_FORMAT_UNSUITABLE", `A .npy file holds one array; the model has ${outputs} outputs.`, {
    kind: "usage",
    hint: "End the file's name in .npz.",
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // Not there yet, as is usual for a file to be written.
  }
}

function unwritable(file: string, cause: unknown): GliaError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new GliaError("FILE_UNWRITABLE", `${file} cannot be written: ${reason}`, {
    kind: "input",
    hint: "Name a file in a folder that exists and that you may write to.",
    cause,
  });
}
