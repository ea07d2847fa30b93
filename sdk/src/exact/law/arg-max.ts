import type { ArgMaxNode } from "../model.ts";
import type { Element } from "./element.ts";

/** The function of an {@link ArgMaxNode}: where along the axis the largest element stands, the first or the last of equals. */
export function argMax({ length, inner, last }: ArgMaxNode, x: Uint8Array): Element {
  return (index) => {
    const column = index % inner;
    const outer = (index - column) / inner;
    const at = (position: number) => x[(outer * length + position) * inner + column] ?? 0;
    let best = 0;
    for (let position = 1; position < length; position++)
      if (at(position) > at(best) || (last && at(position) === at(best))) best = position;
    return best;
  };
}
