import { GliaError } from "@glia/sdk";

/** @throws GliaError `ITEM_UNKNOWN`. */
export function checkItem(item: number, items: number): void {
  if (item < items) return;
  throw new GliaError("ITEM_UNKNOWN", `There is no item ${item}; the job has items 0 to ${items - 1}.`, {
    kind: "usage",
    hint: "Give --item an index from 0.",
  });
}
