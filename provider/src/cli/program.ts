import { EXIT_CODES, GliaError } from "@glia/sdk";
import { Command, CommanderError } from "commander";

import { NODE_VERSION } from "../node/version.ts";
import { auditingCommand } from "./commands/auditing.ts";
import { configCommand } from "./commands/config.ts";
import { delegateCommand } from "./commands/delegate.ts";
import { drainCommand } from "./commands/drain.ts";
import { initCommand } from "./commands/init.ts";
import { jobsCommand } from "./commands/jobs.ts";
import { registerCommand } from "./commands/register.ts";
import { stakeCommand, unstakeCommand } from "./commands/stake.ts";
import { startCommand } from "./commands/start.ts";
import { statusCommand } from "./commands/status.ts";
import { withdrawCommand } from "./commands/withdraw.ts";
import { fail } from "./output.ts";

const COMMANDS = [
  initCommand,
  stakeCommand,
  registerCommand,
  startCommand,
  statusCommand,
  jobsCommand,
  drainCommand,
  withdrawCommand,
  unstakeCommand,
  auditingCommand,
  delegateCommand,
  configCommand,
];

const CODES = Object.entries(EXIT_CODES).map(([kind, code]) => `${code} ${kind}`);

/** The `glia-node` program. */
export function createProgram(): Command {
  const program = new Command("glia-node")
    .description("The provider's node of the Glia marketplace: sells inference for tokens.")
    .version(NODE_VERSION)
    .addHelpText(
      "after",
      `\nExit codes: 0 success, ${CODES.join(", ")}.\n\nExamples:\n  $ glia-node init\n  $ glia-node start`,
    );
  for (const make of COMMANDS) program.addCommand(make());
  quiet(program);
  return program;
}

/** Parses and runs; sets `process.exitCode`. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || error.code === "commander.help") return;
    const message = error.message.replace(/^error: /, "");
    fail(
      new GliaError("USAGE", message, { kind: "usage", hint: "Add --help to see the options." }),
      argv.includes("--json"),
    );
  }
}

/** Lets us, not commander, print errors, so that they look alike and `--json` holds for them too. */
function quiet(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  for (const child of command.commands) quiet(child);
}
