export { chanceHonest, chanceItemSampled, chanceSampled } from "./chances.ts";
export { challengerMove } from "./challenger.ts";
export type { ChallengerArgs } from "./challenger.ts";
export { attestationCommitment, resultCommitment, sampleDigest } from "./commitment.ts";
export type { CommittedResult } from "./commitment.ts";
export { defaultAuditPot } from "./default-pot.ts";
export { runChallenger, runResponder, walletSender } from "./drive.ts";
export type { DriveOptions, ResponderOptions } from "./drive.ts";
export { drawItems } from "./draw-items.ts";
export { itemData } from "./item-data.ts";
export { isChecked, isDrawn, sampleItems, sampleParts } from "./lots.ts";
export type { Draw, SamplePart } from "./lots.ts";
export type { JobMaterial } from "./material.ts";
export { assuranceMenu } from "./menu.ts";
export type { MenuFacts, MenuRow } from "./menu.ts";
export type {
  ChallengeOutcome,
  ChallengerMove,
  MoveSender,
  ResponderMove,
  SendMove,
  StuckMove,
  WaitMove,
} from "./move.ts";
export { openMaterial } from "./open-material.ts";
export type { Tracer } from "./open-material.ts";
export { lawRunner, rerunItems } from "./rerun.ts";
export type { ItemRunner, RerunItem } from "./rerun.ts";
export { responderMoves } from "./responder.ts";
export type { ResponderArgs } from "./responder.ts";
