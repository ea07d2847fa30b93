export { commitModel, exactModelId } from "./commit-model.ts";
export type { ModelCommitment } from "./commit-model.ts";
export { exactItemRoot, itemRootOfRoots, tensorRoot, traceRoot, traceRoots } from "./item.ts";
