import type { Command } from "commander";
import { EXIT_CODES } from "@glia/sdk";
import { formatUnits } from "viem";
import { z } from "zod";

import { askNode } from "../control-client.ts";
import { type CommandContext, makeCommand } from "../options.ts";

const units = z.string().transform((text) => BigInt(text));
const statusSchema = z.looseObject({
  ready: z.boolean(),
  problems: z.array(z.string()),
  version: z.string(),
  uptimeSeconds: z.number(),
  provider: z.string(),
  operator: z.string(),
  endpoint: z.string(),
  draining: z.boolean(),
  chain: z.object({
    chainId: z.number(),
    readBlock: units.optional(),
    endpoints: z.array(z.object({ name: z.string(), state: z.string() })),
  }),
  stake: z.object({ registered: z.boolean(), free: units, locked: units }),
  gasMoney: units,
  runtime: z.string(),
  isolated: z.boolean(),
  jobs: z.record(z.string(), z.number()),
});

/** `glia-node status` */
export function statusCommand(): Command {
  return makeCommand(
    "status",
    "Show how the running node is. Exit code 0: ready; 6: running, but something keeps it from working; 5: not running.",
    [],
    ["glia-node status", "glia-node status --json | jq .problems"],
    status,
  );
}

async function status({ directory, output }: CommandContext): Promise<void> {
  const document = await askNode(directory, "/v1/status");
  const node = statusSchema.parse(document);
  const jobs = Object.entries(node.jobs).map(([state, count]) => `${count} ${state}`);
  output.answer(document as object, [
    `${node.ready ? "Ready" : "Not ready"}${node.draining ? ", draining" : ""}; version ${node.version}, up ${node.uptimeSeconds} s`,
    ...node.problems.map((problem) => `  ! ${problem}`),
    `Provider   ${node.provider}${node.stake.registered ? "" : " (not registered)"}`,
    `Operator   ${node.operator}, ${formatUnits(node.gasMoney, 18)} of the native coin for gas`,
    `Endpoint   ${node.endpoint}`,
    `Chain      ${node.chain.chainId}, read to block ${node.chain.readBlock ?? "-"}; ${node.chain.endpoints.map(({ name, state }) => `${name} ${state}`).join(", ")}`,
    `Stake      ${formatUnits(node.stake.free, 18)} GLIA free, ${formatUnits(node.stake.locked, 18)} locked`,
    `Inference  ${node.runtime}, ${node.isolated ? "isolated" : "NOT isolated"}`,
    `Jobs       ${jobs.length === 0 ? "none" : jobs.join(", ")}`,
  ]);
  if (!node.ready) process.exitCode = EXIT_CODES.refused;
}
