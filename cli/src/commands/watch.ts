import { createMutex } from "@glia/provider";
import { GliaError, isFinal, JobStatus } from "@glia/sdk";
import { Command, Option } from "commander";
import type { Hex } from "viem";

import { openContext, type CommonOptions, type Context } from "../context/context.ts";
import { requireTerminal } from "../terminal/confirm.ts";
import { interruptible, Interrupted } from "../terminal/interrupt.ts";
import { watchOperator } from "../watch/operator.ts";
import type { StandInEnd } from "../watch/stand-in.ts";
import { watchAll, type Watched } from "../watch/watch-all.ts";
import { lineOf, type Tell } from "../watch/watch-event.ts";
import { watchResult, type ResultEnd } from "../watch/watch-result.ts";
import { checkJobId } from "./job-id.ts";
import { wholeNumber, withExamples, withNetwork, withWallet } from "./shared.ts";

interface WatchOptions extends CommonOptions {
  readonly operator?: string;
  readonly margin?: number;
  readonly rerun?: number;
  readonly challenge: boolean;
  readonly once?: boolean;
  readonly yes?: boolean;
}

/** Items of each result that are run again where nothing else is said. */
const SAMPLE = 8;

/** `glia watch`: looks after jobs, so that nobody has to. */
export function watchCommand(): Command {
  return withExamples(
    withWallet(
      withNetwork(
        new Command("watch")
          .description(
            "watchtower: check revealed results and challenge what is wrong; or stand in for an operator whose node is down",
          )
          .argument("[jobs...]", "job ids; by default all open jobs of this machine, or of the operator, and new ones"),
      ),
    )
      .option(
        "--rerun <count>",
        `items of each result to run again, drawn at random; ${SAMPLE} by default`,
        wholeNumber(1),
      )
      .option("--no-challenge", "only tell what is wrong; needs no wallet")
      .addOption(
        new Option(
          "--operator <data-dir>",
          "stand in for this node, as its delegate: reveal, answer challenges, settle. A copy of its folders watch and content will do",
        ).conflicts(["rerun", "challenge"]),
      )
      .addOption(
        new Option(
          "--margin <seconds>",
          "act so long before a deadline if the node has not; by default half of the window that it ends",
        ).argParser(wholeNumber(0)),
      )
      .option("--once", "end when nothing is left to watch; always so where job ids are given")
      .option("-y, --yes", "post bonds and pay gas without a question")
      .addHelpText(
        "after",
        [
          "\nIt may be stopped and started again at any time: the chain says where every job stands. Ends with exit code 7 if a",
          "result was wrong, whatever came of its challenge; with --json each event is a line, and the end is the last one.",
        ].join("\n"),
      )
      .action((ids: readonly string[], options: WatchOptions) => run(ids, options)),
    "glia watch",
    "glia watch 0x5f…c3 --rerun 16 --yes",
    "glia watch --once --no-challenge --json",
    "glia watch --operator ~/.glia/node --keystore delegate.json --password-file password --yes",
  );
}

async function run(texts: readonly string[], options: WatchOptions): Promise<void> {
  const ids = texts.map(checkJobId);
  if (options.margin !== undefined && options.operator === undefined) throw marginAlone();
  if (options.challenge) requireTerminal(options.yes === true);
  const context = await openContext(options, { sign: options.challenge });
  const { operator } = options;
  await (operator === undefined ? buyer(context, ids, options) : stand(context, ids, { ...options, operator }));
}

function marginAlone(): GliaError {
  return new GliaError("USAGE", "--margin says when to act in an operator's place.", {
    kind: "usage",
    hint: "Give --operator <data-dir> too, or leave --margin away.",
  });
}

/** One line for each event. */
function teller({ output }: Context): Tell {
  return (jobId, event) => {
    output.event({ ...event, jobId }, `${jobId.slice(0, 10)}  ${lineOf(event)}`);
  };
}

