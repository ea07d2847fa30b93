import { elementPlace } from "../commit/layout.ts";
import { joinRanges, leafRange } from "../commit/range.ts";
import type { LeafRange } from "../commit/range.ts";
import { pixelAt, positionOf } from "../law/element.ts";
import type { MaxPoolNode, Shape } from "../model.ts";

/** The elements of the input (physical order) that lie in the window of element `index` of a maximum's output, row by row. */
export function windowElements(node: MaxPoolNode, from: Shape, index: number): number[] {
  const { n, h, w, c } = positionOf(node.shape, index);
  const elements: number[] = [];
  for (let i = 0; i < node.kernelH; i++) {
    const row = h * node.strideH - node.padTop + i * node.dilationH;
    if (row < 0 || row >= from.h) continue;
    for (let j = 0; j < node.kernelW; j++) {
      const column = w * node.strideW - node.padLeft + j * node.dilationW;
      if (column >= 0 && column < from.w) elements.push(pixelAt(from, n, row, column) + c);
    }
  }
  return elements;
}

/** The leaves that hold them: ascending, never touching. */
export function windowRanges(node: MaxPoolNode, from: Shape, index: number): LeafRange[] {
  return joinRanges(windowElements(node, from, index).map((element) => leafRange(elementPlace(from, element).word, 1)));
}
