import type { CID } from "multiformats/cid";
import type { Blocks } from "./blocks.ts";
import { cidKey } from "./cid.ts";

/** A reader that keeps the last `most` blocks it got: whoever reads a file item by item would read and hash the same block for each. */
export function recentBlocks(inner: Pick<Blocks, "get">, most: number): Pick<Blocks, "get"> {
  const recent = new Map<string, Uint8Array>();
  return {
    get: async (cid: CID) => {
      const key = cidKey(cid);
      const bytes = recent.get(key) ?? (await inner.get(cid));
      if (bytes === undefined) return undefined;
      // The latest stands last.
      recent.delete(key);
      recent.set(key, bytes);
      for (const oldest of recent.keys()) {
        if (recent.size <= most) break;
        recent.delete(oldest);
      }
      return bytes;
    },
  };
}
