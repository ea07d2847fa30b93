import { isHex } from "viem";
import type { Hex } from "viem";

/**
 * Finds the revert data in whatever a client library or an RPC threw: walks causes, and looks where nodes put it
 * (`data`, `data.data`, `error.data`, `raw`). Undefined where there is none.
 */
export function revertData(error: unknown): Hex | undefined {
  const seen = new Set<unknown>();
  const queue: unknown[] = [error];
  while (queue.length > 0 && seen.size < 50) {
    const part = queue.shift();
    if (typeof part !== "object" || part === null || seen.has(part)) continue;
    seen.add(part);
    const fields = part as Readonly<Record<string, unknown>>;
    for (const name of ["raw", "data"]) {
      const value = fields[name];
      if (isHex(value) && value.length >= 10 && value.length % 2 === 0) return value;
    }
    queue.push(fields["cause"], fields["data"], fields["error"]);
  }
  return undefined;
}
