/** The door of `@glia/provider`: making and running nodes from other programs. Inference alone is `@glia/provider/inference`. */
import { fileURLToPath } from "node:url";

export { readKeystore, SCRYPT, writeKeystore } from "./adapters/keystore/keystore.ts";
export { readPasswordFile } from "./adapters/keystore/read-secret.ts";
export { readWatchRecords } from "./adapters/store/watch-records.ts";
export type { WatchRecord } from "./adapters/store/watch-records.ts";
export { askNode } from "./cli/control-client.ts";
export { askSecret } from "./cli/secrets.ts";
export { UNSANDBOXED_SENTENCE } from "./config/words.ts";
export { JOB_POINTS } from "./domain/points.ts";
export type { JobPoint, PointObserver } from "./domain/points.ts";
export { initNode } from "./node/init-node.ts";
export type { InitOptions, InitResult } from "./node/init-node.ts";
export { openingOf } from "./services/commit/opening.ts";
export type { Committed, Opening } from "./services/commit/opening.ts";
export type { JobSummary, NodeStatus } from "./services/control/status.ts";
export { createMutex } from "./util/mutex.ts";

/** Path of the `glia-node` program: `spawn(process.execPath, [nodeProgram(), "start", "--data-dir", …])`. On a Node that is too old it starts the pinned one itself. */
export function nodeProgram(): string {
  return fileURLToPath(new URL("../bin/glia-node.js", import.meta.url));
}
