import { basename, dirname, join } from "node:path";
import type { InferenceLimits } from "../limits.ts";
import type { SandboxFacts } from "./facts.ts";
import { systemView } from "./file-view.ts";

/** A Node program to be confined, and the read-only folders that it needs beside the system's. */
export interface ConfinedProgram {
  /** Absolute path of the entry file; its folder is shown too. */
  readonly entry: string;
  /** Package folders by name, shown where Node finds them from the entry file. */
  readonly packages: Readonly<Record<string, string>>;
  /** The package.json that says what kind of modules the entry folder holds. */
  readonly manifest: string;
  /** Whether devices and drivers of a GPU are shown. */
  readonly gpu: boolean;
  /** Extra environment, e.g. a GPU library path. Never anything of the parent's own. */
  readonly environment: Readonly<Record<string, string>>;
}

export type ProcessLimits = Pick<
  InferenceLimits,
  "memoryBytes" | "cpuSeconds" | "maxProcesses" | "maxOpenFiles" | "maxFileBytes"
>;

/** What to spawn. `environment` is the whole environment of the first process. */
export interface ConfinedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Slack between the memory limit that the watcher enforces and the kernel's own limit on private memory, in bytes. */
const DATA_LIMIT_SLACK = 1024 ** 3;
const NODE_FLAGS = ["--disable-warning=ExperimentalWarning", "--disallow-code-generation-from-strings"];

/** Builds the command line for a program under the protections that are in force. */
export function confinedCommand(program: ConfinedProgram, limits: ProcessLimits, facts: SandboxFacts): ConfinedCommand {
  const environment = { ...program.environment, ORT_DISABLE_TELEMETRY: "1" };
  if (facts.bubblewrap === undefined) {
    const [file, ...args] = [
      ...limited(limits, facts, program.gpu, false),
      process.execPath,
      ...NODE_FLAGS,
      program.entry,
    ];
    return { file: file ?? process.execPath, args, environment };
  }
  const inside = `/glia/program/${basename(program.entry)}`;
  const args = [
    ...["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"],
    ...systemView(program.gpu, Math.max(limits.maxFileBytes, 4096)),
    ...["--ro-bind", process.execPath, "/glia/node", "--ro-bind", program.manifest, "/glia/package.json"],
    ...["--ro-bind", dirname(program.entry), "/glia/program"],
    ...Object.entries(program.packages).flatMap(([name, path]) => packageView(name, path)),
    ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]),
    "--",
    ...limited(limits, facts, program.gpu, true),
    ...["/glia/node", ...NODE_FLAGS, inside],
  ];
  return { file: facts.bubblewrap, args, environment: {} };
}

/**
 * A package where Node finds it from the entry file: a link, as in a workspace, because Node runs no TypeScript whose real path
 * lies below node_modules, and in this repository packages are TypeScript.
 */
function packageView(name: string, path: string): string[] {
  const shown = join("/glia/packages", name);
  return ["--ro-bind", path, shown, "--symlink", shown, join("/glia/node_modules", name)];
}

/**
 * The prlimit prefix. The process count is limited only inside a user namespace, where the kernel counts it apart from the
 * operator's own processes. A GPU driver maps far more memory than it uses, so there the watcher alone limits memory.
 */
function limited(limits: ProcessLimits, facts: SandboxFacts, gpu: boolean, ownNamespace: boolean): string[] {
  if (facts.prlimit === undefined) return [];
  return [
    facts.prlimit,
    // The softer limit comes first, so that the signal tells the reason.
    `--cpu=${limits.cpuSeconds}:${limits.cpuSeconds + 5}`,
    `--nofile=${limits.maxOpenFiles}`,
    `--fsize=${limits.maxFileBytes}`,
    "--core=0",
    ...(gpu ? [] : [`--data=${limits.memoryBytes + DATA_LIMIT_SLACK}`]),
    ...(ownNamespace ? [`--nproc=${limits.maxProcesses}`] : []),
    "--",
  ];
}
