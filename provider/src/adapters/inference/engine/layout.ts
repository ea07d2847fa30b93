import { GliaError, type TensorInfo, type TensorSpec } from "@glia/sdk";
import { matchInputs } from "../../../domain/match-inputs.ts";
import { workerProtocol } from "../process/worker-errors.ts";
import { parseJson } from "../process/worker-process.ts";
import type { TensorLayout } from "../worker/frames.ts";
import { isRuntimeDType, TYPED_ARRAYS } from "../worker/typed-arrays.ts";

/** Bytes of one item whose tensors are laid out like this. Throws `DTYPE_UNSUPPORTED` for types that the runtime cannot take. */
export function itemBytes(tensors: readonly TensorLayout[]): number {
  return tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
}

function tensorBytes(tensor: TensorLayout): number {
  if (!isRuntimeDType(tensor.dtype)) {
    throw new GliaError(
      "DTYPE_UNSUPPORTED",
      `tensor ${tensor.name} has type ${tensor.dtype}, which cannot be run here`,
      {
        kind: "input",
        hint: `Use one of ${Object.keys(TYPED_ARRAYS).join(", ")}.`,
        details: { name: tensor.name, dtype: tensor.dtype },
      },
    );
  }
  return tensor.shape.reduce((product, dim) => product * dim, TYPED_ARRAYS[tensor.dtype].BYTES_PER_ELEMENT);
}

/** Throws `INPUTS_MISMATCH` unless the batch has the tensors that the model wants: names in order, types and shapes. */
export function checkInputs(wanted: readonly TensorInfo[], given: readonly TensorSpec[]): void {
  const mismatch = matchInputs(wanted, given);
  if (mismatch === undefined) return;
  throw new GliaError("INPUTS_MISMATCH", mismatch, {
    kind: "input",
    hint: "Make the batch with the names, types and shapes that the model declares, in its order.",
    details: { wanted, given },
  });
}

/** The worker's word on its outputs, taken for nothing better than JSON. Throws `WORKER_PROTOCOL` if it is no layout. */
export function parseOutline(payload: Uint8Array): readonly TensorLayout[] {
  const outline = parseJson(payload);
  if (Array.isArray(outline) && outline.every(isLayout)) return outline;
  throw workerProtocol("an outline of outputs that is none");
}

function isLayout(value: unknown): value is TensorLayout {
  if (typeof value !== "object" || value === null) return false;
  const { name, dtype, shape } = value as Partial<Record<keyof TensorLayout, unknown>>;
  const isDim = (dim: unknown): boolean => Number.isSafeInteger(dim) && (dim as number) >= 0;
  return typeof name === "string" && typeof dtype === "string" && Array.isArray(shape) && shape.every(isDim);
}
