import { GliaError, labelTable, toJsonItems, type Item, type ModelSignature } from "@glia/sdk";
import Table from "cli-table3";

import { cell } from "../terminal/cell.ts";
import { printable } from "../terminal/printable.ts";
import { readFileOrExplain } from "./content.ts";
import { readItems, type Delivered } from "./results.ts";

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

/** A table of each item's best classes where labels or a number of classes are given, else of its first numbers. */
export async function showOutputs(
  delivered: Delivered,
  { labels, top }: { readonly labels?: readonly string[] | undefined; readonly top?: number | undefined },
): Promise<string> {
  const items = await readItems(delivered);
  const shown = items.slice(0, ROWS);
  const table = labels === undefined && top === undefined ? numbers(shown) : predictions(shown, labels, top ?? 1);
  const more = items.length - shown.length;
  return more === 0 ? table : `${table}\n… and ${more} items more; write all with --output results.json`;
}

/**
 * Sees to it, before anything is paid, that the table can be made as wanted.
 * @throws GliaError `LABELS_UNSUITABLE`, `LABELS_MISMATCH`, and those of {@link readLabels}.
 */
export async function checkTable({ labels: file, top }: ResultOptions, signature?: ModelSignature): Promise<void> {
  const labels = await readLabels(file);
  if (signature === undefined || (labels === undefined && top === undefined)) return;
  const [scores, ...others] = signature.outputs;
  if (scores === undefined || others.length > 0) {
    throw new GliaError(
      "LABELS_UNSUITABLE",
      `--labels and --top need a model with one output; this one has ${signature.outputs.length}.`,
      {
        kind: "usage",
        hint: "Leave them away, or write the outputs to a file with --output.",
      },
    );
  }
  const count = elementsOf(scores.shape.slice(1));
  if (labels === undefined || count === undefined || count === labels.length) return;
  throw new GliaError("LABELS_MISMATCH", `There are ${labels.length} labels, but the model has ${count} scores.`, {
    kind: "input",
    hint: "Give a file with one class name per line, as many as the model has scores.",
  });
}

/** Product of the sizes; undefined where one is dynamic. */
function elementsOf(shape: readonly (number | string | null)[]): number | undefined {
  let product = 1;
  for (const size of shape) {
    if (typeof size !== "number") return undefined;
    product *= size;
  }
  return product;
}

/** Class names, one per line; undefined where no file is given. @throws GliaError `FILE_UNREADABLE`, `LABELS_EMPTY`. */
export async function readLabels(file: string | undefined): Promise<string[] | undefined> {
  if (file === undefined) return undefined;
  const text = new TextDecoder().decode(await readFileOrExplain(file, "the labels"));
  const labels = text.split(/\r?\n/).filter((line) => line !== "");
  if (labels.length > 0) return labels;
  throw new GliaError("LABELS_EMPTY", `${file} holds no labels.`, {
    kind: "input",
    hint: "Write one class name per line, in the order of the model's scores.",
  });
}

function predictions(items: readonly Item[], labels: readonly string[] | undefined, top: number): string {
  const table = new Table({ head: ["item", "prediction"], style: { head: [], border: [] } });
  for (const { item, top: best } of labelTable(items, { top, ...(labels === undefined ? {} : { labels }) })) {
    table.push([item, best.map(({ label, score }) => `${printable(label, 40)} (${cell(score)})`).join(", ")]);
  }
  return table.toString();
}

function numbers(items: readonly Item[]): string {
  const names = [...(items[0]?.keys() ?? [])].map((name) => printable(name, 40));
  const table = new Table({ head: ["item", ...names], style: { head: [], border: [] } });
  toJsonItems(items).forEach((item, index) => {
    table.push([index, ...Object.values(item).map((value) => printable(cell(value), 60))]);
  });
  return table.toString();
}
