import { readFileSync, statSync } from "node:fs";

import { GliaError } from "@glia/sdk";

/** Bits of a file's mode that let others than its owner at it. */
const OTHERS = 0o077;

/**
 * Reads a file that only its owner may read.
 * @throws {@link GliaError} `SECRET_FILE_MISSING` or `SECRET_FILE_TOO_OPEN` (mode wider than 0600).
 */
export function readSecretFile(path: string, what: string): string {
  let mode: number;
  try {
    mode = statSync(path).mode & 0o777;
  } catch (cause) {
    throw new GliaError("SECRET_FILE_MISSING", `${what} ${path} cannot be read`, {
      kind: "usage",
      hint: "Run `glia-node init` first, or correct the path.",
      cause,
    });
  }
  if ((mode & OTHERS) !== 0) {
    throw new GliaError(
      "SECRET_FILE_TOO_OPEN",
      `${what} ${path} has mode 0${mode.toString(8)}; it must be 0600 or narrower`,
      {
        kind: "refused",
        hint: `chmod 600 ${path}`,
        details: { path, mode: mode.toString(8) },
      },
    );
  }
  return readFileSync(path, "utf8");
}

/** The first line of a password file, without its line end. */
export function readPasswordFile(path: string): string {
  const [line = ""] = readSecretFile(path, "The password file").split(/\r?\n/, 1);
  if (line !== "") return line;
  throw new GliaError("PASSWORD_EMPTY", `The password file ${path} has an empty first line`, { kind: "usage" });
}
