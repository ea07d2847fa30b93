import type { Port, Shape } from "@glia/sdk/exact";
import Table from "cli-table3";

import { printable } from "../terminal/printable.ts";
import { formatBytes } from "../terminal/progress.ts";
import type { ModelFacts, NodeFacts } from "./describe-model.ts";

/** An exact model as a person reads it. */
export function showModel(modelId: string, facts: ModelFacts): string {
  const { inputs, outputs, nodes, cost, client } = facts;
  const table = new Table({
    head: ["tensor", "kind", "reads", "n × h × w × c", "parameters", "multiply-adds", "from"],
    style: { head: [], border: [] },
  });
  for (const node of nodes) {
    const from = `${printable(node.name, 32)} (${printable(node.operators.join(" "), 48)})`;
    const reads = node.inputs.join(" ");
    table.push([
      node.tensor,
      node.kind,
      reads,
      shapeText(node.shape),
      parametersText(node),
      count(node.multiplyAdds),
      from,
    ]);
  }
  return [
    `Exact model ${modelId}`,
    ...inputs.map((port) => `  input    ${portText(port)}`),
    ...outputs.map((port) => `  output   ${portText(port)}`),
    table.toString(),
    `  one inference  ${count(cost.multiplyAdds)} multiply-adds, ${formatBytes(cost.activationBytes)} of activations`,
    `  weights        ${formatBytes(cost.weightBytes)}`,
    `  longest dot product  ${count(cost.longestDotProductWords)} words of activations`,
    `  the client computes  before: ${listText(client.head)}; behind: ${listText(client.tail)}`,
    ...(client.unsupported.length === 0 ? [] : [`  not computed by this client  ${listText(client.unsupported)}`]),
  ].join("\n");
}

function portText({ name, tensor, dims, scale, zero }: Port): string {
  return `${printable(name, 48)} uint8 [${dims.join(", ")}], tensor ${tensor}, one step is ${scale}, zero at ${zero}`;
}

function shapeText({ n, h, w, c }: Shape): string {
  return [n, h, w, c].join(" × ");
}

function parametersText({ weights, multiplierBits }: NodeFacts): string {
  const parts = [
    ...(weights === 0 ? [] : [`${count(weights)} weights`]),
    ...(multiplierBits === 0 ? [] : [`${multiplierBits}-bit multipliers`]),
  ];
  return parts.join(", ");
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function listText(operators: readonly string[]): string {
  return operators.length === 0 ? "nothing" : printable(operators.join(" "), 200);
}
