import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

import { ROOT } from "./root.ts";

/** What a finished command left behind. */
export interface CommandResult {
  /** Exit code; 1 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  /** stdout and stderr in the order they came. */
  readonly output: string;
}

/** How to run a command. */
export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called with everything the command prints, as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a tool of the project in its root, with the project's own Node first on the path. Rejects when it cannot be started. */
export function command(name: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const path = [join(ROOT, "node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter);
  const child = spawn(name, args, {
    cwd: ROOT,
    // Hardhat reports its use to its makers unless told not to; our commands tell nobody anything.
    env: { ...process.env, HARDHAT_DISABLE_TELEMETRY: "true", ...options.env, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let stdout = "";
    let output = "";
    const take = (text: string): void => {
      output += text;
      options.onOutput?.(text);
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      take(text);
    });
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, stdout, output });
    });
  });
}

/** A check that passes when a command exits with 0, and else reports what it printed. */
export async function problemsOf(name: string, args: readonly string[]): Promise<string[]> {
  const { code, output } = await command(name, args);
  if (code === 0) return [];
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 0 ? lines : [`${name} ended with exit code ${code} and said nothing`];
}
