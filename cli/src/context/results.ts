import { readFile, writeFile } from "node:fs/promises";
import { extname } from "node:path";

import {
  GliaError,
  labelTable,
  openBatchFile,
  toJson,
  toJsonItems,
  toNpy,
  toNpz,
  createTensor,
  type Item,
  type RandomAccess,
  type Tensor,
} from "@glia/sdk";
import Table from "cli-table3";

import { printable } from "../terminal/printable.ts";

/** How a person wants results. */
export interface ResultOptions {
  /** File to write; its ending says the format: .npz, .npy, .json, .glia. */
  readonly output?: string;
  /** Text file with one class name per line. */
  readonly labels?: string;
  readonly top?: number;
}

/** Most rows of a table on the terminal. */
const ROWS = 20;

/** Writes the outputs to the file that was asked for, if any. Fails before the job where the name has no known ending. */
export async function saveOutputs(outputs: RandomAccess, file: string | undefined): Promise<void> {
  if (file === undefined) return;
  await writeFile(file, await encodeOutputs(outputs, checkFormat(file)));
}

/** @throws GliaError `OUTPUT_FORMAT_UNKNOWN`. */
export function checkFormat(file: string): ".npz" | ".npy" | ".json" | ".glia" {
  const ending = extname(file).toLowerCase();
  if (ending === ".npz" || ending === ".npy" || ending === ".json" || ending === ".glia") return ending;
  throw new GliaError("OUTPUT_FORMAT_UNKNOWN", `${file} ends in ${JSON.stringify(ending)}, which names no format.`, {
    kind: "usage",
    hint: "End it in .npz, .npy (one output only), .json, or .glia (the batch file as delivered).",
  });
}

async function encodeOutputs(
  outputs: RandomAccess,
  format: ReturnType<typeof checkFormat>,
): Promise<Uint8Array | string> {
  if (format === ".glia") return await outputs.read(0, outputs.size);
  const items = await readItems(outputs);
  if (format === ".json") return `${toJson(toJsonItems(items))}\n`;
  const columns = stack(items);
  if (format === ".npz") return toNpz(columns);
  const [only] = columns.values();
  if (only === undefined || columns.size > 1) {
    throw new GliaError(
      "OUTPUT_FORMAT_UNSUITABLE",
      `A .npy file holds one array; the model has ${columns.size} outputs.`,
      {
        kind: "usage",
        hint: "End the file's name in .npz.",
      },
    );
  }
  return toNpy(only);
}

/** One array per output, the items along a new first axis. */
function stack(items: readonly Item[]): Map<string, Tensor> {
  const columns = new Map<string, Tensor>();
  for (const [name, first] of items[0] ?? []) {
    const parts = items.map((item) => item.get(name)?.bytes ?? new Uint8Array());
    // An item of a model with a batch dimension has 1 there: [1, 10] stacks to [N, 10].
    const rest = first.shape[0] === 1 ? first.shape.slice(1) : first.shape;
    columns.set(name, createTensor(first.dtype, [items.length, ...rest], Buffer.concat(parts)));
  }
  return columns;
}

/** All items of an output batch file. */
export async function readItems(outputs: RandomAccess): Promise<Item[]> {
  const batch = await openBatchFile(outputs);
  const items: Item[] = [];
  for await (const item of batch.items()) items.push(item);
  return items;
}

/** A table of each item's best classes, or of its first numbers where the output is no list of scores. */
export async function showOutputs(outputs: RandomAccess, options: ResultOptions): Promise<string> {
  const items = await readItems(outputs);
  const scores = items[0]?.size === 1 && elementsOf(items[0]) <= 100_000 && options.labels !== undefined;
  const shown = items.slice(0, ROWS);
  const table = new Table({
    head: ["item", ...(scores ? ["prediction"] : [...(items[0]?.keys() ?? [])].map((name) => printable(name, 40)))],
    style: { head: [], border: [] },
  });
  if (scores) {
    const labels = await readLabels(options.labels);
    for (const { item, top } of labelTable(shown, {
      top: options.top ?? 1,
      ...(labels === undefined ? {} : { labels }),
    })) {
      table.push([
        String(item),
        top.map(({ label, score }) => `${printable(label, 40)} (${score.toPrecision(4)})`).join(", "),
      ]);
    }
  } else {
    toJsonItems(shown).forEach((item, index) => {
      table.push([String(index), ...Object.values(item).map((value) => printable(JSON.stringify(value), 60))]);
    });
  }
  const more =
    items.length > ROWS ? `\n… and ${items.length - ROWS} items more; write all with --output results.json` : "";
  return `${table.toString()}${more}`;
}

function elementsOf(item: Item): number {
  let count = 0;
  for (const { shape } of item.values()) count += shape.reduce((product, size) => product * size, 1);
  return count;
}

async function readLabels(file: string | undefined): Promise<string[] | undefined> {
  if (file === undefined) return undefined;
  try {
    return (await readFile(file, "utf8")).split(/\r?\n/).filter((line) => line !== "");
  } catch (cause) {
    throw new GliaError("FILE_UNREADABLE", `${file}, the labels, cannot be read: ${(cause as Error).message}`, {
      kind: "input",
      cause,
    });
  }
}
