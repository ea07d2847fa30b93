import { verifiedBlocks } from "./blocks.ts";
import { createContentStore } from "./content-store.ts";
import type { ContentStore } from "./content-store.ts";
import { memoryBlocks } from "./memory-blocks.ts";
import { memoryPins } from "./pins.ts";

/** A content store in memory, for browsers and short-lived programs. */
export function createMemoryStore(): ContentStore {
  return createContentStore(verifiedBlocks(memoryBlocks()), memoryPins());
}
