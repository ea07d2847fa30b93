import { createInferenceEngine } from "@glia/provider/inference";
import { decodeModel, GliaError, readSignature } from "@glia/sdk";
import { quantise, type QuantiseOptions } from "@glia/sdk/exact";
import { Command, InvalidArgumentError, Option } from "commander";

import { readFileOrExplain } from "../context/content.ts";
import { checkNewFile, writeNewFile } from "../context/write-new-file.ts";
import { calibrationFiles, calibrationItems } from "../exact/calibration-items.ts";
import { sandboxedRunner } from "../exact/float-runner.ts";
import { showReport } from "../exact/show-report.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { createOutput } from "../terminal/output.ts";
import { createProgressBar } from "../terminal/progress.ts";
import { noteDims, withDims } from "./exact-inspect.ts";
import { collect, withExamples, wholeNumber } from "./shared.ts";

interface QuantizeOptions {
  readonly calibrate: readonly string[];
  readonly output: string;
  readonly method?: NonNullable<QuantiseOptions["method"]>;
  readonly percentile?: number;
  readonly samples: number;
  readonly dim?: Readonly<Record<string, number>>;
  readonly resize?: boolean;
  readonly cast?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Tensors that the probe of a model may give back: all of it, not only its declared outputs. */
const MAX_TENSORS = 20_000;

/** `glia exact quantize`: from a float network to an exact one. */
export function quantizeCommand(): Command {
  return withExamples(
    withDims(
      new Command("quantize")
        .description("make an exact model of a float one, with samples of what it will see, and report what that costs")
        .argument("<model>", "float32 ONNX file"),
    )
      .requiredOption(
        "-c, --calibrate <files...>",
        "pictures or arrays of what the model will see: .png, .jpg, .npy, .npz, .json, or folders of them; repeatable",
        (value: string, previous: readonly string[] | undefined) => collect(value, previous),
      )
      .requiredOption("-o, --output <file>", "the exact model, a standard ONNX file in QDQ form")
      .addOption(
        new Option(
          "--method <name>",
          "how a tensor's range follows from its values; mse by default, percentile where --percentile is given",
        ).choices(["mse", "minmax", "percentile"]),
      )
      .option("--percentile <percent>", "share of the values inside the range; 99.99 by default", percent)
      .option("--samples <count>", "most samples to take", wholeNumber(1, 1_000_000), 1_000)
      .option("--resize", "stretch pictures of another size to the model's")
      .option("--cast", "convert numbers of another type to the model's")
      .option("--force", "replace the output file if it is there")
      .option("--json", "print one JSON document on stdout; remarks go to stderr")
      .action((path: string, options: QuantizeOptions) => interruptible((signal) => quantize(path, options, signal))),
    "glia exact quantize float.onnx --calibrate photos/ --output exact.onnx",
    "glia exact quantize float.onnx -c batch.npz -o exact.onnx --method percentile --percentile 99.9 --json",
  );
}

async function quantize(path: string, options: QuantizeOptions, signal: AbortSignal): Promise<void> {
  const { force = false, json = false, samples, percentile, dim = {} } = options;
  const method = options.method ?? (percentile === undefined ? "mse" : "percentile");
  if (percentile !== undefined && method !== "percentile") {
    throw new GliaError("PERCENTILE_UNUSED", `--percentile means nothing to the method ${method}.`, {
      kind: "usage",
      hint: "Leave --percentile out, or say --method percentile.",
    });
  }
  const output = createOutput(json);
  await checkNewFile(options.output, force);
  const model = await readFileOrExplain(path, "the model");
  const signature = readSignature(decodeModel(model));
  const files = await calibrationFiles(options.calibrate);
  const items = calibrationItems(files, signature, {
    image: { resize: options.resize ?? false },
    cast: options.cast ?? false,
  });
  const bar = createProgressBar(!json && process.stderr.isTTY);
  const engine = await createInferenceEngine({ limits: { maxInputs: MAX_TENSORS } });
  try {
    const { file, report } = await quantise(model, items, sandboxedRunner(engine, signal), {
      method,
      ...(percentile === undefined ? {} : { percentile }),
      maxSamples: samples,
      dims: dim,
      signal,
      onProgress: ({ stage, done }) => {
        bar.update(stage, done, Math.max(done, Math.min(files.length, samples)), "items");
      },
    });
    bar.stop();
    await writeNewFile(options.output, file, force);
    noteDims(output, dim);
    output.result({ ok: true, modelId: report.modelId, output: options.output, report }, () =>
      [showReport(report), `Exact model ${report.modelId}`, `Written to ${options.output}`].join("\n"),
    );
  } finally {
    bar.stop();
    await engine.close();
  }
}

function percent(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= 50 && value <= 100) return value;
  throw new InvalidArgumentError("A number from 50 to 100 is wanted, such as 99.99.");
}
