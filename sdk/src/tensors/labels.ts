import { GliaError } from "../errors.ts";
import { readElements } from "./elements.ts";
import { formatShape } from "./tensor.ts";
import type { Item, Tensor } from "./tensor.ts";

/** One class of one item, as the model scored it. */
export interface LabelScore {
  readonly index: number;
  readonly label: string;
  readonly score: number;
}

/** The best classes of one item, best first. */
export interface LabelRow {
  readonly item: number;
  readonly top: readonly LabelScore[];
}

/** How outputs become a table. */
export interface LabelOptions {
  /** Class names by index; without them the index is the name. */
  readonly labels?: readonly string[];
  /** Rows per item; 1 unless given. */
  readonly top?: number;
  /** Which output holds the scores; needed where a model has several. */
  readonly output?: string;
}

/**
 * A table of the best classes per item, by the model's own scores: nothing is normalised. Equal scores stand in order of index.
 * @throws GliaError `LABELS_MISMATCH` if there are not as many labels as scores, `OUTPUT_UNKNOWN`.
 */
export function labelTable(outputs: Iterable<Item>, { labels, top = 1, output }: LabelOptions = {}): LabelRow[] {
  return Array.from(outputs, (item, index) => ({ item: index, top: best(scoresOf(item, output), labels, top) }));
}

function scoresOf(item: Item, output: string | undefined): Tensor {
  const [only] = item.values();
  const found = output === undefined ? (item.size === 1 ? only : undefined) : item.get(output);
  if (found !== undefined) return found;
  throw new GliaError(
    "OUTPUT_UNKNOWN",
    `Say which output holds the scores: the model has ${[...item.keys()].map((name) => `"${name}"`).join(", ")}.`,
    { kind: "usage" },
  );
}

function best(tensor: Tensor, labels: readonly string[] | undefined, top: number): LabelScore[] {
  const scores = Array.from(readElements(tensor), Number);
  if (labels !== undefined && labels.length !== scores.length) {
    throw new GliaError(
      "LABELS_MISMATCH",
      `There are ${labels.length} labels, but the output has ${scores.length} scores (shape ${formatShape(tensor.shape)}).`,
      { kind: "input" },
    );
  }
  return scores
    .map((score, index) => ({ index, label: labels?.[index] ?? String(index), score }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, top);
}
