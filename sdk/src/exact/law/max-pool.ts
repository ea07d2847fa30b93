import type { MaxPoolNode, Shape } from "../model.ts";
import { pixelAt, positionOf } from "./element.ts";
import type { Element } from "./element.ts";

/** The function of a {@link MaxPoolNode}: the largest element of the window's part that lies inside the image. */
export function maxPool(node: MaxPoolNode, from: Shape, x: Uint8Array): Element {
  return (index) => {
    const { n, h, w, c } = positionOf(node.shape, index);
    let largest = 0;
    for (let i = 0; i < node.kernelH; i++) {
      const row = h * node.strideH - node.padTop + i * node.dilationH;
      if (row < 0 || row >= from.h) continue;
      for (let j = 0; j < node.kernelW; j++) {
        const column = w * node.strideW - node.padLeft + j * node.dilationW;
        if (column < 0 || column >= from.w) continue;
        largest = Math.max(largest, x[pixelAt(from, n, row, column) + c] ?? 0);
      }
    }
    return largest;
  };
}
