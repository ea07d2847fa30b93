import type { NodeProto } from "../../onnx/index.ts";
import { GliaError } from "../../errors.ts";
import { nameNode } from "../errors.ts";
import { addPair } from "./add-mul.ts";
import { mainNode } from "./builder.ts";
import type { Builder } from "./builder.ts";
import { addContract } from "./contraction.ts";
import { quantiseNumber } from "./numbers.ts";
import { isIdentityTable, requantiseTable, tableOf } from "./table/index.ts";
import type { Quantisation, Real, UnaryReal } from "./value.ts";

/**
 * Makes nodes of an expression that the node `by` quantises, and gives the number of the u8 tensor. Rounding keeps order, so that it changes
 * places with movement, with the largest of a window and with clipping; everything else is one node with its requantisation.
 * @throws GliaError of the nodes' own rules
 */
export function resolve(builder: Builder, real: Real, target: Quantisation, by: NodeProto): number {
  return builder.once(real, target, () => addNodes(builder, real, target, by));
}

function addNodes(builder: Builder, real: Real, target: Quantisation, by: NodeProto): number {
  const from = [...real.from, by];
  switch (real.kind) {
    case "quantised":
      return addTable(builder, real.tensor, requantiseTable(real, target), target, from);
    case "unary":
      builder.book(256 * real.size, by);
      return addTable(builder, real.source.tensor, evaluate(real, target, by), target, from);
    case "contraction":
      return addContract(builder, real, target, by);
    case "pair":
      return addPair(builder, real, target, by);
    case "moved": {
      const tensors = real.of.map((part) => resolve(builder, part, target, by));
      return builder.move(real.plan(quantiseNumber(real.fill, target)), tensors, target, from);
    }
    case "pooled":
      return real.pool(resolve(builder, real.of, target, by), from);
    case "clipped": {
      const low = quantiseNumber(real.low, target);
      const high = quantiseNumber(real.high, target);
      const table = Uint8Array.from({ length: 256 }, (_, x) => Math.min(Math.max(x, low), high));
      return addTable(builder, resolve(builder, real.of, target, by), table, target, from);
    }
  }
}

function evaluate({ expression, source, from }: UnaryReal, target: Quantisation, by: NodeProto): Uint8Array {
  try {
    return tableOf(expression, source, target);
  } catch (error) {
    throw error instanceof GliaError ? nameNode(mainNode(from) ?? by, error) : error;
  }
}

/** Adds a Table, unless it would change nothing. */
export function addTable(
  builder: Builder,
  tensor: number,
  table: Uint8Array,
  target: Quantisation | undefined,
  from: readonly NodeProto[],
): number {
  if (isIdentityTable(table)) return tensor;
  return builder.add({ kind: "Table", inputs: [tensor], shape: builder.shape(tensor), table }, target, from);
}
