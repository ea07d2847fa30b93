export { batchTree, proveItem, verifyItem } from "./batch-tree.ts";
export type { BatchTree } from "./batch-tree.ts";
export { itemRoot, tensorHash } from "./item-root.ts";
export { opaqueModelId, opaqueModelIdFromSha256 } from "./model-id.ts";
