import type { Command } from "commander";

import { withLevel, type LevelOptions } from "./level-options.ts";
import { collect, wholeNumber } from "./shared.ts";

/** Options that describe a job, as `quote` and `run` take them. */
export interface JobOptions extends LevelOptions {
  readonly model: string;
  readonly input: readonly string[];
  readonly resize?: boolean;
  readonly cast?: boolean;
  readonly maxItemOutput?: number;
  readonly opaque?: boolean;
  readonly token?: string;
  readonly maxPrice?: string;
  readonly deadline?: number;
  readonly challengeWindow?: number;
  readonly quoteTimeout?: number;
}

/** What a buyer should know before anything is hired. */
export const PRIVACY =
  "Note: the provider that is hired sees the model and the inputs, and after the reveal anyone who knows the outputs' CID can fetch them.";

/** Seconds that a provider may take to reject, at most. */
const REJECT_WINDOW = 300;

/** Adds the options that describe a job. */
export function withJob(command: Command): Command {
  return withLevel(command)
    .requiredOption("-m, --model <file>", "ONNX model, float or integer")
    .requiredOption(
      "-i, --input <files...>",
      "inputs: .npy, .npz, .json, .png or .jpg; inputName=file where the model has several inputs; repeatable",
      (value: string, previous: readonly string[] | undefined) => collect(value, previous),
    )
    .option("--resize", "stretch pictures of another size to the model's")
    .option("--cast", "convert numbers of another type to the model's")
    .option(
      "--max-item-output <bytes>",
      "upper bound of one item's output in bytes; from the model's own shapes by default",
      wholeNumber(1, 2 ** 32 - 1),
    )
    .option("--opaque", "run the file as it is, even if it is an exact model whose results could be proven wrong")
    .option("--token <symbol|address>", "token to pay with; the network's first listed one by default")
    .option("--max-price <amount>", "most to pay for the whole job, in whole tokens such as 2.5; 10 by default")
    .option(
      "--deadline <seconds>",
      "time the provider has from the hire to the result; 3600 by default",
      wholeNumber(10, 2_592_000),
    )
    .option(
      "--challenge-window <seconds>",
      "time you have to check a result before its provider can be paid without you; the market's shortest by default",
      wholeNumber(1, 2_592_000),
    )
    .option("--quote-timeout <ms>", "time to wait for quotes; 5000 by default", wholeNumber(100, 120_000));
}

/** The job's windows, in seconds, as far as options say something about them. */
export function windows({ deadline, challengeWindow }: Pick<JobOptions, "deadline" | "challengeWindow">): {
  executionWindow?: number;
  rejectWindow?: number;
  challengeWindow?: number;
} {
  return {
    ...(deadline === undefined ? {} : { executionWindow: deadline, rejectWindow: Math.min(REJECT_WINDOW, deadline) }),
    ...(challengeWindow === undefined ? {} : { challengeWindow }),
  };
}
