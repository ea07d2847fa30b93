export { apply, constant, isElementwise, quantised, X } from "./expression.ts";
export type { Expression } from "./expression.ts";
export type { Quantisation } from "./quantisation.ts";
export { composeTables, isIdentityTable, requantiseTable, tableOf } from "./table.ts";
