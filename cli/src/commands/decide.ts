import {
  accept,
  cancel,
  chainTime,
  defaultJob,
  expire,
  GliaError,
  jobFromEvents,
  JobStatus,
  jobStatusName,
  settle,
  unpackTerms,
  type JobView,
  type MarketClient,
  type SendOptions,
} from "@glia/sdk";
import { Command } from "commander";
import type { Hex, TransactionReceipt } from "viem";

import { openContext, type CommonOptions } from "../context/context.ts";
import { confirmGas } from "../terminal/confirm-gas.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { checkJobId } from "./job-id.ts";
import { withExamples, withNetwork, withWallet } from "./shared.ts";

interface DecideOptions extends CommonOptions {
  readonly yes?: boolean;
}

/** One of the calls that move a job on. */
type Move = (client: MarketClient, id: Hex, options?: SendOptions) => Promise<TransactionReceipt>;

/** `glia accept`: pays the provider now. */
export function acceptCommand(): Command {
  return decision(
    "accept",
    "accept a revealed result: its provider is paid at once",
    () => Promise.resolve(accept),
    "glia accept 0x5f…c3 --yes",
  );
}

/** `glia settle`: what anyone may do once the challenge window is over. */
export function settleCommand(): Command {
  return decision(
    "settle",
    "pay the provider of a revealed job whose challenge window is over",
    () => Promise.resolve(settle),
    "glia settle 0x5f…c3 --yes",
  );
}

/** `glia cancel`: gets the money back wherever the rules allow it now. */
export function cancelCommand(): Command {
  return decision(
    "cancel",
    "get the money back: withdraw an auction that nobody took, or end a job whose provider missed its deadline",
    refund,
    "glia cancel 0x5f…c3",
  );
}

function decision(
  name: string,
  description: string,
  choose: (client: MarketClient, view: JobView) => Promise<Move>,
  example: string,
): Command {
  return withExamples(
    withWallet(withNetwork(new Command(name).description(description).argument("<job>", "job id")))
      .option("-y, --yes", "do not ask before signing")
      .action((text: string, options: DecideOptions) =>
        interruptible(async (signal) => {
          const id = checkJobId(text);
          const { client, output } = await openContext(options, { sign: true });
          const move = await choose(client, await jobFromEvents(client, id));
          const receipt = await move(client, id, {
            signal,
            onPrepared: ({ call, cost }) => confirmGas(call, cost, options.yes === true),
          });
          const { status } = await client.statusOf(id);
          const { transactionHash, gasUsed } = receipt;
          output.result(
            { ok: true, jobId: id, status: jobStatusName(status), transactionHash, gasUsed },
            () => `${jobStatusName(status)} in ${transactionHash}`,
          );
        }),
      ),
    example,
  );
}

/** Which call refunds this job now. @throws GliaError `CANNOT_CANCEL` that says when it will be possible. */
async function refund(client: MarketClient, { jobId, status, job }: JobView): Promise<Move> {
  const { deadline } = unpackTerms(job.terms);
  const late = (await chainTime(client.publicClient)) > BigInt(deadline);
  if (status === JobStatus.Open) return late ? expire : cancel;
  const waiting = status === JobStatus.Assigned || status === JobStatus.Committed;
  if (waiting && late) return defaultJob;
  const reason = waiting
    ? `its provider has until ${new Date(Number(deadline) * 1_000).toISOString()} to deliver`
    : `it is ${jobStatusName(status)}`;
  throw new GliaError("CANNOT_CANCEL", `Job ${jobId} cannot be cancelled: ${reason}.`, {
    kind: "refused",
    hint: waiting
      ? "Run glia cancel again after that time; the price is refunded then."
      : `Look at it with: glia job ${jobId}`,
    details: { jobId, status: jobStatusName(status), deadline },
  });
}
