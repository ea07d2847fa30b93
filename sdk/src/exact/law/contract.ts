import type { ContractNode, Shape } from "../model.ts";
import { pixelAt, positionOf } from "./element.ts";
import type { Element } from "./element.ts";
import { requantise } from "./requantise.ts";

/**
 * The function of a {@link ContractNode}: `requantise(bias[o] + Σ (x − xZero)(w − wZero), multiplier[o], yZero)`.
 * Positions outside the image count as xZero, so they add nothing and are passed over.
 */
export function contract(node: ContractNode, from: Shape, x: Uint8Array): Element {
  const { weights, xZero, wZero, kernelH, kernelW } = node;
  const inGroup = from.c / node.groups;
  const outGroup = node.shape.c / node.groups;
  return (index) => {
    const { n, h, w, c } = positionOf(node.shape, index);
    const firstChannel = Math.floor(c / outGroup) * inGroup;
    let acc = node.bias[c] ?? 0;
    for (let i = 0; i < kernelH; i++) {
      const row = h * node.strideH - node.padTop + i * node.dilationH;
      if (row < 0 || row >= from.h) continue;
      for (let j = 0; j < kernelW; j++) {
        const column = w * node.strideW - node.padLeft + j * node.dilationW;
        if (column < 0 || column >= from.w) continue;
        const xs = pixelAt(from, n, row, column) + firstChannel;
        const ws = ((c * kernelH + i) * kernelW + j) * inGroup;
        for (let k = 0; k < inGroup; k++) acc += ((x[xs + k] ?? 0) - xZero) * ((weights[ws + k] ?? 0) - wZero);
      }
    }
    return requantise(acc, node.multipliers[c] ?? 1, node.yZero);
  };
}
