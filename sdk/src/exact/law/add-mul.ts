import type { AddMulNode, Shape } from "../model.ts";
import { pixelAt, positionOf } from "./element.ts";
import type { Element, Position } from "./element.ts";
import { requantise } from "./requantise.ts";

/** The function of an {@link AddMulNode}: a sum or product of two tensors whose sizes of 1 are repeated. */
export function addMul(node: AddMulNode, [aShape, bShape]: readonly [Shape, Shape], a: Uint8Array, b: Uint8Array) {
  const element: Element = (index) => {
    const position = positionOf(node.shape, index);
    const left = node.aFactor * ((a[placeIn(aShape, position)] ?? 0) - node.aZero);
    const right = node.bFactor * ((b[placeIn(bShape, position)] ?? 0) - node.bZero);
    return requantise(node.operation === "add" ? left + right : left * right, node.multiplier, node.yZero);
  };
  return element;
}

/** Where an operand's element for this position of the output lies, in physical order. */
export function placeIn(shape: Shape, { n, h, w, c }: Position): number {
  const pixel = pixelAt(shape, shape.n === 1 ? 0 : n, shape.h === 1 ? 0 : h, shape.w === 1 ? 0 : w);
  return pixel + (shape.c === 1 ? 0 : c);
}
