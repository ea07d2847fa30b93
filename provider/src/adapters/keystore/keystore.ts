import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

import { GliaError } from "@glia/sdk";
import { decryptKeystoreJson, encryptKeystoreJson, isKeystoreJson } from "ethers";
import { type Hex, isHex, type LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { readSecretFile } from "./read-secret.ts";

/** Cost of the key derivation: scrypt N as Web3 Secret Storage asks for; tests and throw-away networks use a small one. */
export const SCRYPT = { standard: 131_072, devnet: 1_024 } as const;

/**
 * Writes `privateKey` as Web3 Secret Storage v3 with mode 0600. Never overwrites: a key that is lost is gone for good.
 * @throws {@link GliaError} `KEYSTORE_EXISTS`.
 */
export async function writeKeystore(
  path: string,
  privateKey: Hex,
  password: string,
  scryptN: number,
): Promise<LocalAccount> {
  const account = privateKeyToAccount(privateKey);
  const text = await encryptKeystoreJson({ address: account.address, privateKey }, password, {
    scrypt: { N: scryptN, r: 8, p: 1 },
  });
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (cause) {
    throw new GliaError(
      "KEYSTORE_EXISTS",
      `${path} exists already or cannot be written; keystores are never overwritten`,
      {
        kind: "usage",
        hint: "Move the old keystore away if you are sure that you want a new key.",
        cause,
      },
    );
  }
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return account;
}

/**
 * Unlocks a Web3 keystore.
 * @throws {@link GliaError} `SECRET_FILE_MISSING`, `SECRET_FILE_TOO_OPEN`, `KEYSTORE_MALFORMED`, `KEYSTORE_PASSWORD_WRONG`.
 */
export async function readKeystore(path: string, password: string): Promise<LocalAccount> {
  const text = readSecretFile(path, "The keystore");
  if (!isKeystoreJson(text)) {
    throw new GliaError("KEYSTORE_MALFORMED", `${path} is no Web3 Secret Storage (version 3) keystore`, {
      kind: "input",
    });
  }
  let privateKey: string;
  try {
    ({ privateKey } = await decryptKeystoreJson(text, password));
  } catch (cause) {
    if (!(cause instanceof Error) || !/password/i.test(cause.message)) {
      throw new GliaError("KEYSTORE_MALFORMED", `${path} cannot be decrypted`, { kind: "input" });
    }
    throw new GliaError("KEYSTORE_PASSWORD_WRONG", `The password does not open ${path}`, {
      kind: "refused",
      hint: "Check the password file, or type the password again.",
    });
  }
  if (!isHex(privateKey)) throw new GliaError("KEYSTORE_MALFORMED", `${path} holds no private key`, { kind: "input" });
  return privateKeyToAccount(privateKey);
}
