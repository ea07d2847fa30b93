import { homedir } from "node:os";
import { join, resolve } from "node:path";

import { Command, Option } from "commander";

import { readConfigFile } from "../config/file.ts";
import { environmentName, flagName, resolveConfig, type ResolvedConfig } from "../config/resolve.ts";
import { isSwitch, SETTINGS, type SettingKey } from "../config/settings.ts";
import { createOutput, fail, type Output } from "./output.ts";

/** What every command gets: its own options, the data directory, the configuration, and how to talk. */
export interface CommandContext {
  readonly directory: string;
  readonly output: Output;
  /** Options by name as commander read them. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** The configuration; read at each call, throws `CONFIG_…`. */
  readonly resolve: () => ResolvedConfig;
}

const DEFAULT_DIRECTORY = join(homedir(), ".glia", "node");

/** Settings that connect a command to the market; owner commands take these as flags, `start` and `config` take all. */
export const CHAIN_SETTINGS = [
  "chainId",
  "rpc",
  "market",
  "registry",
  "vault",
  "gliaToken",
  "fromBlock",
  "provider",
] as const satisfies readonly SettingKey[];
export const ALL_SETTINGS = Object.keys(SETTINGS) as SettingKey[];

/** Makes a command with the common options, flags for some settings, and examples in its help. */
export function makeCommand(
  name: string,
  about: string,
  settings: readonly SettingKey[],
  examples: readonly string[],
  run: (context: CommandContext, args: readonly string[]) => Promise<void>,
): Command {
  const command = new Command(name)
    .description(about)
    .addOption(
      new Option("--data-dir <directory>", "where the node keeps its state")
        .env("GLIA_NODE_DATA_DIR")
        .default(DEFAULT_DIRECTORY),
    )
    .option("--json", "print one JSON document on standard output");
  for (const key of settings) {
    const { about: help } = SETTINGS[key];
    // `--audit` alone means `--audit true`.
    const value = isSwitch(key) ? "[value]" : "<value>";
    command.addOption(new Option(`${flagName(key)} ${value}`, `${help} (env: ${environmentName(key)})`));
  }
  command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  $ ${example}`).join("\n")}`);
  command.action(async () => {
    const options = command.opts<Record<string, string | boolean | undefined>>();
    const directory = resolve(String(options["dataDir"]));
    const output = createOutput(options["json"] === true);
    const flags: Record<string, string | undefined> = {};
    for (const key of settings) {
      const value = options[key];
      if (value !== undefined) flags[key] = String(value);
    }
    const resolveNow = (): ResolvedConfig =>
      resolveConfig({ flags, environment: process.env, file: readConfigFile(directory) });
    try {
      await run({ directory, output, options, resolve: resolveNow }, command.processedArgs.map(String));
    } catch (error) {
      fail(error, output.json);
    }
  });
  return command;
}
