import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { GliaError } from "@glia/sdk";
import type { Address, Hex } from "viem";
import { generatePrivateKey } from "viem/accounts";

import { SCRYPT, writeKeystore } from "../adapters/keystore/keystore.ts";
import { configPath, writeConfigFile } from "../config/file.ts";
import { resolveConfig } from "../config/resolve.ts";

export interface InitOptions {
  /** Made if it is not there. */
  readonly directory: string;
  /** Settings as the config file holds them; checked before anything is written. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The operator's private key; a new one unless given. */
  readonly operatorKey?: Hex;
  /** The keystore's password; unless given, a random one is written to `password` in the directory, mode 0600. */
  readonly password?: string;
  /** Weak key derivation, for throw-away networks. */
  readonly devnet?: boolean;
}

export interface InitResult {
  readonly operator: Address;
  readonly configFile: string;
  readonly keystore: string;
  /** Where the random password was written; undefined if one was given. */
  readonly passwordFile: string | undefined;
}

/**
 * Makes a node's data directory: operator keystore, config file and, if wanted, a password file.
 * @throws GliaError `ALREADY_INITIALISED`, `CONFIG_INVALID`, `CONFIG_UNKNOWN_KEY`; nothing is overwritten.
 */
export async function initNode(options: InitOptions): Promise<InitResult> {
  const { directory } = options;
  const file = configPath(directory);
  if (existsSync(file)) {
    throw new GliaError("ALREADY_INITIALISED", `${file} exists already`, {
      kind: "usage",
      hint: "Edit it, or choose another --data-dir.",
    });
  }
  const passwordFile = options.password === undefined ? "password" : undefined;
  const settings = {
    ...options.config,
    ...(passwordFile === undefined ? {} : { passwordFile }),
  };
  const { config } = resolveConfig({ flags: {}, environment: {}, file: settings });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const password = options.password ?? randomBytes(24).toString("base64url");
  const keystore = join(directory, config.keystore);
  const scryptN = options.devnet === true ? SCRYPT.devnet : SCRYPT.standard;
  const { address } = await writeKeystore(keystore, options.operatorKey ?? generatePrivateKey(), password, scryptN);
  if (passwordFile !== undefined)
    writeFileSync(join(directory, passwordFile), `${password}\n`, { mode: 0o600, flag: "wx" });
  writeConfigFile(directory, settings);
  return {
    operator: address,
    configFile: file,
    keystore,
    passwordFile: passwordFile === undefined ? undefined : join(directory, passwordFile),
  };
}
