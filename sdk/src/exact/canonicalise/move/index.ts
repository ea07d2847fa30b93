export { planConcat } from "./concat.ts";
export type { Dims } from "./dims.ts";
export type { MovePlan } from "./planner.ts";
export { planFlatten, planIdentity, planReshape, planSqueeze, planUnsqueeze } from "./reshape.ts";
export { planTranspose } from "./transpose.ts";
