import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { readSecretFile } from "../../adapters/keystore/read-secret.ts";

/** Path of the control API's bearer token. */
export function tokenPath(directory: string): string {
  return join(directory, "control.token");
}

/** Makes a new token for this run of the node, readable by its owner only. */
export function createToken(directory: string): string {
  const token = randomBytes(32).toString("base64url");
  writeFileSync(tokenPath(directory), `${token}\n`, { mode: 0o600 });
  return token;
}

/** Reads the running node's token; refuses a file that others may read. */
export function readToken(directory: string): string {
  return readSecretFile(tokenPath(directory), "The control token").trim();
}

/** Compares in a time that does not depend on where the texts differ. */
export function isSameToken(expected: string, given: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
