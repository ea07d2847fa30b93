import type { TableNode } from "../model.ts";
import type { Element } from "./element.ts";

/** The function of a {@link TableNode}: `table[x]`. */
export function table(node: TableNode, x: Uint8Array): Element {
  return (index) => node.table[x[index] ?? 0] ?? 0;
}
