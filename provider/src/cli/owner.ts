import { confirm } from "@inquirer/prompts";
import {
  type ContractCall,
  createMarketClient,
  type Deployment,
  GliaError,
  type MarketClient,
  sendCall,
} from "@glia/sdk";
import type { Command } from "commander";
import { createWalletClient, formatEther, type LocalAccount } from "viem";

import { connectChain, requireProvider } from "../node/chain.ts";
import type { CommandContext } from "./options.ts";
import { unlock } from "./secrets.ts";

/** The owner of the stake, unlocked for one command; the running node never has this key. */
export interface Owner {
  readonly account: LocalAccount;
  readonly client: MarketClient;
  readonly deployment: Deployment;
  /** Shows the cost, asks unless `--yes`, sends, waits; gives the transaction's hash. */
  send(call: ContractCall): Promise<string>;
}

/** Adds the options that every owner command has. */
export function withOwnerOptions(command: Command): Command {
  return command
    .requiredOption("--owner-keystore <file>", "Web3 keystore of the stake's owner")
    .option("--owner-password-file <file>", "file with its password, mode 0600; asked on the terminal if not given")
    .option("--yes", "do not ask before sending");
}

/** Connects and unlocks the owner. Throws `OWNER_MISMATCH` if the keystore is not the configured provider's. */
export async function openOwner({ resolve, options, output }: CommandContext): Promise<Owner> {
  const { config } = resolve();
  const { client: reader, publicClient, failover } = await connectChain(config);
  const account = await unlock(
    String(options["ownerKeystore"]),
    options["ownerPasswordFile"] as string | undefined,
    "owner's",
  );
  if (config.provider !== undefined && requireProvider(config) !== account.address) {
    throw new GliaError(
      "OWNER_MISMATCH",
      `The keystore is of ${account.address}; the configuration names the provider ${config.provider}`,
      {
        kind: "usage",
        hint: "Use the owner's keystore, or correct the provider setting.",
      },
    );
  }
  const { deployment } = reader;
  const walletClient = createWalletClient({ account, transport: failover.transport });
  const client = createMarketClient({ publicClient, walletClient, deployment });
  return {
    account,
    client,
    deployment,
    async send(call) {
      const receipt = await sendCall(client, call, {
        async onPrepared({ cost }) {
          output.say(
            `To ${call.what}: about ${formatEther(cost.likely)}, at most ${formatEther(cost.total)} of the native coin for gas.`,
          );
          if (options["yes"] === true) return;
          if (!process.stdin.isTTY)
            throw new GliaError("CONFIRMATION_NEEDED", "There is no terminal to confirm on", {
              kind: "usage",
              hint: "Add --yes.",
            });
          if (!(await confirm({ message: "Send it?" }, { output: process.stderr }))) {
            throw new GliaError("CANCELLED", "Cancelled; nothing was sent", { kind: "usage" });
          }
        },
      });
      return receipt.transactionHash;
    },
  };
}
