import { refuseModel } from "../errors.ts";
import type { TensorInfo } from "../../onnx/index.ts";
import { formatShape } from "../../tensors/index.ts";
import type { Item } from "../../tensors/index.ts";

/** Bytes of samples that are kept for the report. */
const MAX_KEPT = 256 * 2 ** 20;

/** Which samples are taken and kept. */
export interface SampleLimits {
  readonly maxSamples: number;
  readonly reportSamples: number;
  readonly dims: Readonly<Record<string, number>>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Hands samples on after checking them against the model's inputs, at most `maxSamples`; the first ones are kept in `kept`.
 * @throws GliaError `EXACT_QUANTISE_SAMPLE_MISMATCH` naming sample, tensor and what it should be
 */
export async function* checkedSamples(
  samples: AsyncIterable<Item> | Iterable<Item>,
  inputs: readonly TensorInfo[],
  limits: SampleLimits,
  kept: Item[],
): AsyncGenerator<Item> {
  let count = 0;
  let bytes = 0;
  for await (const item of samples) {
    limits.signal?.throwIfAborted();
    if (count === limits.maxSamples) return;
    for (const input of inputs) check(item, input, count, limits.dims);
    for (const tensor of item.values()) bytes += tensor.bytes.length;
    if (kept.length < limits.reportSamples && (bytes <= MAX_KEPT || count === 0)) kept.push(item);
    count++;
    yield item;
  }
}

function check(item: Item, input: TensorInfo, sample: number, dims: Readonly<Record<string, number>>): void {
  const wanted = input.shape.map((size, axis) =>
    typeof size === "number" ? size : ((size === null ? undefined : dims[size]) ?? (axis === 0 ? 1 : size)),
  );
  const tensor = item.get(input.name);
  const fits =
    tensor?.dtype === input.dtype &&
    tensor.shape.length === wanted.length &&
    wanted.every((size, axis) => typeof size !== "number" || size === tensor.shape[axis]);
  if (fits) return;
  const came = tensor === undefined ? "it has no such tensor" : `${tensor.dtype} ${formatShape(tensor.shape)} came`;
  throw refuseModel(
    "EXACT_QUANTISE_SAMPLE_MISMATCH",
    `Sample ${sample} must have "${input.name}" as ${input.dtype} ${formatShape(wanted)}, but ${came}.`,
    "A sample is one item: its first dimension is 1 where the model leaves it open.",
    { sample, tensor: input.name },
  );
}
