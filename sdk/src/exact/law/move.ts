import { FILL } from "../model.ts";
import type { SelectNode, ViewNode } from "../model.ts";
import type { Element } from "./element.ts";

/** Which element of a view's input becomes element `index` of its output: the digits of the index, each times its stride. */
export function viewPlace(node: ViewNode, index: number): number {
  let rest = index;
  let place = node.base;
  for (let k = node.digits.length - 1; k >= 0; k--) {
    const { radix, stride } = node.digits[k] ?? { radix: 1, stride: 0 };
    place += (rest % radix) * stride;
    rest = Math.floor(rest / radix);
  }
  return place;
}

/** Where element `index` of a select's output comes from. */
export interface SelectPlace {
  /** Position along the axis, so entry of the sources. */
  readonly position: number;
  /** Which of the node's inputs, and which element of it; `undefined` if it is the constant. */
  readonly from: { readonly input: number; readonly element: number } | undefined;
}

/** @param sizes number of elements of each input */
export function selectPlace(node: SelectNode, sizes: readonly number[], index: number): SelectPlace {
  const { outer, inner, sources } = node;
  const column = index % inner;
  const row = (index - column) / inner;
  const position = row % sources.length;
  const block = (row - position) / sources.length;
  const source = sources[position] ?? FILL;
  if (source === FILL) return { position, from: undefined };
  const input = Math.floor(source / 2 ** 24);
  const length = (sizes[input] ?? 0) / outer / inner;
  return { position, from: { input, element: (block * length + (source % 2 ** 24)) * inner + column } };
}

/** The function of a {@link ViewNode}. */
export function view(node: ViewNode, x: Uint8Array): Element {
  return (index) => x[viewPlace(node, index)] ?? 0;
}

/** The function of a {@link SelectNode}: each position of the axis names an input and a position in it, or the constant. */
export function select(node: SelectNode, inputs: readonly Uint8Array[]): Element {
  const sizes = inputs.map((input) => input.length);
  return (index) => {
    const { from } = selectPlace(node, sizes, index);
    return from === undefined ? node.fill : (inputs[from.input]?.[from.element] ?? 0);
  };
}
