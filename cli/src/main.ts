import { CommanderError } from "commander";

import { createProgram } from "./program.ts";
import { INTERRUPTED, Interrupted } from "./terminal/interrupt.ts";
import { reportError } from "./terminal/output.ts";
import { EXIT_CODES } from "@glia/sdk";

// Whatever a library may do at exit or on a late rejection, a failure must never look like success.
process.exitCode = undefined;
try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  else if (error instanceof Interrupted) process.exitCode = INTERRUPTED;
  else process.exitCode = reportError(error, process.argv.includes("--json"));
}
