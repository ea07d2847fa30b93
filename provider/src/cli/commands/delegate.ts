import { AssuranceLevel, assuranceOf, setDelegateCall } from "@glia/sdk";
import { Argument, type Command } from "commander";

import { parseAddress } from "../address.ts";
import { CHAIN_SETTINGS, type CommandContext, makeCommand } from "../options.ts";
import { openOwner, withOwnerOptions } from "../owner.ts";

/** `glia-node delegate` */
export function delegateCommand(): Command {
  const command = makeCommand(
    "delegate",
    "Let a watchtower answer challenges of the provider's jobs while the node is down. What it claims, the provider has claimed.",
    CHAIN_SETTINGS,
    [
      "glia-node delegate 0x… --owner-keystore ~/owner.json",
      "glia-node delegate 0x… --off --owner-keystore ~/owner.json --yes",
    ],
    delegate,
  );
  return withOwnerOptions(command.addArgument(new Argument("<address>", "the watchtower's account"))).option(
    "--off",
    "take the right away again",
  );
}

async function delegate(context: CommandContext, [text]: readonly string[]): Promise<void> {
  const account = parseAddress("<address>", text);
  const allowed = context.options["off"] !== true;
  const owner = await openOwner(context);
  const { disputes } = await assuranceOf(owner.client, await owner.client.moduleOf(AssuranceLevel.Audited));
  const transaction = await owner.send(setDelegateCall(disputes, account, allowed));
  context.output.answer({ ok: true, transaction, disputes, delegate: account, allowed }, [
    `${account} ${allowed ? "may answer" : "no longer answers"} challenges for ${owner.account.address}.`,
    `Transaction ${transaction}`,
  ]);
}
