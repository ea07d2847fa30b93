import type { Command } from "commander";
import { z } from "zod";

import { isFinished, type JobState } from "../../domain/job-state.ts";
import { sleep } from "../../util/sleep.ts";
import { askNode } from "../control-client.ts";
import { type CommandContext, makeCommand } from "../options.ts";

const statusSchema = z.looseObject({ jobs: z.record(z.string(), z.number()) });
/** States in which a job no longer needs the node's attention soon: its result is on chain, or it is over. */
const QUIET = new Set<string>(["revealed", "missed"]);

/** `glia-node drain` */
export function drainCommand(): Command {
  return makeCommand(
    "drain",
    "Make the running node refuse new jobs while it finishes the ones it has; survives a restart.",
    [],
    ["glia-node drain", "glia-node drain --wait", "glia-node drain --off"],
    drain,
  )
    .option("--off", "take new jobs again")
    .option("--wait", "return only when every job has its result on chain, or is over");
}

async function drain({ directory, output, options }: CommandContext): Promise<void> {
  const on = options["off"] !== true;
  await askNode(directory, "/v1/drain", { on });
  let left = await activeJobs(directory);
  if (on && options["wait"] === true) {
    const interrupted = new AbortController();
    process.once("SIGINT", () => interrupted.abort());
    while (left > 0 && !interrupted.signal.aborted) {
      await sleep(1_000, interrupted.signal);
      left = await activeJobs(directory);
    }
  }
  output.answer({ ok: true, draining: on, activeJobs: left }, [
    on ? `Draining; ${left} jobs are under way.` : "Taking new jobs again.",
  ]);
}

async function activeJobs(directory: string): Promise<number> {
  const { jobs } = statusSchema.parse(await askNode(directory, "/v1/status"));
  return Object.entries(jobs)
    .filter(([state]) => !QUIET.has(state) && !isFinished(state as JobState))
    .reduce((sum, [, count]) => sum + count, 0);
}
