import { GliaError } from "@glia/sdk";

import { type NodeConfig, SETTINGS, type SettingKey } from "./settings.ts";

/** Where a value came from, strongest first. */
export type Origin = "flag" | "environment" | "file" | "default" | "unset";

/** What a configuration is made from. `flags` and `file` hold values by key, flags as text; `environment` is `process.env`. */
export interface ConfigSources {
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: Readonly<Record<string, unknown>>;
}

export interface ResolvedConfig {
  readonly config: NodeConfig;
  readonly origins: Readonly<Record<SettingKey, Origin>>;
}

/** `maxItems` → `GLIA_NODE_MAX_ITEMS`. */
export function environmentName(key: string): string {
  return `GLIA_NODE_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** `maxItems` → `--max-items`. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Puts a configuration together: flag > environment > file > default.
 * @throws {@link GliaError} `CONFIG_INVALID` that names key, origin, value and the right form; `CONFIG_UNKNOWN_KEY` for a key of
 * the file or a `GLIA_NODE_…` variable that no setting has.
 */
export function resolveConfig(sources: ConfigSources): ResolvedConfig {
  refuseUnknown(sources);
  const config: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const [origin, value] = pick(key, sources);
    origins[key] = origin;
    config[key] = origin === "unset" ? undefined : check(key, origin, value);
  }
  return { config: config as NodeConfig, origins: origins as ResolvedConfig["origins"] };
}

function pick(key: SettingKey, { flags, environment, file }: ConfigSources): [Origin, unknown] {
  const { parse, fallback } = SETTINGS[key];
  const flag = flags[key];
  if (flag !== undefined) return ["flag", parse(flag)];
  const variable = environment[environmentName(key)];
  if (variable !== undefined) return ["environment", parse(variable)];
  if (file[key] !== undefined) return ["file", file[key]];
  return fallback === undefined ? ["unset", undefined] : ["default", fallback];
}

function check(key: SettingKey, origin: Origin, value: unknown): unknown {
  const parsed = SETTINGS[key].schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const name = { flag: flagName(key), environment: environmentName(key), file: `"${key}" in the config file` }[
    origin as "flag" | "environment" | "file"
  ];
  throw new GliaError("CONFIG_INVALID", `${name} is ${JSON.stringify(value)}; it must be ${SETTINGS[key].form}`, {
    kind: "usage",
    hint: SETTINGS[key].about,
    details: { key, origin, value },
  });
}

/** Environment variables that are ours but no setting. */
const OTHER_VARIABLES = new Set(["GLIA_NODE_DATA_DIR"]);

function refuseUnknown({ environment, file }: ConfigSources): void {
  const variables = new Set(Object.keys(SETTINGS).map(environmentName));
  const unknown = [
    ...Object.keys(file).filter((key) => !(key in SETTINGS)),
    ...Object.keys(environment).filter(
      (name) => name.startsWith("GLIA_NODE_") && !variables.has(name) && !OTHER_VARIABLES.has(name),
    ),
  ];
  if (unknown.length === 0) return;
  throw new GliaError("CONFIG_UNKNOWN_KEY", `There is no setting ${unknown.join(", ")}`, {
    kind: "usage",
    hint: "`glia-node config show` lists all settings.",
    details: { unknown },
  });
}
