import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { ConfinedCommand } from "../sandbox/command.ts";
import { InputWindow } from "./input-window.ts";
import { killTree, untilGone } from "./kill-tree.ts";
import { Quarantine } from "./quarantine.ts";

/** A child process in an empty directory of its own, with a socket on descriptor 3 and its input window on descriptor 4. */
export interface ConfinedProcess {
  readonly pid: number;
  readonly socket: Duplex;
  /** Closed as soon as the process is gone: then writing throws. */
  readonly input: InputWindow;
  /** What it printed, capped and cleaned. */
  readonly stderr: Quarantine;
  /** Settles when the process is gone, all it wrote was read and its directory removed. Rejects if it could not be started. */
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  /** SIGKILL for the whole tree. Does nothing once it is gone. */
  kill(): void;
}

/** Spawns the command as leader of its own process group. Throws what `spawn` throws; see `exited` for later errors. */
export function startConfined(command: ConfinedCommand): ConfinedProcess {
  const directory = mkdtempSync(join(tmpdir(), "glia-worker-"));
  const input = new InputWindow();
  const child = spawn(command.file, command.args, {
    cwd: directory,
    env: { ...command.environment },
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe", input.readEnd],
  });
  input.handedOver();
  const pid = child.pid ?? 0;
  if (pid > 0) sacrificeFirst(pid);
  // Standard output is nobody's: it is read so that the worker does not block, and dropped.
  child.stdout?.resume();
  const stderr = new Quarantine(child.stderr);
  let gone = false;
  child.once("exit", () => {
    gone = true;
  });
  const killed = new Set<number>();
  const exited = waitForExit(child).finally(async () => {
    await untilGone(killed);
    input.close();
    rmSync(directory, { recursive: true, force: true });
  });
  exited.catch(() => undefined);
  const kill = (): void => {
    if (!gone) for (const victim of killTree(pid)) killed.add(victim);
    child.stdio[3]?.destroy();
  };
  return { pid, socket: child.stdio[3] as Duplex, input, stderr, exited, kill };
}

function waitForExit(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    // What it left behind in its group would keep the pipes open, and "close" would never come.
    child.once("exit", () => killTree(child.pid ?? 0));
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

/** If the whole machine runs out of memory, the kernel shall take the worker and not the node. */
function sacrificeFirst(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // Not Linux, or the process is gone already: then nothing is lost.
  }
}
