import { GliaError, jobFromEvents, jobStatusName, NO_ITEM, type JobView } from "@glia/sdk";
import { Command } from "commander";
import { formatEther, type Hex } from "viem";

import { openContext, type CommonOptions, type Context } from "../context/context.ts";
import { openEvidence, type Evidence } from "../dispute/open-dispute.ts";
import { ownChallenge } from "../dispute/own-challenge.ts";
import { playChallenge, type Played } from "../dispute/play.ts";
import { provideContent, type ContentOptions } from "../dispute/provide-content.ts";
import { rerunWithBar } from "../rerun/rerun-sample.ts";
import { showWei } from "../terminal/amounts.ts";
import { requireTerminal } from "../terminal/confirm.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { checkItem } from "./check-item.ts";
import { checkJobId } from "./job-id.ts";
import { wholeNumber, withExamples, withNetwork, withWallet } from "./shared.ts";

interface ChallengeOptions extends CommonOptions, ContentOptions {
  readonly item?: number;
  readonly yes?: boolean;
}

/** `glia challenge`: makes the chain recompute what a provider computed wrongly, and takes the payment back. */
export function challengeCommand(): Command {
  return withExamples(
    withWallet(
      withNetwork(
        new Command("challenge")
          .description(
            "prove on chain that a result of an exact model is wrong: the price comes back, the provider loses its collateral",
          )
          .argument("<job>", "job id"),
      ),
    )
      .option(
        "--item <index>",
        "the wrong item; by default all are run again and the first that differs is taken",
        wholeNumber(0),
      )
      .option("--model <file>", "the job's ONNX file, where this machine does not have it")
      .option("--inputs <file>", "the job's inputs (.glia), where this machine does not have them")
      .option("-y, --yes", "do not ask before posting the bond")
      .addHelpText(
        "after",
        "\nIt may be stopped and started again at any time: the chain says where the challenge stands.",
      )
      .action((id: string, options: ChallengeOptions) => interruptible((signal) => challenge(id, options, signal))),
    "glia challenge 0x5f…c3",
    "glia challenge 0x5f…c3 --item 7 --yes --json",
  );
}

async function challenge(text: string, options: ChallengeOptions, signal: AbortSignal): Promise<void> {
  const id = checkJobId(text);
  requireTerminal(options.yes === true);
  const context = await openContext(options, { sign: true });
  const view = await jobFromEvents(context.client, id);
  if (options.item !== undefined) checkItem(options.item, view.spec.items);
  await provideContent(context.content, view.spec, options);
  const evidence = await openEvidence(context, view, signal);
  const item = options.item ?? (await itemToChallenge(context, view, evidence, signal));
  const played = await playChallenge(context, {
    jobId: id,
    material: evidence.material,
    ...(item === undefined ? {} : { item }),
    yes: options.yes === true,
    signal,
  });
  await report(context, id, played, signal);
}

/** That of a challenge which this account has opened already, else the first wrong one; undefined where the outputs are not to be had. */
async function itemToChallenge(
  context: Context,
  view: JobView,
  { model, inputs, outputs }: Evidence,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { jobId, spec } = view;
  const own = await ownChallenge(context, view, signal);
  if (own !== undefined) return own.item === NO_ITEM ? undefined : own.item;
  if (outputs === undefined) return undefined;
  const all = Array.from({ length: spec.items }, (_, index) => index);
  const { items } = await rerunWithBar(context, { modelId: spec.modelId, model, inputs, outputs }, all, signal);
  const wrong = items.find(({ same }) => !same);
  if (wrong !== undefined) return wrong.item;
  throw nothingWrong(jobId, `all ${spec.items} items are as this machine computes them`);
}

function nothingWrong(jobId: Hex, why: string): GliaError {
  return new GliaError("NOTHING_TO_CHALLENGE", `The result of job ${jobId} is right: ${why}.`, {
    kind: "refused",
    hint: `Nothing was sent. Pay with: glia accept ${jobId}`,
  });
}

async function report({ client, output }: Context, id: Hex, played: Played, signal: AbortSignal): Promise<void> {
  const { outcome, challenge: number, moves } = played;
  const details = { jobId: id, challenge: number, moves };
  if (outcome === "agreed") throw nothingWrong(id, "it is as this machine computes it");
  if (outcome === "closed") {
    throw new GliaError(
      "CHALLENGE_TOO_LATE",
      `Job ${id} can no longer be challenged: its window is over, or it has ended.`,
      {
        kind: "timeout",
        hint: `See how it ended with: glia job ${id}`,
        details,
      },
    );
  }
  if (outcome === "lost") {
    throw new GliaError("CHALLENGE_LOST", `Challenge ${number ?? 0n} of job ${id} is lost, and its bond with it.`, {
      kind: "refused",
      hint: "Nothing could be proven, or a move came too late; an item that is wrong can be challenged again while the window is open.",
      details,
    });
  }
  const view = await jobFromEvents(client, id, { signal });
  const gas = moves.reduce((sum, { fee }) => sum + fee, 0n);
  const { refuted } = view;
  const lost = refuted === undefined ? 0n : refuted.burned + refuted.reward;
  const document = {
    ok: true,
    jobId: id,
    outcome,
    challenge: number ?? null,
    status: jobStatusName(view.status),
    lost,
    gas,
    moves,
  };
  output.result(document, () =>
    [
      outcome === "won"
        ? `Challenge ${number ?? 0n} is won.`
        : "The job fell through somebody else's challenge, and the bond came back.",
      `  job      ${jobStatusName(view.status)}: the price went back to the payer`,
      ...(lost === 0n ? [] : [`  provider lost ${formatEther(lost)} GLIA of collateral`]),
      `  gas      ${showWei(gas)} in ${moves.length} transactions`,
    ].join("\n"),
  );
}
