import { GliaError } from "../errors.ts";
import { runHead, runTail } from "../exact/client/index.ts";
import type { CanonicalModel } from "../exact/canonicalise/index.ts";
import type { TensorInfo } from "../onnx/index.ts";
import { batchHeaderOf, formatShape, openBatchFile, writeBatchFile } from "../tensors/index.ts";
import type { BatchFile, BatchHeader, Item, RandomAccess, TensorSpec } from "../tensors/index.ts";
import type { CommittedModel } from "./committed-model.ts";

/**
 * The batch file of an exact job from a buyer's batch: of the file's own inputs (floats, for example), which the model's head turns
 * into u8, or of the exact inputs as they are.
 * @returns undefined where the batch is the job's own already.
 * @throws GliaError `INPUTS_MISMATCH` if it is neither, and as `openBatchFile` and `runHead`.
 */
export async function exactInputs(
  model: CommittedModel,
  source: RandomAccess,
): Promise<AsyncGenerator<Uint8Array> | undefined> {
  const { exact } = model;
  if (exact === undefined) return undefined;
  const file = await openBatchFile(source);
  const { items, tensors } = file.header;
  const ports = model.signature().inputs;
  if (fits(ports, tensors)) return undefined;
  if (!fits(exact.head.inputs, tensors)) throw mismatch(exact.head.inputs, ports, tensors);
  const first = runHead(exact, await file.item(0));
  return writeBatchFile(batchHeaderOf(first, items), headOf(exact, file));
}

/** The items of a job's output batch as the file declares its outputs: of an exact model, the tail is computed here. */
export async function* decodeOutputs(
  { exact }: Pick<CommittedModel, "exact">,
  outputs: RandomAccess,
): AsyncGenerator<Item> {
  const file = await openBatchFile(outputs);
  for await (const item of file.items()) yield exact === undefined ? item : runTail(exact, item);
}

/** Bytes of one item of an exact model's outputs; undefined for an opaque model. */
export function exactOutputBytes({ exact }: Pick<CommittedModel, "exact">): number | undefined {
  return exact?.model.outputs.reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0);
}

async function* headOf(exact: CanonicalModel, file: BatchFile): AsyncGenerator<Item> {
  for await (const item of file.items()) yield runHead(exact, item);
}

/** Whether a batch has these tensors: names in order, types, and shapes in which a name or null stands for any size. */
function fits(wanted: readonly TensorInfo[], tensors: BatchHeader["tensors"]): boolean {
  return (
    wanted.length === tensors.length &&
    wanted.every(({ name, dtype, shape }, i) => {
      const tensor = tensors[i];
      if (tensor?.name !== name || tensor.dtype !== dtype || tensor.shape.length !== shape.length) return false;
      return shape.every((size, axis) => typeof size !== "number" || size === tensor.shape[axis]);
    })
  );
}

function mismatch(own: readonly TensorInfo[], ports: readonly TensorInfo[], tensors: readonly TensorSpec[]): GliaError {
  const list = (all: readonly (TensorInfo | TensorSpec)[]): string =>
    `[${all.map(({ name, dtype, shape }) => `${name} ${dtype} ${formatShape(shape)}`).join(", ")}]`;
  return new GliaError(
    "INPUTS_MISMATCH",
    `The batch has ${list(tensors)}; the model takes ${list(own)}, or as an exact model ${list(ports)}.`,
    {
      kind: "input",
      hint: "Make the batch with these names, types and shapes, in this order.",
      details: { wanted: own, ports, given: tensors },
    },
  );
}
