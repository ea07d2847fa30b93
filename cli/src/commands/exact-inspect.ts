import { canonicalise, exactModelId } from "@glia/sdk/exact";
import { Command, InvalidArgumentError } from "commander";

import { readFileOrExplain } from "../context/content.ts";
import { describeModel } from "../exact/describe-model.ts";
import { showModel } from "../exact/show-model.ts";
import { createOutput, type Output } from "../terminal/output.ts";
import { withExamples } from "./shared.ts";

interface InspectOptions {
  readonly dim?: Readonly<Record<string, number>>;
  readonly json?: boolean;
}

/** `glia exact inspect`: what of a model is exact, what it costs, and its id; or which node is in the way. */
export function inspectCommand(): Command {
  return withExamples(
    withDims(
      new Command("inspect")
        .description("show an exact model's nodes, ports, cost and id, or the first node that has no exact form")
        .argument("<model>", "ONNX file"),
    )
      .option("--json", "print one JSON document on stdout")
      .addHelpText(
        "after",
        "\nA model outside the exact profile ends it with exit code 3, the node's name and what to do.",
      )
      .action((path: string, options: InspectOptions) => inspect(path, options)),
    "glia exact inspect examples/digits/digits.onnx",
    "glia exact inspect model.onnx --dim height=224 --dim width=224 --json",
  );
}

/** Adds the option for dynamic dimensions. */
export function withDims(command: Command): Command {
  return command.option(
    "--dim <name=size>",
    "size of a dynamic dimension, by its name; repeatable. A batch dimension is 1 by default",
    addDim,
  );
}

/** Says what sizes from the command line mean for an id. */
export function noteDims(output: Output, dim: Readonly<Record<string, number>>): void {
  if (Object.keys(dim).length === 0) return;
  output.note("Note: this id holds for these sizes. In the market a model's sizes are those of its file.");
}

async function inspect(path: string, { dim = {}, json = false }: InspectOptions): Promise<void> {
  const canonical = canonicalise(await readFileOrExplain(path, "the model"), { dims: dim });
  const modelId = await exactModelId(canonical.model);
  const facts = describeModel(canonical);
  const output = createOutput(json);
  noteDims(output, dim);
  output.result({ ok: true, exact: true, modelId, ...facts }, () => showModel(modelId, facts));
}

function addDim(text: string, previous: Readonly<Record<string, number>> = {}): Record<string, number> {
  const [, name, size] = /^(.+)=(\d{1,9})$/.exec(text) ?? [];
  if (name === undefined || Number(size) < 1)
    throw new InvalidArgumentError("A dimension's name and its size are wanted, such as height=224.");
  return { ...previous, [name]: Number(size) };
}
