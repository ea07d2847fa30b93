import type { CID } from "multiformats/cid";
import { parseCid } from "./cid.ts";

/** The roots that garbage collection keeps. */
export interface Pins {
  add(root: CID): Promise<void>;
  delete(root: CID): Promise<void>;
  list(): Promise<CID[]>;
}

/** Pins in memory. */
export function memoryPins(): Pins {
  const roots = new Set<string>();
  return {
    add: (root) => {
      roots.add(root.toString());
      return Promise.resolve();
    },
    delete: (root) => {
      roots.delete(root.toString());
      return Promise.resolve();
    },
    list: () => Promise.resolve(Array.from(roots, parseCid)),
  };
}
