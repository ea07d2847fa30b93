import { GliaError } from "../../errors.ts";
import type { NodeProto, TensorInfo } from "../../onnx/index.ts";
import { castTensor, createTensor, formatShape, sameShape } from "../../tensors/index.ts";
import type { Item, Tensor } from "../../tensors/index.ts";
import { evaluate } from "./evaluate.ts";
import { fromTensor, toTensor } from "./value.ts";

/** A float part of a model: what the client computes before or behind the exact part. */
export interface ClientPart {
  readonly nodes: readonly NodeProto[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

/**
 * Computes a part's outputs from its inputs. Inputs must have the declared type, rank and fixed sizes.
 * @throws GliaError `EXACT_CLIENT_INPUT_MISSING`, `EXACT_CLIENT_INPUT_MISMATCH`, and what {@link evaluate} throws
 */
export function runPart(part: ClientPart, item: Item): Item {
  const values = new Map([...part.constants].map(([name, tensor]) => [name, fromTensor(tensor, name)]));
  for (const input of part.inputs) values.set(input.name, fromTensor(inputOf(item, input), input.name));
  evaluate(part.nodes, values, new Set(part.outputs.map(({ name }) => name)));
  return new Map(
    part.outputs.map(({ name }) => {
      const value = values.get(name);
      if (value === undefined) throw missing(`Nothing in the model gives its output "${name}".`);
      return [name, toTensor(value)];
    }),
  );
}

function inputOf(item: Item, { name, dtype, shape }: TensorInfo): Tensor {
  const tensor = item.get(name);
  if (tensor === undefined)
    throw missing(`The item has no tensor "${name}"; it has: ${[...item.keys()].join(", ") || "none"}.`);
  const fits =
    tensor.shape.length === shape.length && shape.every((s, k) => typeof s !== "number" || s === tensor.shape[k]);
  if (tensor.dtype === dtype && fits) return tensor;
  throw new GliaError(
    "EXACT_CLIENT_INPUT_MISMATCH",
    `The tensor "${name}" must be ${dtype} ${formatShape(shape)}, but ${tensor.dtype} ${formatShape(tensor.shape)} came.`,
    { kind: "input", hint: "Convert the input to the declared type and shape, one item at a time.", details: { name } },
  );
}

/** A tensor that should be there is not. */
export function missing(message: string): GliaError {
  return new GliaError("EXACT_CLIENT_INPUT_MISSING", message, {
    kind: "input",
    hint: "Name the tensors of an item as the model declares them.",
  });
}

/**
 * The same tensor as u8, the type of an exact port: an i8 byte x becomes x ^ 0x80, as its zero point does.
 * @throws GliaError `EXACT_CLIENT_INPUT_MISMATCH` if it is neither, or not of these dimensions.
 */
export function toBytes(tensor: Tensor, name: string, dims: readonly number[]): Tensor {
  if ((tensor.dtype === "uint8" || tensor.dtype === "int8") && sameShape(tensor.shape, dims))
    return tensor.dtype === "uint8" ? tensor : createTensor("uint8", dims, flipped(tensor.bytes));
  throw new GliaError(
    "EXACT_CLIENT_INPUT_MISMATCH",
    `The exact model's tensor "${name}" must be uint8 ${formatShape(dims)}, but is ${tensor.dtype} ${formatShape(tensor.shape)}.`,
    { kind: "input", hint: "Give one item of the shape that the model was canonicalised with.", details: { name } },
  );
}

/** A port's u8 tensor in the type with which the file reads it: i8 is the byte ^ 0x80, other integers are the byte's value. */
export function fromBytes(tensor: Tensor, dtype: TensorInfo["dtype"]): Tensor {
  return dtype === "int8" ? createTensor("int8", tensor.shape, flipped(tensor.bytes)) : castTensor(tensor, dtype);
}

function flipped(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0x80);
}
