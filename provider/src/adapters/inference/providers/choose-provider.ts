import { GliaError } from "@glia/sdk";
import type { WorkerSettings } from "../engine/start-worker.ts";
import { printable } from "../process/quarantine.ts";
import { needsGpu, remedyFor } from "./remedies.ts";
import { runSelfTest, type SelfTestResult } from "./run-self-test.ts";

/** A provider that was asked for and does not work here. */
export interface ProviderWarning {
  readonly executionProvider: string;
  readonly reason: string;
  /** What the operator can do, as a sentence part. */
  readonly remedy: string;
}

/** The execution provider that models will run on, and what was tried before it. */
export interface ProviderChoice extends SelfTestResult {
  readonly warnings: readonly ProviderWarning[];
}

/**
 * Tries the wanted execution providers in order and takes the first that computes rightly; `cpu` ends the list, named or not.
 * Throws if not even `cpu` does: then nothing can run here.
 */
export async function chooseProvider(
  wanted: readonly string[],
  settingsFor: (gpu: boolean) => WorkerSettings,
): Promise<ProviderChoice> {
  const warnings: ProviderWarning[] = [];
  const cpu = wanted.indexOf("cpu");
  for (const executionProvider of cpu < 0 ? wanted : wanted.slice(0, cpu)) {
    try {
      const result = await runSelfTest(settingsFor(needsGpu(executionProvider)), executionProvider);
      return { ...result, warnings };
    } catch (error) {
      if (!(error instanceof GliaError)) throw error;
      warnings.push({ executionProvider, reason: printable(error.message, 500), remedy: remedyFor(executionProvider) });
    }
  }
  return { ...(await runSelfTest(settingsFor(false), "cpu")), warnings };
}
