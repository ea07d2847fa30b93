import { jobFromEvents } from "@glia/sdk";
import { Command } from "commander";

import { openContext, type CommonOptions } from "../context/context.ts";
import { fetchResult } from "../context/fetch-result.ts";
import { openDelivered } from "../context/open-delivered.ts";
import { checkOutput, saveOutputs } from "../context/results.ts";
import { checkTable, readLabels, showOutputs, type ResultOptions } from "../context/show-outputs.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { createProgressBar } from "../terminal/progress.ts";
import { checkJobId } from "./job-id.ts";
import { withExamples, withNetwork, wholeNumber } from "./shared.ts";

/** `glia download`: fetches a revealed result; anyone may who knows the job. */
export function downloadCommand(): Command {
  return withExamples(
    withNetwork(
      new Command("download")
        .description("fetch a revealed result; every block is checked against the chain")
        .argument("<job>", "job id"),
    )
      .option("-o, --output <file>", "write the outputs: .npz, .npy, .json or .glia; a table is shown otherwise")
      .option("--labels <file>", "class names, one per line, for the table")
      .option("--top <count>", "classes per item in the table", wholeNumber(1, 100))
      .action((id: string, options: CommonOptions & ResultOptions) =>
        interruptible((signal) => download(id, options, signal)),
      ),
    "glia download 0x5f…c3 --output results.npz",
  );
}

async function download(text: string, options: CommonOptions & ResultOptions, signal: AbortSignal): Promise<void> {
  const id = checkJobId(text);
  await checkOutput(options.output);
  await checkTable(options);
  const context = await openContext(options, { sign: false });
  const view = await jobFromEvents(context.client, id);
  const bar = createProgressBar(!context.output.json && process.stderr.isTTY);
  const outputs = await fetchResult(context, view, {
    signal,
    onProgress: (bytes, total) => {
      bar.update("download", bytes, total ?? bytes, "bytes");
    },
  }).finally(() => {
    bar.stop();
  });
  const delivered = await openDelivered(context, view, outputs);
  await saveOutputs(delivered, options.output);
  const labels = await readLabels(options.labels);
  const hidden = context.output.json || options.output !== undefined;
  const table = hidden ? "" : await showOutputs(delivered, { labels, top: options.top });
  context.output.result({ ok: true, jobId: id, bytes: outputs.size, output: options.output ?? null }, () =>
    options.output === undefined ? table : `${outputs.size} bytes verified and written to ${options.output}`,
  );
}