async function stand(
  context: Context,
  ids: readonly Hex[],
  { operator, margin, once, yes }: WatchOptions & { readonly operator: string },
): Promise<void> {
  const { ends, failures, aborted } = await interruptible(async (signal) => {
    const watched = await watchOperator(context, {
      directory: operator,
      ids,
      margin,
      once: once === true || ids.length > 0,
      yes: yes === true,
      tell: teller(context),
      signal,
    });
    return { ...watched, aborted: signal.aborted };
  });
  if (aborted) throw new Interrupted();
  requireNone(failures, ends);
  const sent = ends.reduce((sum, end) => sum + end.sent, 0);
  context.output.event(
    { ok: true, event: "end", jobs: ends },
    `Nothing is left to watch: ${ends.length} jobs, ${sent} transactions.`,
  );
}

async function buyer(context: Context, ids: readonly Hex[], options: WatchOptions): Promise<void> {
  const tell = teller(context);
  const watched = await interruptible(async (signal) => {
    for (const id of ids) await requireJob(context, id);
    const found = await watchAll<ResultEnd>({
      list: ids.length > 0 ? () => Promise.resolve(ids) : () => openJobs(context),
      watch: (jobId) =>
        watchResult(
          {
            context,
            rerun: options.rerun ?? SAMPLE,
            challenge: options.challenge,
            yes: options.yes === true,
            interval: context.parts.interval ?? 4_000,
            tell,
            inTurn,
            signal,
          },
          jobId,
        ),
      mayPass: ({ retryable, kind }) => retryable || kind === "network" || kind === "funds",
      once: options.once === true || ids.length > 0,
      tell,
      signal,
    });
    return { ...found, aborted: signal.aborted };
  });
  close(context, watched);
}

const inTurn = createMutex();

/** @throws GliaError `JOB_UNKNOWN`. */
async function requireJob({ client, jobs }: Context, jobId: Hex): Promise<void> {
  const { status } = await client.statusOf(jobId);
  if (status !== JobStatus.None || (await jobs.load(jobId)) !== undefined) return;
  throw new GliaError("JOB_UNKNOWN", `There is no job ${jobId} on this market.`, {
    kind: "input",
    hint: "Check the id and the network; `glia jobs` lists the jobs of this machine.",
  });
}

/** Hired jobs of this machine that are not over. One that fell may still owe this account its bond. */
async function openJobs({ client, jobs }: Context): Promise<Hex[]> {
  const records = await jobs.list();
  const open = await Promise.all(
    records.map(async ({ jobId }) => {
      const { status } = await client.statusOf(jobId);
      return status !== JobStatus.None && (!isFinal(status) || status === JobStatus.Refuted) ? [jobId] : [];
    }),
  );
  return open.flat();
}

/** The closing line. A result that was wrong is told by the exit code, also where the watch was ended from outside. */
function close({ output }: Context, { ends, failures, aborted }: Watched<ResultEnd> & { aborted: boolean }): void {
  const wrong = ends.filter(({ end }) => end === "wrong");
  const details = detailsOf(ends, failures);
  if (wrong.length > 0) {
    const outcomes = wrong.map(({ jobId, outcome }) => `${jobId} (${outcome ?? "not challenged"})`);
    throw new GliaError(
      "RESULT_WRONG",
      `${wrong.length} of ${ends.length} results were wrong: ${outcomes.join(", ")}.`,
      {
        kind: "verification",
        hint: `See what became of it with: glia job ${wrong[0]?.jobId ?? ""}`,
        details,
      },
    );
  }
  if (aborted) throw new Interrupted();
  requireNone(failures, ends);
  output.event(
    { ok: true, event: "end", jobs: ends },
    `Nothing is left to watch: ${ends.length} jobs, no result was wrong.`,
  );
}

function detailsOf(
  ends: readonly (ResultEnd | StandInEnd)[],
  failures: Watched<unknown>["failures"],
): Readonly<Record<string, unknown>> {
  return { jobs: ends, failed: failures.map(({ jobId, error }) => ({ jobId, code: error.code })) };
}

/** @throws GliaError the first failure, all of them in its details. */
function requireNone(failures: Watched<unknown>["failures"], ends: readonly (ResultEnd | StandInEnd)[]): void {
  const [failure] = failures;
  if (failure === undefined) return;
  const { code, kind, message, hint } = failure.error;
  throw new GliaError(code, `${failures.length} jobs could not be watched; ${failure.jobId}: ${message}`, {
    kind,
    ...(hint === undefined ? {} : { hint }),
    details: detailsOf(ends, failures),
  });
}
