import { join } from "node:path";

import {
  drawItems,
  encodeReceipt,
  GliaError,
  readAssuranceMenu,
  type FollowOptions,
  type JobOutcome,
  type JobView,
  type ModelSignature,
  type RandomAccess,
} from "@glia/sdk";
import { Command } from "commander";

import { openContext, type CommonOptions, type Context } from "../context/context.ts";
import { findToken } from "../context/network.ts";
import { readContent } from "../context/content.ts";
import { requireTokens } from "../context/require-tokens.ts";
import { checkOutput, checkWritable, saveOutputs, writeOrExplain } from "../context/results.ts";
import { checkTable, readLabels, showOutputs, type ResultOptions } from "../context/show-outputs.ts";
import { jobFiles, rerunWithBar } from "../rerun/rerun-sample.ts";
import { requireSame, showDifferences, showRerun } from "../rerun/show-rerun.ts";
import { readAmount, showAmount, showWei, type Unit } from "../terminal/amounts.ts";
import { confirm, requireTerminal } from "../terminal/confirm.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { showMenu } from "../terminal/show-menu.ts";
import { showProgress } from "../terminal/show-progress.ts";
import { checkJobId } from "./job-id.ts";
import { levelTerms } from "./level-options.ts";
import { PRIVACY, windows, withJob, type JobOptions } from "./job-options.ts";
import { DEFAULT_MAX_PRICE } from "./quote.ts";
import { withExamples, withNetwork, withWallet, wholeNumber } from "./shared.ts";

interface PayOptions extends CommonOptions, ResultOptions {
  readonly yes?: boolean;
  readonly receipt?: string;
  readonly rerun?: number;
}

/** `glia run`: the whole way from a model and inputs to checked, paid results. */
export function runCommand(): Command {
  return withExamples(
    withPay(
      withJob(new Command("run").description("buy a job: quotes, hire, progress, download, verify, accept")),
    ).action((options: JobOptions & PayOptions) => interruptible((signal) => run(options, signal))),
    "glia run --model examples/digits/digits.onnx --input examples/digits/samples/*.png --yes",
    "glia run --model m.onnx --input batch.npz --max-price 2.5 --deadline 600 --output results.npz",
    "glia run --model m.onnx --input batch.npz --rerun 8 --yes",
  );
}

/** `glia resume`: goes on with a job after a crash, Ctrl-C or on another day. */
export function resumeCommand(): Command {
  return withExamples(
    withPay(
      new Command("resume").description("go on with a job from wherever it stands").argument("<job>", "job id"),
    ).action((id: string, options: PayOptions) => interruptible((signal) => resume(checkJobId(id), options, signal))),
    "glia resume 0x5f…c3 --yes --output results.json",
  );
}

/** Sees to it that nothing is paid for a result that could then not be written or shown. */
async function checkResultOptions(options: PayOptions, signature?: ModelSignature): Promise<void> {
  requireTerminal(options.yes === true);
  await checkOutput(options.output, signature);
  if (options.receipt !== undefined) await checkWritable(options.receipt);
  await checkTable(options, signature);
}

function withPay(command: Command): Command {
  return withWallet(withNetwork(command))
    .option("-o, --output <file>", "write the outputs: .npz, .npy, .json or .glia")
    .option("--labels <file>", "class names, one per line, for the table")
    .option("--top <count>", "classes per item in the table", wholeNumber(1, 100))
    .option(
      "--rerun <count>",
      "before paying, run so many items, drawn at random, again in the sandbox; what differs is not paid (exit code 7)",
      wholeNumber(1),
    )
    .option("--receipt <file>", "write the receipt there; by default beside the job's record")
    .option("-y, --yes", "do not ask before paying");
}

async function run(options: JobOptions & PayOptions, signal: AbortSignal): Promise<void> {
  const files = await readContent(options);
  await checkResultOptions(options, files.signature);
  const context = await openContext(options, { sign: true });
  const token = findToken(context.network, options.token);
  const maxPrice = readAmount(options.maxPrice ?? DEFAULT_MAX_PRICE, token);
  await requireTokens(context, token);
  context.output.note(PRIVACY);
  await follow(context, options, token, signal, (following) =>
    context.glia.run({
      model: files.model,
      inputs: files.inputs(),
      maxItemOutputBytes: files.maxItemOutputBytes,
      opaque: files.opaque,
      terms: { token: token.address, maxPrice, ...windows(options), ...levelTerms(options, token) },
      ...(options.quoteTimeout === undefined ? {} : { quoteTimeout: options.quoteTimeout }),
      ...following,
    }),
  );
}

