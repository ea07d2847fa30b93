/** Runs the `glia-node` command as people do. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

import { nodeProgram } from "@glia/provider";

/** What a command printed and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. Nothing of this process's environment but PATH reaches it. */
export async function gliaNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [nodeProgram(), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], ...env },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, stdout, stderr };
}

/** Runs a command with `--json` and gives the document that it printed. */
export async function gliaNodeJson(args: readonly string[], expectedCode = 0): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await gliaNode([...args, "--json"]);
  if (code !== expectedCode) throw new Error(`glia-node ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}
