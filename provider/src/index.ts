/** The door of `@glia/provider`: making and running nodes from other programs. Inference alone is `@glia/provider/inference`. */
import { fileURLToPath } from "node:url";

export { askNode } from "./cli/control-client.ts";
export { UNSANDBOXED_SENTENCE } from "./config/words.ts";
export { JOB_POINTS } from "./domain/points.ts";
export type { JobPoint, PointObserver } from "./domain/points.ts";
export { initNode } from "./node/init-node.ts";
export type { InitOptions, InitResult } from "./node/init-node.ts";
export type { JobSummary, NodeStatus } from "./services/control/status.ts";

/** The `glia-node` program: `spawn(process.execPath, [GLIA_NODE, "start", "--data-dir", …])`. Needs Node 22; on an older one it starts the pinned Node itself. */
export const GLIA_NODE = fileURLToPath(new URL("../bin/glia-node.js", import.meta.url));
