import { createRequire } from "node:module";

import { EXIT_CODES } from "@glia/sdk";
import { Command } from "commander";

import { challengeCommand } from "./commands/challenge.ts";
import { acceptCommand, cancelCommand, settleCommand } from "./commands/decide.ts";
import { devnetCommand } from "./commands/devnet.ts";
import { downloadCommand } from "./commands/download.ts";
import { exactCommand } from "./commands/exact.ts";
import { jobCommand, jobsCommand } from "./commands/jobs.ts";
import { balanceCommand, depositCommand, withdrawCommand } from "./commands/money.ts";
import { quoteCommand } from "./commands/quote.ts";
import { resumeCommand, runCommand } from "./commands/run.ts";
import { verifyCommand } from "./commands/verify.ts";
import { watchCommand } from "./commands/watch.ts";

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

const COMMANDS = [
  devnetCommand,
  quoteCommand,
  runCommand,
  resumeCommand,
  jobsCommand,
  jobCommand,
  downloadCommand,
  verifyCommand,
  challengeCommand,
  watchCommand,
  exactCommand,
  acceptCommand,
  settleCommand,
  cancelCommand,
  depositCommand,
  withdrawCommand,
  balanceCommand,
];

/** The `glia` command with all its subcommands. Parsing errors are thrown, never exits. */
export function createProgram(): Command {
  const codes = Object.entries(EXIT_CODES).map(([kind, code]) => `${code} ${kind}`);
  const program = new Command("glia")
    .description("Buy AI compute from strangers: quotes, jobs, checks and payment on chain.")
    .version(version)
    .addHelpText("after", `\nExit codes: 0 success, ${codes.join(", ")}, 130 interrupted.\n`);
  for (const make of COMMANDS) program.addCommand(make());
  prepare(program);
  return program;
}

function prepare(command: Command): void {
  command.exitOverride().showHelpAfterError("(--help shows what is right)");
  for (const sub of command.commands) prepare(sub);
}