async function resume(id: `0x${string}`, options: PayOptions, signal: AbortSignal): Promise<void> {
  await checkResultOptions(options);
  const context = await openContext(options, { sign: true });
  const record = await context.jobs.load(id);
  const token = findToken(context.network, record?.spec.token);
  await follow(context, options, token, signal, (following) => context.glia.resume(id, following));
}

async function follow(
  context: Context,
  options: PayOptions,
  token: Unit,
  signal: AbortSignal,
  work: (options: FollowOptions) => Promise<JobOutcome>,
): Promise<void> {
  const { output } = context;
  const progress = showProgress(output, token);
  let jobId: string | undefined;
  let begun = false;
  try {
    const outcome = await work({
      signal,
      onProgress: (event) => {
        jobId = event.jobId;
        begun ||= event.step !== "quoting" && event.step !== "uploading";
        progress.onProgress(event);
      },
      confirm: async ({ spec, offer, cost }) => {
        progress.stop();
        const levels = await readAssuranceMenu(context.client, spec, offer.quote);
        output.note(showMenu(levels, spec.level, token));
        const total = `${showAmount(cost.tokens, token)} and about ${showWei(cost.gasCost)} of gas`;
        output.note(`  cost     ${total}, to ${offer.provider}`);
        await confirm(`Pay ${total}?`, options.yes === true);
      },
      inspect: async (view, { outputs }) => {
        progress.stop();
        if (options.rerun !== undefined) await recompute(context, view, outputs, options.rerun, signal);
      },
    });
    progress.stop();
    await deliver(context, outcome, options, token);
  } catch (error) {
    progress.stop();
    if (jobId !== undefined && begun && !isOver(error)) {
      output.note(`Go on later with: glia resume ${jobId}`);
    }
    throw error;
  }
}

/** Whether a job that failed in this way will not go on: it ended, a contract said no for good, or its result is wrong. */
function isOver(error: unknown): boolean {
  if (!(error instanceof GliaError)) return false;
  return (error.kind === "refused" && !error.retryable) || WRONG.has(error.code);
}

/** To go on with such a job would be to pay for it. */
const WRONG: ReadonlySet<string> = new Set(["RESULT_WRONG", "RESULT_DIFFERS"]);

/**
 * Runs a sample of a result again before it is accepted.
 * @throws GliaError `RESULT_WRONG`, `RESULT_DIFFERS`: then nothing is paid.
 */
async function recompute(
  context: Context,
  view: JobView,
  outputs: RandomAccess,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  const { items: total } = view.spec;
  const report = await rerunWithBar(context, await jobFiles(context, view, outputs), drawItems(total, count), signal);
  for (const line of showDifferences(report.items)) context.output.note(line);
  requireSame(view.jobId, report);
  context.output.note(`  ${showRerun(report, total)}`);
}

async function deliver(
  { network, output }: Context,
  outcome: JobOutcome,
  options: PayOptions,
  token: Unit,
): Promise<void> {
  const { jobId, receipt, record } = outcome;
  const receiptFile = options.receipt ?? join(network.dataDir, "jobs", `${jobId}.receipt`);
  await writeOrExplain(receiptFile, encodeReceipt(receipt));
  await saveOutputs(outcome, options.output);
  const gas = record.transactions.reduce((sum, { fee = 0n }) => sum + fee, 0n);
  const { paid, fee } = receipt.settlement;
  const document = {
    ok: true,
    jobId,
    exact: outcome.exact,
    modelId: receipt.model.id,
    items: receipt.outputs.items,
    provider: receipt.provider,
    paid: paid + fee,
    earned: paid,
    fee,
    gas,
    outputs: receipt.outputs.cid,
    receipt: receiptFile,
    output: options.output ?? null,
    transactions: record.transactions.map(({ what, hash, gasUsed }) => ({ what, hash, gasUsed })),
  };
  const labels = await readLabels(options.labels);
  const table = output.json ? "" : await showOutputs(outcome, { labels, top: options.top });
  output.result(document, () =>
    [
      table,
      ...(outcome.exact ? [`Exact model ${receipt.model.id}: anybody can compute the one right output again.`] : []),
      `Paid ${showAmount(paid + fee, token)} (${showAmount(fee, token)} of it the protocol's fee) and ${showWei(gas)} of gas.`,
      `Receipt: ${receiptFile}`,
      ...(options.output === undefined ? [] : [`Outputs: ${options.output}`]),
    ].join("\n"),
  );
}
