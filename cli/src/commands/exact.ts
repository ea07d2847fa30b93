import { Command } from "commander";

import { inspectCommand } from "./exact-inspect.ts";
import { quantizeCommand } from "./exact-quantize.ts";

/** `glia exact`: models whose results can be proven wrong, because every output byte has one right value. */
export function exactCommand(): Command {
  return new Command("exact")
    .description("integer models whose every output byte has one right value: look at them, make them")
    .addCommand(inspectCommand())
    .addCommand(quantizeCommand());
}
