import { processTree } from "../sandbox/process-tree.ts";

/**
 * Kills a detached child with all it started: its process group, and every descendant that left the group. The list is
 * taken before anything dies, since a dead parent's children are no longer found below it.
 */
export function killTree(pid: number): void {
  if (pid <= 0) return;
  for (const target of [-pid, ...processTree(pid).pids, pid]) {
    try {
      process.kill(target, "SIGKILL");
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== "ESRCH" && code !== "EPERM") throw error;
    }
  }
}
