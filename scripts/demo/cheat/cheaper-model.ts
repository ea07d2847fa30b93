import type { ExactModel } from "@glia/sdk/exact";

/** Weights of the cheaper model are multiples of this: what was seven bits is three. */
const STEP = 16;

/** The same network with three-bit weights, as somebody saves on computing who hopes that nobody looks; every shape stays. */
export function cheaperModel(model: ExactModel): ExactModel {
  return {
    ...model,
    nodes: model.nodes.map((node) => {
      if (node.kind !== "Contract") return node;
      const weights = node.weights.map((weight) => {
        // Towards the zero point, so that no sum grows beyond what was proven of the model.
        const value = weight - node.wZero;
        return node.wZero + Math.trunc(value / STEP) * STEP;
      });
      return { ...node, weights };
    }),
  };
}
