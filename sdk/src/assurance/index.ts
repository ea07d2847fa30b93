export { chanceChecked, chanceItemSampled, chanceSampled } from "./chances.ts";
export { attestationCommitment, resultCommitment, sampleDigest } from "./commitment.ts";
export type { CommittedResult } from "./commitment.ts";
export { defaultAuditPot } from "./default-pot.ts";
export { isChecked, isDrawn, sampleItems, sampleParts } from "./lots.ts";
export type { Draw, SamplePart } from "./lots.ts";
export { assuranceMenu } from "./menu.ts";
export type { MenuFacts, MenuRow } from "./menu.ts";
