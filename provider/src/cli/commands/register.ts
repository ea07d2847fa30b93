import { readFileSync } from "node:fs";

import { GliaError, profileCall } from "@glia/sdk";
import type { Command } from "commander";
import { type Address, getAddress } from "viem";
import { z } from "zod";

import { required } from "../../node/chain.ts";
import { parseAddress } from "../address.ts";
import { CHAIN_SETTINGS, type CommandContext, makeCommand } from "../options.ts";
import { openOwner, withOwnerOptions } from "../owner.ts";
import { insideDirectory } from "../secrets.ts";

/** `glia-node register` */
export function registerCommand(): Command {
  const command = makeCommand(
    "register",
    "Register the provider, or change its operator, endpoint or capabilities. Needs the minimum stake first.",
    [...CHAIN_SETTINGS, "endpoint", "keystore"],
    [
      "glia-node register --endpoint https://node.example --owner-keystore ~/owner.json",
      "glia-node register --operator 0x… --capabilities 3 --owner-keystore ~/owner.json --yes",
    ],
    register,
  );
  return withOwnerOptions(command)
    .option("--operator <address>", "hot key of the node; that of the keystore in the data directory unless given")
    .option("--capabilities <bits>", "capability bits as a number", "0");
}

async function register(context: CommandContext): Promise<void> {
  const { options, output, resolve, directory } = context;
  const { config } = resolve();
  const endpoint = required(config.endpoint, "endpoint");
  const operator = operatorOf(options["operator"], insideDirectory(directory, config.keystore));
  const capabilities = String(options["capabilities"]);
  if (!/^\d{1,20}$/.test(capabilities) || BigInt(capabilities) >> 64n !== 0n) {
    throw new GliaError("OPTION_INVALID", `--capabilities is ${capabilities}; it must be a number below 2^64`, {
      kind: "usage",
    });
  }
  const owner = await openOwner(context);
  const { registered } = await owner.client.provider(owner.account.address);
  const profile = { operator, capabilities: BigInt(capabilities), endpoint };
  const transaction = await owner.send(
    profileCall(owner.deployment.registry, registered ? "update" : "register", profile),
  );
  output.answer({ ok: true, transaction, provider: owner.account.address, ...profile }, [
    `${registered ? "Updated" : "Registered"} ${owner.account.address}: operator ${operator}, endpoint ${endpoint}.`,
    `Transaction ${transaction}`,
  ]);
}

/** The address is in the keystore in clear, so that the owner need not know the operator's password. */
function operatorOf(option: string | boolean | undefined, keystore: string): Address {
  if (option !== undefined) return parseAddress("--operator", option);
  try {
    const { address } = z.object({ address: z.string() }).parse(JSON.parse(readFileSync(keystore, "utf8")));
    return getAddress(address.startsWith("0x") ? address : `0x${address}`);
  } catch (cause) {
    throw new GliaError("OPERATOR_UNKNOWN", `The operator's address cannot be read from ${keystore}`, {
      kind: "usage",
      hint: "Run `glia-node init`, or give --operator.",
      cause,
    });
  }
}
