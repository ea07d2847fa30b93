import type { Agreement } from "../models/exact/agreement.ts";
import type { Costs } from "./exact-cost.ts";
import type { Pair } from "../models/exact/pair.ts";
import type { Times } from "./exact-time.ts";

const WIDTHS = [21, 7, 11, 11, 9, 9, 9, 9, 10] as const;
const row = (...cells: readonly string[]): string =>
  cells.map((cell, at) => (at === 0 ? cell.padEnd(WIDTHS[at]) : cell.padStart(WIDTHS[at] ?? 10))).join("");

/** First line of the table of networks. */
export const HEADING = row("network", "nodes", "float ms", "exact ms", "speed", "float %", "exact %", "same", "cosine");

/** A network's line: times of one inference, accuracies on digits, share of equal answers, lowest cosine of an output. */
export function networkRow(
  { name, canonical }: Pair,
  { ms, ratios }: Times,
  { accuracy, top1, cosine }: Agreement,
): string {
  const [exactMs = NaN, floatMs = NaN] = ms;
  const percents = accuracy?.map((percent) => percent.toFixed(2)) ?? ["-", "-"];
  const same = top1 === undefined ? "-" : top1.toFixed(4);
  const nodes = String(canonical.model.nodes.length);
  const speed = (ratios[1] ?? NaN).toFixed(2);
  return row(name, nodes, floatMs.toFixed(3), exactMs.toFixed(3), speed, ...percents, same, cosine.toFixed(5));
}

/** One line about the commitments of a size. */
export function costLine(name: string, { inferenceMs, commitOverhead, traceCost }: Costs): string {
  const part = (100 * commitOverhead).toFixed(2);
  return `${name}: inference ${inferenceMs.toFixed(3)} ms, commitments ${part} % of it, trace ${traceCost.toFixed(1)} inferences`;
}

/** One line about the network from outside. */
export function outsideLine(
  { top1 = NaN, accuracy: [float, exact] = [NaN, NaN], cosine }: Agreement,
  renders: number,
): string {
  const accuracies = `${float.toFixed(2)} % and ${exact.toFixed(2)} % right`;
  return `network from outside: the same answer on ${(100 * top1).toFixed(2)} % of ${renders} renders (${accuracies}, cosine ${cosine.toFixed(5)})`;
}
