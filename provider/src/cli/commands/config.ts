import { Command } from "commander";

import { SETTINGS } from "../../config/settings.ts";
import { toJson } from "@glia/sdk";
import { ALL_SETTINGS, type CommandContext, makeCommand } from "../options.ts";

/** `glia-node config` */
export function configCommand(): Command {
  const show = makeCommand(
    "show",
    "Print the configuration as the node would use it.",
    ALL_SETTINGS,
    [
      "glia-node config show",
      "glia-node config show --origin",
      "GLIA_NODE_PORT=9000 glia-node config show --origin --json",
    ],
    showConfig,
  ).option("--origin", "say where each value came from: flag, environment, file or default");
  return new Command("config").description("Look at the configuration.").addCommand(show);
}

async function showConfig({ resolve, output, options }: CommandContext): Promise<void> {
  const { config, origins } = resolve();
  const withOrigin = options["origin"] === true;
  const document = Object.fromEntries(
    ALL_SETTINGS.map((key) => [
      key,
      withOrigin
        ? { value: config[key] ?? null, origin: origins[key], about: SETTINGS[key].about }
        : (config[key] ?? null),
    ]),
  );
  const lines = ALL_SETTINGS.map((key) => {
    const value = config[key] === undefined ? "-" : toJson(config[key]);
    return `${key.padEnd(24)} ${withOrigin ? `${origins[key].padEnd(12)} ` : ""}${value}`;
  });
  output.answer(document, lines);
  return Promise.resolve();
}
