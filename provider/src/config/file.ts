import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { GliaError } from "@glia/sdk";

/** Path of the config file in a data directory. */
export function configPath(directory: string): string {
  return join(directory, "config.json");
}

/** Reads the config file; an absent file is an empty one. Throws `CONFIG_FILE_MALFORMED` if it is no JSON object. */
export function readConfigFile(directory: string): Record<string, unknown> {
  const path = configPath(directory);
  if (!existsSync(path)) return {};
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof content === "object" && content !== null && !Array.isArray(content))
      return content as Record<string, unknown>;
    throw new TypeError("the top level is not an object");
  } catch (cause) {
    throw new GliaError("CONFIG_FILE_MALFORMED", `${path} is not a JSON object: ${(cause as Error).message}`, {
      kind: "usage",
      hint: 'It must look like {"rpc":["http://127.0.0.1:8545"],"port":8645}.',
      cause,
    });
  }
}

/** Writes the config file, all of it or nothing. */
export function writeConfigFile(directory: string, content: Readonly<Record<string, unknown>>): void {
  const path = configPath(directory);
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}
