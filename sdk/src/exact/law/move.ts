import { FILL } from "../model.ts";
import type { SelectNode, ViewNode } from "../model.ts";
import type { Element } from "./element.ts";

/** The function of a {@link ViewNode}: the digits of the element's place, each times its stride, lead to the element of the input. */
export function view(node: ViewNode, x: Uint8Array): Element {
  const leastFirst = node.digits.toReversed();
  return (index) => {
    let rest = index;
    let place = node.base;
    for (const { radix, stride } of leastFirst) {
      place += (rest % radix) * stride;
      rest = Math.floor(rest / radix);
    }
    return x[place] ?? 0;
  };
}

/** The function of a {@link SelectNode}: each position of the axis names an input and a position in it, or the constant. */
export function select(node: SelectNode, inputs: readonly Uint8Array[]): Element {
  const { outer, inner, sources, fill } = node;
  return (index) => {
    const column = index % inner;
    const row = (index - column) / inner;
    const position = row % sources.length;
    const block = (row - position) / sources.length;
    const source = sources[position] ?? FILL;
    if (source === FILL) return fill;
    const input = inputs[Math.floor(source / 2 ** 24)] ?? new Uint8Array();
    const length = input.length / outer / inner;
    return input[(block * length + (source % 2 ** 24)) * inner + column] ?? 0;
  };
}
