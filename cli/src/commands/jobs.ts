import {
  jobFromEvents,
  jobStatusName,
  unpackMoney,
  unpackTerms,
  watchJob,
  type JobRecord,
  type JobView,
} from "@glia/sdk";
import Table from "cli-table3";
import { Command } from "commander";

import { describeAssurance, describeLevel, type Fact } from "../assurance/describe.ts";
import { readAssurance } from "../assurance/read-assurance.ts";
import { openContext, type CommonOptions, type Context } from "../context/context.ts";
import { findToken } from "../context/network.ts";
import { showAmount } from "../terminal/amounts.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { createProgressBar } from "../terminal/progress.ts";
import { checkJobId } from "./job-id.ts";
import { withExamples, withNetwork } from "./shared.ts";

/** `glia jobs`: what this machine bought. */
export function jobsCommand(): Command {
  return withExamples(
    withNetwork(new Command("jobs").description("list the jobs that were prepared or bought from this machine")).action(
      list,
    ),
    "glia jobs",
    "glia jobs --json",
  );
}

/** `glia job`: one job, as the chain has it. */
export function jobCommand(): Command {
  return withExamples(
    withNetwork(
      new Command("job")
        .description("show one job: how it stands, who checks or challenges it, and how it ended")
        .argument("<job>", "job id"),
    )
      .option("--watch", "keep showing until it is delivered or has ended")
      .action((id: string, options: CommonOptions & { watch?: boolean }) =>
        interruptible((signal) => show(id, options, signal)),
      ),
    "glia job 0x5f…c3 --watch",
  );
}

async function list(options: CommonOptions): Promise<void> {
  const { jobs, client, network, output } = await openContext(options, { sign: false });
  const records = (await jobs.list()).sort(byHire);
  const rows = await Promise.all(
    records.map(async ({ jobId, spec, offer, verified }) => {
      const { status } = await client.statusOf(jobId);
      const name = status === 0 ? "not hired" : jobStatusName(status);
      return {
        jobId,
        status: name,
        items: spec.items,
        provider: offer?.provider,
        price: offer?.quote.price,
        token: spec.token,
        verified,
      };
    }),
  );
  output.result({ ok: true, jobs: rows }, () => {
    if (rows.length === 0) return "No jobs yet. Buy one with: glia run --model m.onnx --input batch.npz";
    const table = new Table({ head: ["job", "status", "items", "price", "verified"], style: { head: [], border: [] } });
    for (const { jobId, status, items, price, token, verified } of rows) {
      table.push([
        jobId,
        status,
        items,
        price === undefined ? "" : showAmount(price, findToken(network, token)),
        verified ? "yes" : "",
      ]);
    }
    return table.toString();
  });
}

/** Oldest hire first, what was never hired last. */
function byHire(a: JobRecord, b: JobRecord): number {
  const never = 2n ** 64n;
  return Number((a.hiredIn ?? never) - (b.hiredIn ?? never));
}

async function show(text: string, options: CommonOptions & { watch?: boolean }, signal: AbortSignal): Promise<void> {
  const id = checkJobId(text);
  const context = await openContext(options, { sign: false });
  if (options.watch === true) await watch(context, id, signal);
  const view = await jobFromEvents(context.client, id);
  const assurance = await readAssurance(context.client, view, signal);
  const facts = [...describe(context, view), ...(assurance === undefined ? [] : describeAssurance(view, assurance))];
  context.output.result({ ok: true, ...view, status: jobStatusName(view.status), assurance: assurance ?? null }, () =>
    facts.map(([name, value]) => `${name.padEnd(10)}${value}`).join("\n"),
  );
}

async function watch({ client, jobs, parts, output }: Context, id: `0x${string}`, signal: AbortSignal): Promise<void> {
  const endpoint = (await jobs.load(id))?.offer?.endpoint;
  const bar = createProgressBar(!output.json && process.stderr.isTTY);
  const { job } = await jobFromEvents(client, id);
  for await (const { status, progress, overdue } of watchJob(client, id, {
    allowPrivate: parts.allowPrivate ?? false,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(parts.interval === undefined ? {} : { interval: parts.interval }),
    job,
    signal,
  })) {
    if (progress !== undefined && progress.items > 0)
      bar.update(progress.state, progress.itemsDone, progress.items, "items");
    else {
      bar.stop();
      output.note(`${jobStatusName(status)}${overdue ? ", overdue" : ""}`);
    }
  }
  bar.stop();
}

function describe(
  { network }: Context,
  { jobId, spec, job, status, provider, outputDigest, settlement }: JobView,
): Fact[] {
  const token = findToken(network, spec.token);
  const { deadline } = unpackTerms(job.terms);
  const facts: Fact[] = [
    ["job", jobId],
    ["status", jobStatusName(status)],
    ["items", String(spec.items)],
    ["provider", provider ?? "none yet"],
    ["price", showAmount(unpackMoney(job.money).price, token)],
    ["level", describeLevel(spec)],
    ["model", spec.modelId],
    ["inputs", spec.batchRoot],
  ];
  if (outputDigest !== undefined) facts.push(["result", job.resultRoot]);
  if (settlement === undefined) facts.push(["deadline", new Date(Number(deadline) * 1_000).toISOString()]);
  else facts.push(["paid", `${showAmount(settlement.paid, token)} in ${settlement.transactionHash}`]);
  return facts;
}
