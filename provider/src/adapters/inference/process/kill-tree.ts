import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, processTree } from "../sandbox/process-tree.ts";

/**
 * Kills a detached child with all it started: its process group, and every descendant that left the group. The list is
 * taken before anything dies, since a dead parent's children are no longer found below it. Returns that list.
 */
export function killTree(pid: number): readonly number[] {
  if (pid <= 0) return [];
  const { pids } = processTree(pid);
  for (const target of [-pid, ...pids, pid]) {
    try {
      process.kill(target, "SIGKILL");
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== "ESRCH" && code !== "EPERM") throw error;
    }
  }
  return pids;
}

const LOOK_MS = 2;
/** The kernel takes long only for a process that waits for a device; nobody shall wait for that. */
const PATIENCE_MS = 5_000;

/** Waits until killed processes are gone: a signal that was sent has not yet arrived. */
export async function untilGone(pids: Iterable<number>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (const pid of pids) while (isRunning(pid) && performance.now() < end) await sleep(LOOK_MS);
}
