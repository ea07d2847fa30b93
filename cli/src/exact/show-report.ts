import type { QuantiseReport } from "@glia/sdk/exact";
import Table from "cli-table3";

import { printable } from "../terminal/printable.ts";
import { formatBytes } from "../terminal/progress.ts";

/** Noisiest tensors that are shown; --json has all. */
const SHOWN = 8;

/** What quantisation did to a model, as a person reads it. */
export function showReport(report: QuantiseReport): string {
  const { samples, compared, sizes, nodes, client, widened } = report;
  const kinds = Object.entries(nodes).map(([kind, count]) => `${count} ${kind}`);
  return [
    `Calibrated on ${samples} samples; float and exact model compared on ${compared}:`,
    outputTable(report),
    "Noisiest tensors (every 6 decibels are one bit of precision):",
    tensorTable(report),
    `  size     ${formatBytes(sizes.before)} → ${formatBytes(sizes.after)}`,
    `  nodes    ${kinds.join(", ")}`,
    ...client.map(
      ({ node, operator, reason, supported }) =>
        `  client   ${printable(node, 40)} (${operator}): ${printable(reason, 120)}${supported ? "" : "; not computed by this SDK"}`,
    ),
    ...widened.map(
      ({ node, channels }) =>
        `  coarser  ${printable(node, 40)}: ${channels.length} output channels, so that no sum can leave 24 bits`,
    ),
  ].join("\n");
}

function outputTable({ outputs }: QuantiseReport): string {
  const table = new Table({
    head: ["output", "cosine", "largest error", "same top-1"],
    style: { head: [], border: [] },
  });
  for (const { name, cosine, maxError, top1 } of outputs) {
    const same = top1 === undefined ? "" : `${(100 * top1).toFixed(1)} %`;
    table.push([printable(name, 40), cosine.toFixed(6), maxError.toPrecision(3), same]);
  }
  return table.toString();
}

function tensorTable({ tensors }: QuantiseReport): string {
  const table = new Table({ head: ["tensor", "operator", "decibels"], style: { head: [], border: [] } });
  for (const { name, operator, decibels } of tensors.slice(0, SHOWN))
    table.push([printable(name, 48), operator, Number.isFinite(decibels) ? decibels.toFixed(1) : "no difference"]);
  return table.toString();
}
