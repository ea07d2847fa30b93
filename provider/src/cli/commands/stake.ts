import { AssuranceLevel, chainTime, signPermit, stakeCall, unstakeCall } from "@glia/sdk";
import { Argument, type Command } from "commander";
import { formatUnits } from "viem";

import { parseAmount } from "../amount.ts";
import { parseAddress } from "../address.ts";
import { CHAIN_SETTINGS, type CommandContext, makeCommand } from "../options.ts";
import { openOwner, type Owner, withOwnerOptions } from "../owner.ts";

/** GLIA has 18 decimals. */
const GLIA_DECIMALS = 18;
/** Seconds for which a permit may be used. */
const PERMIT_SECONDS = 1_800n;

/** `glia-node stake` */
export function stakeCommand(): Command {
  const command = makeCommand(
    "stake",
    "Put GLIA of the owner's wallet at the market as stake. What is free secures new jobs.",
    CHAIN_SETTINGS,
    [
      "glia-node stake 2000 --owner-keystore ~/owner.json",
      "glia-node stake 0.5 --owner-keystore ~/owner.json --owner-password-file ~/pw --yes --json",
    ],
    stake,
  );
  return withOwnerOptions(command.addArgument(new Argument("<amount>", "GLIA, e.g. 2000 or 0.5")));
}

/** `glia-node unstake` */
export function unstakeCommand(): Command {
  const command = makeCommand(
    "unstake",
    "Take free GLIA out of the market, to the owner's wallet or another address.",
    CHAIN_SETTINGS,
    [
      "glia-node unstake 500 --owner-keystore ~/owner.json",
      "glia-node unstake 500 --to 0x… --owner-keystore ~/owner.json",
      "glia-node unstake 100 --auditing --owner-keystore ~/owner.json",
    ],
    unstake,
  );
  return withOwnerOptions(command.addArgument(new Argument("<amount>", "GLIA, e.g. 500")))
    .option("--to <address>", "who receives it; the owner unless given")
    .option("--auditing", "take what is free at the assurance module, where auditors have their stake");
}

async function stake(context: CommandContext, [text = ""]: readonly string[]): Promise<void> {
  const amount = parseAmount(text, GLIA_DECIMALS, "GLIA");
  const owner = await openOwner(context);
  const { client, deployment, account } = owner;
  const permit = await signPermit({
    publicClient: client.publicClient,
    signer: account,
    owner: account.address,
    token: deployment.glia,
    spender: deployment.registry,
    value: amount,
    deadline: (await chainTime(client.publicClient)) + PERMIT_SECONDS,
  });
  const transaction = await owner.send(stakeCall(deployment.registry, deployment.market, amount, permit));
  await report(context, owner, transaction, "Staked");
}

async function unstake(context: CommandContext, [text = ""]: readonly string[]): Promise<void> {
  const amount = parseAmount(text, GLIA_DECIMALS, "GLIA");
  const owner = await openOwner(context);
  const { deployment, account } = owner;
  const { to, auditing } = context.options;
  const receiver = to === undefined ? account.address : parseAddress("--to", to);
  const at = auditing === true ? await owner.client.moduleOf(AssuranceLevel.Audited) : deployment.market;
  const transaction = await owner.send(unstakeCall(deployment.registry, at, amount, receiver));
  await report(context, owner, transaction, "Unstaked");
}

async function report(
  { output }: CommandContext,
  { client, account }: Owner,
  transaction: string,
  done: string,
): Promise<void> {
  const { free, locked } = await client.position(account.address);
  output.answer({ ok: true, transaction, free, locked }, [
    `${done}. Stake at this market: ${formatUnits(free, GLIA_DECIMALS)} GLIA free, ${formatUnits(locked, GLIA_DECIMALS)} locked.`,
    `Transaction ${transaction}`,
  ]);
}
