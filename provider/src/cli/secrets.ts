import { isAbsolute, join } from "node:path";

import { password as askPassword } from "@inquirer/prompts";
import { GliaError } from "@glia/sdk";
import type { LocalAccount } from "viem";

import { readKeystore } from "../adapters/keystore/keystore.ts";
import { readPasswordFile } from "../adapters/keystore/read-secret.ts";

/** A password from its file, or typed on the terminal; never from an argument. */
export async function obtainPassword(file: string | undefined, question: string): Promise<string> {
  if (file !== undefined) return readPasswordFile(file);
  return askSecret(question);
}

/** Asks for a secret on the terminal, without showing it. Throws `PASSWORD_NEEDED` where there is no terminal. */
export async function askSecret(question: string): Promise<string> {
  if (process.stdin.isTTY) return askPassword({ message: question, mask: true }, { output: process.stderr });
  throw new GliaError("PASSWORD_NEEDED", "There is no terminal to ask for the password", {
    kind: "usage",
    hint: "Name a password file, mode 0600.",
  });
}

/** A path as the configuration means it: inside the data directory unless absolute. */
export function insideDirectory(directory: string, path: string): string {
  return isAbsolute(path) ? path : join(directory, path);
}

/** Unlocks a keystore. */
export async function unlock(path: string, passwordFile: string | undefined, whose: string): Promise<LocalAccount> {
  return readKeystore(path, await obtainPassword(passwordFile, `Password of the ${whose} keystore ${path}:`));
}
