import { AssuranceLevel, assuranceOf, GliaError, withdrawBondsCall, withdrawCall } from "@glia/sdk";
import type { Command } from "commander";
import { formatEther, formatUnits } from "viem";

import { parseAddress } from "../address.ts";
import { parseAmount } from "../amount.ts";
import { CHAIN_SETTINGS, type CommandContext, makeCommand } from "../options.ts";
import { openOwner, withOwnerOptions } from "../owner.ts";

/** `glia-node withdraw` */
export function withdrawCommand(): Command {
  const command = makeCommand(
    "withdraw",
    "Take earnings out of the Vault, or what disputes left, to the owner's wallet or another address.",
    CHAIN_SETTINGS,
    [
      "glia-node withdraw --token 0x… --owner-keystore ~/owner.json",
      "glia-node withdraw --token 0x… --amount 12.5 --to 0x… --owner-keystore ~/owner.json --yes",
      "glia-node withdraw --bonds --owner-keystore ~/owner.json",
    ],
    withdraw,
  );
  return withOwnerOptions(command)
    .option("--token <address>", "ERC-20 token to withdraw")
    .option("--bonds", "withdraw the native coin of bonds that losing challengers left, and of paid requests for data")
    .option("--amount <amount>", "how much, in whole tokens; everything unless given")
    .option("--to <address>", "who receives it; the owner unless given");
}

async function withdraw(context: CommandContext): Promise<void> {
  const { options, output } = context;
  if (options["bonds"] === true) return withdrawBonds(context);
  const token = parseAddress("--token", options["token"]);
  const to = options["to"] === undefined ? undefined : parseAddress("--to", options["to"]);
  const owner = await openOwner(context);
  const { decimals, symbol } = await owner.client.tokenInfo(token);
  const balance = await owner.client.vaultBalance(owner.account.address, token);
  const amount = typeof options["amount"] === "string" ? parseAmount(options["amount"], decimals, symbol) : balance;
  if (amount > balance || balance === 0n) {
    throw new GliaError(
      "VAULT_BALANCE_TOO_SMALL",
      `The Vault holds ${formatUnits(balance, decimals)} ${symbol} of ${owner.account.address}`,
      {
        kind: "funds",
        hint: "Earnings arrive when a job is accepted or settled.",
        details: { balance: balance.toString() },
      },
    );
  }
  const receiver = to ?? owner.account.address;
  const transaction = await owner.send(withdrawCall(owner.deployment.vault, token, amount, receiver));
  output.answer({ ok: true, transaction, token, amount, to: receiver, left: balance - amount }, [
    `Withdrew ${formatUnits(amount, decimals)} ${symbol} to ${receiver}; ${formatUnits(balance - amount, decimals)} are left in the Vault.`,
    `Transaction ${transaction}`,
  ]);
}

async function withdrawBonds(context: CommandContext): Promise<void> {
  const { options, output } = context;
  const owner = await openOwner(context);
  const receiver = options["to"] === undefined ? owner.account.address : parseAddress("--to", options["to"]);
  const module = await assuranceOf(owner.client, await owner.client.moduleOf(AssuranceLevel.Audited));
  const amount = await module.owed(owner.account.address);
  if (amount === 0n) {
    throw new GliaError("NOTHING_OWED", `Disputes owe ${owner.account.address} nothing`, {
      kind: "funds",
      hint: "Bonds arrive when a challenger loses.",
    });
  }
  const transaction = await owner.send(withdrawBondsCall(module.disputes, receiver));
  output.answer({ ok: true, transaction, amount, to: receiver }, [
    `Withdrew ${formatEther(amount)} of the native coin to ${receiver}.`,
    `Transaction ${transaction}`,
  ]);
}
