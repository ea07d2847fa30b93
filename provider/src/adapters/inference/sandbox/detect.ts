import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import type { SandboxFacts, SandboxLayer, SandboxMode } from "./facts.ts";
import { systemView } from "./file-view.ts";
import { findExecutable } from "./find-executable.ts";

const run = promisify(execFile);
const PROBE_TIMEOUT_MS = 10_000;

/**
 * Finds out which protections work on this machine, by trying them. Policy is the caller's: a node that takes strangers'
 * jobs should not start unless `isolated` is true or its operator said otherwise.
 */
export async function detectSandbox(mode: SandboxMode = "prefer"): Promise<SandboxFacts> {
  const bubblewrap = mode === "off" ? "switched off by the operator" : await probeBubblewrap();
  const prlimit = findExecutable("prlimit");
  const working = typeof bubblewrap === "string" ? undefined : bubblewrap.path;
  const layers: SandboxLayer[] = [
    {
      name: "process",
      inForce: true,
      detail: "each model runs in a child process with an empty environment and working directory, killed as a whole",
    },
    {
      name: "bubblewrap",
      inForce: working !== undefined,
      detail:
        typeof bubblewrap === "string" ? bubblewrap : "own namespaces: no network, no files but /usr, no capabilities",
    },
    {
      name: "prlimit",
      inForce: prlimit !== undefined,
      detail:
        prlimit === undefined
          ? "prlimit is not installed (Debian: apt-get install util-linux)"
          : "the kernel limits processor time, memory, open files and file size",
    },
    memoryLayer(),
  ];
  return { layers, isolated: working !== undefined, bubblewrap: working, prlimit };
}

function memoryLayer(): SandboxLayer {
  const inForce = existsSync("/proc/self/status");
  const detail = inForce
    ? "the node watches the resident memory and the number of processes of the worker's tree"
    : "this system has no /proc, so resident memory is not watched";
  return { name: "memory-watch", inForce, detail };
}

/** The path if a sandboxed program ran, else a sentence that says why not. */
async function probeBubblewrap(): Promise<string | { path: string }> {
  if (process.platform !== "linux") return `bubblewrap exists on Linux only; this is ${process.platform}`;
  const path = findExecutable("bwrap");
  if (path === undefined) return "bubblewrap is not installed (Debian, Ubuntu: apt-get install bubblewrap)";
  const args = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"];
  try {
    await run(path, [...args, ...systemView(false, 4096), "--", "/usr/bin/true"], {
      timeout: PROBE_TIMEOUT_MS,
      env: {},
    });
    return { path };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n").slice(0, 2).join(" ") : String(error);
    return `bubblewrap is installed but does not work here, often because user namespaces are switched off: ${reason}`;
  }
}
