import { askSecret, readKeystore, readPasswordFile } from "@glia/provider";
import { GliaError } from "@glia/sdk";
import { createWalletClient, http, type Account, type HttpTransport, type WalletClient } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import type { Network } from "./network.ts";

/** Options of every command that signs. */
export interface WalletOptions {
  readonly keystore?: string;
  readonly passwordFile?: string;
}

/** A wallet that has an account. */
export type CliWallet = WalletClient<HttpTransport, undefined, Account>;

/**
 * Unlocks the buyer's account: `--keystore` (or GLIA_KEYSTORE) with `--password-file` (or GLIA_PASSWORD_FILE, or the terminal). On the
 * devnet, and only there, its funded buyer is used when no keystore is given.
 * @throws GliaError `NO_KEYSTORE`, or the keystore's own errors.
 */
export async function openWallet(network: Network, options: WalletOptions): Promise<CliWallet> {
  return createWalletClient({
    account: await openAccount(network, options),
    transport: http(network.rpcUrl),
    ...(network.devnet === undefined ? {} : { pollingInterval: 200 }),
  });
}

async function openAccount({ devnet }: Network, options: WalletOptions): Promise<Account> {
  const keystore = options.keystore ?? process.env["GLIA_KEYSTORE"];
  if (keystore === undefined) {
    if (devnet !== undefined) return privateKeyToAccount(devnet.buyer.privateKey);
    throw new GliaError("NO_KEYSTORE", "This command signs, and no account was given.", {
      kind: "usage",
      hint: "Give --keystore <file> (Web3 Secret Storage v3) and --password-file <file>.",
    });
  }
  const passwordFile = options.passwordFile ?? process.env["GLIA_PASSWORD_FILE"];
  const password =
    passwordFile === undefined ? await askSecret(`Password of ${keystore}`) : readPasswordFile(passwordFile);
  return await readKeystore(keystore, password);
}
