import { command } from "../checks/lib/command.ts";

/** Compiles what changed of the contracts, their tests left out; says nothing where that works. On standard error, so that a command's `--json` stays clean. */
const { code, output } = await command("hardhat", ["build", "--no-tests", "--quiet"]);
if (code !== 0) console.error(output);
process.exitCode = code;
