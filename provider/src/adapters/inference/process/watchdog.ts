import type { GliaError } from "@glia/sdk";
import type { InferenceLimits } from "../limits.ts";
import { processTree } from "../sandbox/process-tree.ts";
import { workerMemory, workerProcesses } from "./worker-errors.ts";

/** How often the tree is looked at, in milliseconds. A process fills about 100 MB in this time. */
const INTERVAL_MS = 50;

/** Watches a process tree's resident memory and size; calls `onBreach` once. Returns the function that stops the watch. */
export function watchTree(
  pid: number,
  limits: Pick<InferenceLimits, "memoryBytes" | "maxProcesses">,
  onBreach: (error: GliaError) => void,
): () => void {
  const timer = setInterval(() => {
    const { residentBytes, pids } = processTree(pid);
    if (residentBytes > limits.memoryBytes) onBreach(workerMemory(limits.memoryBytes, residentBytes));
    else if (pids.length > limits.maxProcesses) onBreach(workerProcesses(limits.maxProcesses, pids.length));
    else return;
    clearInterval(timer);
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
