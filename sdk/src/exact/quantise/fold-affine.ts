import { makeNode } from "../../onnx/index.ts";
import type { NodeProto } from "../../onnx/index.ts";
import type { Tensor } from "../../tensors/index.ts";
import { affineSource, batchAffine, readAffine } from "./affine.ts";
import { absorb, readContraction, writeContraction } from "./contraction.ts";
import type { Contraction } from "./contraction.ts";
import { freshName, namesOf, usesOf } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";
import { floatTensor } from "./numbers.ts";
import { ranksOf } from "./ranks.ts";

/**
 * Folds BatchNormalization and constant factors and terms per channel into the Conv, Gemm or MatMul before them.
 * Afterwards every Conv and Gemm reads its weights (Gemm: [inputs, outputs]) and a bias from constants, with alpha = beta = 1;
 * a MatMul on a matrix is a Gemm. BatchNormalization elsewhere becomes Mul and Add.
 * @throws GliaError `EXACT_QUANTISE_WEIGHTS` (weights that are computed, not float32, not finite, or of the wrong shape)
 */
export function foldAffine(graph: FloatGraph): FloatGraph {
  const uses = usesOf(graph);
  const ranks = ranksOf(graph);
  const taken = namesOf(graph);
  const constants = new Map(graph.constants);
  const slots: (NodeProto | Contraction)[] = [];
  const slotOf = new Map<string, number>();
  for (const node of graph.nodes) {
    const contraction = readContraction(node, constants, ranks);
    if (contraction !== undefined) {
      slotOf.set(node.output[0] ?? "", slots.length);
      slots.push(contraction);
      continue;
    }
    const source = affineSource(node, constants);
    const slot = source === undefined ? undefined : slotOf.get(source);
    const before = slot === undefined ? undefined : slots[slot];
    const alone = source !== undefined && uses.consumers.get(source)?.length === 1 && !uses.outputs.has(source);
    if (slot !== undefined && before !== undefined && "weights" in before && alone) {
      const affine = readAffine(node, constants, before.rank, before.channels);
      if (affine !== undefined) {
        slots[slot] = absorb(before, affine, node);
        slotOf.set(node.output[0] ?? "", slot);
        continue;
      }
    }
    if (node.opType === "BatchNormalization") slots.push(...normalisation(node, constants, ranks, taken));
    else slots.push(node);
  }
  const nodes = slots.flatMap((slot) => ("weights" in slot ? writeContraction(slot, constants, taken) : [slot]));
  return { ...graph, nodes, constants };
}

/** A normalisation that has no contraction before it: one factor and one term per channel. */
function normalisation(
  node: NodeProto,
  constants: Map<string, Tensor>,
  ranks: ReadonlyMap<string, number>,
  taken: Set<string>,
): NodeProto[] {
  const [x = "", y = ""] = [node.input[0], node.output[0]];
  const channels = constants.get(node.input[1] ?? "")?.shape[0] ?? 0;
  const { factors, terms } = batchAffine(node, constants, channels);
  const shape = [channels, ...Array.from({ length: Math.max(0, (ranks.get(x) ?? 4) - 2) }, () => 1)];
  const constant = (label: string, values: Float64Array) => {
    const name = freshName(taken, `${node.name}_${label}`);
    constants.set(name, floatTensor(shape, values));
    return name;
  };
  const scaled = freshName(taken, `${y}_scaled`);
  return [
    makeNode("Mul", [x, constant("factors", factors)], [scaled], {}, { name: `${node.name}_mul` }),
    makeNode("Add", [scaled, constant("terms", terms)], [y], {}, { name: node.name }),
  ];
}
