import {
  AssuranceLevel,
  assuranceOf,
  type AssuranceClient,
  chainTime,
  enrolCall,
  finishLeavingCall,
  GliaError,
  type MarketClient,
  signPermit,
  stakeCall,
  startLeavingCall,
} from "@glia/sdk";
import { Argument, Command } from "commander";
import { type Address, formatUnits, zeroAddress } from "viem";

import { connectChain, requireProvider } from "../../node/chain.ts";
import { parseAmount } from "../amount.ts";
import { CHAIN_SETTINGS, type CommandContext, makeCommand } from "../options.ts";
import { openOwner, withOwnerOptions } from "../owner.ts";

/** GLIA has 18 decimals. */
const GLIA_DECIMALS = 18;
/** Seconds for which a permit may be used. */
const PERMIT_SECONDS = 1_800n;

const OWNER = "--owner-keystore ~/owner.json";
const amountArgument = (): Argument => new Argument("<amount>", "GLIA, e.g. 2000 or 0.5");

/** `glia-node auditing` */
export function auditingCommand(): Command {
  const make = (
    name: string,
    about: string,
    examples: string[],
    run: (c: CommandContext, a: readonly string[]) => Promise<void>,
  ) => makeCommand(name, about, CHAIN_SETTINGS, examples, run);
  const enrolment = make("enrol", "Stake GLIA of the owner's wallet as auditing stake; free stake at the module is used first.", [`glia-node auditing enrol 500 ${OWNER}`], enrol); // prettier-ignore
  const leaving = make("leave", "Take auditing stake out of the draw at once; it is free after the delay.", [`glia-node auditing leave 500 ${OWNER}`], leave); // prettier-ignore
  const finishing = make("finish", "Free the auditing stake whose delay is over; `glia-node auditing status` says when that is.", [`glia-node auditing finish ${OWNER}`], finish); // prettier-ignore
  return new Command("auditing")
    .description("Stake with which the provider is drawn to audit other providers' jobs; see the setting audit.")
    .addCommand(withOwnerOptions(enrolment.addArgument(amountArgument())))
    .addCommand(withOwnerOptions(leaving.addArgument(amountArgument())))
    .addCommand(withOwnerOptions(finishing))
    .addCommand(make("status", "Show the provider's auditing stake.", ["glia-node auditing status"], status));
}

async function moduleOf(client: MarketClient): Promise<AssuranceClient> {
  const module = await client.moduleOf(AssuranceLevel.Audited);
  if (module === zeroAddress) {
    throw new GliaError("NO_ASSURANCE", "This market has no assurance module: nothing is audited there", {
      kind: "refused",
    });
  }
  return assuranceOf(client, module);
}

async function enrol(context: CommandContext, [text = ""]: readonly string[]): Promise<void> {
  const amount = parseAmount(text, GLIA_DECIMALS, "GLIA");
  const owner = await openOwner(context);
  const { client, deployment, account } = owner;
  const module = await moduleOf(client);
  const { free } = await client.position(account.address, module.address);
  if (free < amount) {
    const value = amount - free;
    const permit = await signPermit({
      publicClient: client.publicClient,
      signer: account,
      owner: account.address,
      token: deployment.glia,
      spender: deployment.registry,
      value,
      deadline: (await chainTime(client.publicClient)) + PERMIT_SECONDS,
    });
    await owner.send(stakeCall(deployment.registry, module.address, value, permit));
  }
  const transaction = await owner.send(enrolCall(module.address, amount));
  await report(context, module, account.address, "Enrolled.", transaction);
}

async function leave(context: CommandContext, [text = ""]: readonly string[]): Promise<void> {
  const amount = parseAmount(text, GLIA_DECIMALS, "GLIA");
  const owner = await openOwner(context);
  const module = await moduleOf(owner.client);
  const transaction = await owner.send(startLeavingCall(module.address, amount));
  await report(context, module, owner.account.address, "Leaving.", transaction);
}

async function finish(context: CommandContext): Promise<void> {
  const owner = await openOwner(context);
  const module = await moduleOf(owner.client);
  const transaction = await owner.send(finishLeavingCall(module.address));
  await report(
    context,
    module,
    owner.account.address,
    "Free again, at the module: take it with `glia-node unstake --auditing`.",
    transaction,
  );
}

async function status(context: CommandContext): Promise<void> {
  const { config } = context.resolve();
  const { client } = await connectChain(config);
  await report(context, await moduleOf(client), requireProvider(config));
}

async function report(
  { output }: CommandContext,
  module: AssuranceClient,
  provider: Address,
  done?: string,
  transaction?: string,
): Promise<void> {
  const { enrolled, bonded, leaving, freeAt } = await module.auditorOf(provider);
  const glia = (units: bigint): string => formatUnits(units, GLIA_DECIMALS);
  const lines = [
    `Auditing stake of ${provider}: ${glia(enrolled)} GLIA, of it ${glia(bonded)} bonded to open audits.`,
    ...(leaving === 0n ? [] : [`Leaving: ${glia(leaving)} GLIA, free at ${new Date(freeAt * 1000).toISOString()}.`]),
  ];
  output.answer(
    {
      ok: true,
      provider,
      module: module.address,
      enrolled,
      bonded,
      leaving,
      freeAt,
      ...(transaction === undefined ? {} : { transaction }),
    },
    [
      ...(done === undefined ? [] : [done]),
      ...lines,
      ...(transaction === undefined ? [] : [`Transaction ${transaction}`]),
    ],
  );
}
