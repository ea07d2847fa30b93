import {
  bytesAccess,
  decodeReceipt,
  digestToCid,
  drawItems,
  GliaError,
  jobFromEvents,
  verifyReceipt,
  verifyResult,
  type RandomAccess,
  type ReceiptCheck,
} from "@glia/sdk";
import Table from "cli-table3";
import { Command } from "commander";
import { createPublicClient, http } from "viem";

import { readFileOrExplain } from "../context/content.ts";
import { openContext, type CommonOptions, type Context } from "../context/context.ts";
import { fetchResult } from "../context/fetch-result.ts";
import type { RerunFiles, RerunReport } from "../rerun/rerun.ts";
import { rerunWithBar } from "../rerun/rerun-sample.ts";
import { requireSame, showDifferences, showRerun } from "../rerun/show-rerun.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { createOutput } from "../terminal/output.ts";
import { printable } from "../terminal/printable.ts";
import { checkItem } from "./check-item.ts";
import { checkJobId } from "./job-id.ts";
import { wholeNumber, withExamples, withNetwork } from "./shared.ts";

interface VerifyOptions extends CommonOptions {
  readonly model?: string;
  readonly inputs?: string;
  readonly outputs?: string;
  readonly rerun?: number;
  readonly item?: readonly number[];
}

/** `glia verify`: computes every hash again, for a job or for a receipt. */
export function verifyCommand(): Command {
  return withExamples(
    withNetwork(
      new Command("verify")
        .description(
          "compute every hash again, and with --rerun a sample of the results, for a job or for a receipt file",
        )
        .argument("<job|receipt>", "job id, or a receipt's file"),
    )
      .option("--model <file>", "the ONNX file; from this machine's store by default")
      .option("--inputs <file>", "the inputs' batch file (.glia); from this machine's store by default")
      .option("--outputs <file>", "the outputs' batch file (.glia); from the store or the provider by default")
      .option(
        "--rerun <count>",
        "run so many items, drawn at random, again in the sandbox and compare them",
        wholeNumber(1),
      )
      .option("--item <index>", "run this item again; repeatable", (text, previous: readonly number[] = []) => [
        ...previous,
        wholeNumber(0)(text),
      ])
      .addHelpText(
        "after",
        "\nWhat differs on running again ends in exit code 7. A receipt is checked offline; with --rpc the settlement on chain is checked too.",
      )
      .action((what: string, options: VerifyOptions) => interruptible((signal) => verify(what, options, signal))),
    "glia verify 0x5f…c3",
    "glia verify 0x5f…c3 --rerun 8",
    "glia verify receipt.json --model m.onnx --outputs results.glia --rpc https://rpc.example.org",
  );
}

async function verify(what: string, options: VerifyOptions, signal: AbortSignal): Promise<void> {
  if (/^0x[0-9a-fA-F]*$/.test(what)) await verifyJob(what, options, signal);
  else {
    if (options.rerun !== undefined || options.item !== undefined) {
      throw new GliaError("RERUN_NEEDS_JOB", "A receipt alone says no result to run again.", {
        kind: "usage",
        hint: "Give the job's id in place of the receipt.",
      });
    }
    await verifyReceiptFile(what, options);
  }
}

async function verifyJob(text: string, options: VerifyOptions, signal: AbortSignal): Promise<void> {
  const id = checkJobId(text);
  const context = await openContext(options, { sign: false });
  const view = await jobFromEvents(context.client, id);
  for (const item of options.item ?? []) checkItem(item, view.spec.items);
  const files = {
    model: await evidence(context, options.model, digestToCid(view.spec.modelDigest), "--model"),
    inputs: await evidence(context, options.inputs, digestToCid(view.spec.inputDigest), "--inputs"),
    outputs:
      options.outputs === undefined ? await fetchResult(context, view, { signal }) : await fromFile(options.outputs),
  };
  const facts = await verifyResult(view, context.client.domain, files);
  const report = await runSample(context, { modelId: view.spec.modelId, ...files }, options, view.spec.items, signal);
  if (report !== undefined) {
    for (const line of showDifferences(report.items)) context.output.note(line);
    requireSame(id, report);
  }
  const rerun = report === undefined ? {} : { rerun: report.items.map(({ item }) => item) };
  context.output.result({ ok: true, ...facts, ...rerun }, () =>
    [
      "Verified: every hash was computed again and equals what is on chain.",
      `  job     ${facts.jobId}`,
      `  model   ${facts.modelId}`,
      `  inputs  ${facts.batchRoot}`,
      `  result  ${facts.resultRoot}  (${facts.items} items)`,
      ...(report === undefined
        ? [
            "This says that these bytes were committed to, not that the model was run rightly; --rerun computes a sample again.",
          ]
        : [showRerun(report, facts.items)]),
      ...(facts.exact ? ["The model is exact: it has one right output, which any machine computes alike."] : []),
    ].join("\n"),
  );
}

/** Runs again what the options ask for; undefined where they ask for nothing. */
async function runSample(
  context: Context,
  files: RerunFiles,
  { rerun: count, item: named = [] }: VerifyOptions,
  items: number,
  signal: AbortSignal,
): Promise<RerunReport | undefined> {
  if (count === undefined && named.length === 0) return undefined;
  const drawn = count === undefined ? [] : drawItems(items, count);
  const chosen = [...new Set([...drawn, ...named])].sort((a, b) => a - b);
  return rerunWithBar(context, files, chosen, signal);
}

async function evidence(
  { content }: Context,
  file: string | undefined,
  cid: ReturnType<typeof digestToCid>,
  flag: string,
): Promise<RandomAccess> {
  if (file !== undefined) return await fromFile(file);
  if (await content.has(cid)) return await content.open(cid);
  throw new GliaError("CONTENT_MISSING", `${cid.toString()} is not on this machine.`, {
    kind: "input",
    hint: `Give the file with ${flag} <file>.`,
  });
}

async function fromFile(path: string): Promise<RandomAccess> {
  return bytesAccess(await readFileOrExplain(path, "the evidence"));
}

async function verifyReceiptFile(file: string, options: VerifyOptions): Promise<void> {
  const receipt = decodeReceipt(new TextDecoder().decode(await readFileOrExplain(file, "the receipt")));
  const rpc = options.rpc ?? process.env["GLIA_RPC"];
  const report = await verifyReceipt(receipt, {
    ...(options.model === undefined ? {} : { model: await fromFile(options.model) }),
    ...(options.inputs === undefined ? {} : { inputs: await fromFile(options.inputs) }),
    ...(options.outputs === undefined ? {} : { outputs: await fromFile(options.outputs) }),
    ...(rpc === undefined ? {} : { publicClient: createPublicClient({ transport: http(rpc) }) }),
  });
  if (!report.ok) {
    const failed = report.checks.filter(({ result }) => result === "failed");
    throw new GliaError("RECEIPT_WRONG", failed.map(({ name, reason = "" }) => `${name}: ${reason}`).join(" "), {
      kind: "verification",
      hint: "Do not trust this receipt, or check that the files given belong to it.",
      details: { checks: report.checks },
    });
  }
  createOutput(options.json === true).result({ ok: true, jobId: receipt.jobId, checks: report.checks }, () =>
    tableOf(report.checks),
  );
}

function tableOf(checks: readonly ReceiptCheck[]): string {
  const table = new Table({ head: ["check", "result", ""], style: { head: [], border: [] } });
  for (const { name, result, reason = "" } of checks) table.push([name, result, printable(reason, 80)]);
  return table.toString();
}
