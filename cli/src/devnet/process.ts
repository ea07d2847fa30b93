import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { GliaError } from "@glia/sdk";

/** A process that outlives the command that started it, in a form that survives in a file. */
export interface ProcessRef {
  readonly pid: number;
  /** When it started, in the system's own words: tells it from a later process with the same number. */
  readonly started: string;
}

/** Starts `command` in a session of its own, appending its output to `logFile`. */
export async function startDetached(
  command: string,
  args: readonly string[],
  options: { readonly logFile: string; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string },
): Promise<ProcessRef> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, "a");
  try {
    const child: ChildProcess = spawn(command, args, {
      detached: true,
      stdio: ["ignore", log, log],
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    await once(child, "spawn");
    child.unref();
    const pid = child.pid ?? 0;
    return { pid, started: startOf(pid) ?? "" };
  } catch (cause) {
    throw new GliaError("PROCESS_NOT_STARTED", `${command} could not be started.`, {
      kind: "internal",
      hint: "Run `npm ci` again; it installs every program that Glia starts.",
      cause,
    });
  } finally {
    closeSync(log);
  }
}

/** Whether that very process still runs. */
export function isAlive(process: ProcessRef): boolean {
  return startOf(process.pid) === process.started;
}

/** Asks a process to end, and kills it when it has not after `graceMs`. Says how it went. */
export async function stopProcess(target: ProcessRef, graceMs: number): Promise<"gone" | "stopped" | "killed"> {
  if (!isAlive(target)) return "gone";
  process.kill(target.pid, "SIGTERM");
  if (await waitUntil(() => !isAlive(target), graceMs)) return "stopped";
  if (isAlive(target)) process.kill(target.pid, "SIGKILL");
  await waitUntil(() => !isAlive(target), 5_000);
  return "killed";
}

/** Polls `condition` every 50 ms until it holds or `timeoutMs` is over; says whether it held. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (Date.now() >= end) return false;
    await delay(50);
  }
}

/** When process `pid` started; undefined when there is none, or only a zombie. */
function startOf(pid: number): string | undefined {
  if (process.platform !== "linux") return startByPs(pid);
  try {
    // proc(5): after the command in parentheses come state (field 3) … starttime (field 22).
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return line === "" || line.startsWith("Z") ? undefined : line.slice(line.indexOf(" ")).trim();
  } catch {
    return undefined;
  }
}
