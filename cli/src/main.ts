import { EXIT_CODES, GliaError } from "@glia/sdk";
import { CommanderError } from "commander";

import { createProgram } from "./program.ts";
import { INTERRUPTED, Interrupted } from "./terminal/interrupt.ts";
import { reportError, reportJson } from "./terminal/output.ts";

const json = process.argv.includes("--json");

// Whoever reads our output may stop early, as `head` does; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

// Whatever a library may do at exit or on a late rejection, a failure must never look like success.
process.exitCode = undefined;
try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = explain(error);
}

/** Reports why the command ended, and gives the exit code. */
function explain(error: unknown): number {
  if (error instanceof Interrupted) {
    if (json) reportJson(new GliaError("INTERRUPTED", error.message, { kind: "usage" }));
    return INTERRUPTED;
  }
  if (!(error instanceof CommanderError)) return reportError(error, json);
  // Commander has written its help or its complaint already, to stdout or stderr.
  if (error.exitCode === 0) return 0;
  const message = error.message.replace(/^error: /, "");
  if (json) reportJson(new GliaError("USAGE", message, { kind: "usage", hint: "Add --help to see what is right." }));
  return EXIT_CODES.usage;
}
