import { chainTime, GliaError, unpackTerms } from "@glia/sdk";
import type { Address, Hex, PublicClient } from "viem";

import type { Journal } from "../adapters/store/journal.ts";
import type { JobRecord } from "../adapters/store/jobs.ts";
import type { PointObserver } from "../domain/points.ts";
import { Impossible, type RejectReason } from "../domain/reject-reason.ts";
import type { Logger } from "../util/log.ts";
import { createLoop, type Loop } from "../util/loop.ts";
import { safeText } from "../util/text.ts";
import { type RunJobContext, runJob } from "./run-job.ts";

/** How far a running job is; lives in memory only. */
export interface JobActivity {
  readonly phase: "fetching" | "running" | "storing";
  readonly itemsDone: number;
}

export interface RunnerOptions {
  readonly journal: Journal;
  readonly publicClient: PublicClient;
  readonly log: Logger;
  readonly pollMs: number;
  /** Jobs at the same time. */
  readonly concurrency: number;
  readonly onPoint: PointObserver;
  /** Everything that is the same for all jobs. */
  readonly context: Omit<RunJobContext, "declared" | "reach" | "onProgress" | "onSelfTest" | "signal">;
  readonly reject: (job: JobRecord, reason: RejectReason) => Promise<void>;
  /** Whether a job's assurance module is none, or one that this node can answer to. */
  readonly isKnownModule: (module: Address) => boolean;
  /** Told how many nodes of a job's exact model run by the law, and how many nodes it has. */
  readonly onSelfTest: (byLaw: number, nodes: number) => void;
  /** Told when a job's result is durable, or the job was given up. */
  readonly onDone: () => void;
}

/** Seconds before the reject deadline at which a job that still cannot be run is rejected. */
const REJECT_MARGIN = 5n;

/** Nodes by the law that one line of the log names. */
const MAX_LOGGED = 20;

/** Runs assigned jobs. Overload policy: the oldest first, at most `concurrency` at once; the others wait in the journal. */
export interface Runner extends Loop {
  activity(jobId: Hex): JobActivity | undefined;
}

/** Creates the {@link Runner}. Stopping it aborts running jobs, which start again after the next start. */
export function createRunner(options: RunnerOptions): Runner {
  const { journal, log, publicClient } = options;
  const active = new Map<Hex, { activity: JobActivity; done: Promise<void> }>();
  const retryAt = new Map<Hex, number>();
  const stopping = new AbortController();

  const loop = createLoop({
    name: "runner",
    intervalMs: options.pollMs,
    log,
    step() {
      for (const job of journal.jobs.listByState("assigned", "fetched", "committed")) {
        // Committed without a result: the journal was lost, and the result is computed once more.
        if (job.state === "committed" && journal.results.get(job.jobId) !== undefined) continue;
        if (active.size >= options.concurrency) break;
        if (active.has(job.jobId) || (retryAt.get(job.jobId) ?? 0) > Date.now()) continue;
        start(job);
      }
      return Promise.resolve();
    },
  });

  function start(job: JobRecord): void {
    const entry = { activity: { phase: "fetching", itemsDone: 0 } as JobActivity, done: Promise.resolve() };
    active.set(job.jobId, entry);
    entry.done = work(job, (activity) => (entry.activity = { ...entry.activity, ...activity })).finally(() => {
      active.delete(job.jobId);
      loop.wake();
      options.onDone();
    });
  }

  async function work(job: JobRecord, report: (activity: Partial<JobActivity>) => void): Promise<void> {
    const { jobId } = job;
    const quote = journal.quotes.get(jobId);
    try {
      if (await isLate(job)) return;
      const { module } = job.assignedJob;
      if (!options.isKnownModule(module))
        throw new Impossible(
          "TERMS_REFUSED",
          `The job's assurance module ${module} is none that this node understands`,
        );
      const result = await runJob(job, {
        ...options.context,
        declared: { modelBytes: quote?.modelBytes, inputBytes: quote?.inputBytes },
        signal: stopping.signal,
        onProgress: (itemsDone) => report({ phase: itemsDone < job.spec.items ? "running" : "storing", itemsDone }),
        onSelfTest({ nodes, byLaw }) {
          options.onSelfTest(byLaw.length, nodes);
          const facts = { jobId, nodes, byLaw: byLaw.length };
          if (byLaw.length === 0) log.info(facts, "ONNX Runtime computes this exact model as the law says");
          else
            log.warn(
              { ...facts, failed: byLaw.slice(0, MAX_LOGGED) },
              "nodes of an exact model run by the law, slowly",
            );
        },
        reach(point) {
          if (point === "gated" && journal.jobs.get(jobId)?.state === "assigned")
            journal.jobs.advance(jobId, "content-ready");
          if (point === "run-started") report({ phase: "running" });
          log.info({ jobId, point }, "job step");
          options.onPoint(point, jobId);
        },
      });
      journal.atomic(() => {
        journal.results.record(result);
        journal.jobs.advance(jobId, "result-recorded");
        journal.jobs.setError(jobId, undefined);
      });
      log.info({ jobId, resultRoot: result.resultRoot }, "result recorded");
      options.onPoint("result-recorded", jobId);
    } catch (error) {
      if (stopping.signal.aborted) return;
      await giveUpOrRetry(job, error);
    }
  }

  /** Whether the execution deadline passed; then there is nothing left to earn and much to waste. */
  async function isLate(job: JobRecord): Promise<boolean> {
    const { terms } = job.committedJob ?? job.assignedJob;
    if ((await chainTime(publicClient)) <= BigInt(unpackTerms(terms).deadline)) return false;
    journal.jobs.advance(job.jobId, "deadline-passed");
    log.error({ jobId: job.jobId }, "the execution deadline passed before the job could be run");
    return true;
  }

  async function giveUpOrRetry(job: JobRecord, error: unknown): Promise<void> {
    const { jobId } = job;
    try {
      const { rejectDeadline } = unpackTerms(job.assignedJob.terms);
      const now = await chainTime(publicClient);
      const lastCall = now + REJECT_MARGIN >= BigInt(rejectDeadline);
      const reason = error instanceof Impossible ? error.reason : "RUN_FAILED";
      journal.jobs.setError(jobId, describe(error));
      log.warn({ jobId, err: error }, "job failed");
      const isOurs = job.state !== "committed" && (error instanceof Impossible || lastCall);
      if (isOurs && now <= BigInt(rejectDeadline)) return await options.reject(job, reason);
      retryAt.set(jobId, Date.now() + 5 * options.pollMs);
    } catch (second) {
      retryAt.set(jobId, Date.now() + 5 * options.pollMs);
      log.warn({ jobId, err: second }, "a failed job could not be rejected yet");
    }
  }

  return {
    ...loop,
    activity: (jobId) => active.get(jobId)?.activity,
    async stop() {
      await loop.stop();
      stopping.abort();
      await Promise.all([...active.values()].map(({ done }) => done));
    },
  };
}

function describe(error: unknown): string {
  if (error instanceof GliaError) return safeText(`${error.code}: ${error.message}`);
  return safeText(error instanceof Error ? error.message : String(error));
}
