import { GliaError } from "@glia/sdk";
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

/** Throws `INPUTS_MISMATCH` unless the batch has exactly the tensors that the model wants. */
export function checkInputNames(wanted: readonly string[], given: readonly TensorLayout[]): void {
  const names = given.map((tensor) => tensor.name);
  if (
    names.length === wanted.length &&
    new Set(names).size === names.length &&
    wanted.every((name) => names.includes(name))
  ) {
    return;
  }
  throw new GliaError(
    "INPUTS_MISMATCH",
    `the batch has inputs [${names.join(", ")}]; the model wants [${wanted.join(", ")}]`,
    {
      kind: "input",
      hint: "Name the batch's tensors as the model does.",
      details: { wanted, given: names },
    },
  );
}
