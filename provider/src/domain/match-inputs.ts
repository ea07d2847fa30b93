import type { TensorInfo, TensorSpec } from "@glia/sdk";

/**
 * Whether a batch's tensors are what the model takes: same names in the same order, same types, and shapes that fit the
 * declared ones, in which null or a name stands for any size.
 * @returns what does not fit, as a sentence, or undefined.
 */
export function matchInputs(declared: readonly TensorInfo[], given: readonly TensorSpec[]): string | undefined {
  const names = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join(", ");
  if (names(declared) !== names(given)) return `The model takes [${names(declared)}]; the batch has [${names(given)}]`;
  for (const [index, { name, dtype, shape }] of declared.entries()) {
    const tensor = given[index];
    if (tensor === undefined) continue;
    if (tensor.dtype !== dtype) return `Input ${name} is ${dtype}; the batch has ${tensor.dtype}`;
    const fits =
      shape.length === tensor.shape.length &&
      shape.every((size, axis) => typeof size !== "number" || size === tensor.shape[axis]);
    if (!fits)
      return `Input ${name} has the shape [${shape.map((size) => size ?? "?").join(", ")}]; the batch has [${tensor.shape.join(", ")}]`;
  }
  return undefined;
}
