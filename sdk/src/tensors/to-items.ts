import { GliaError } from "../errors.ts";
import type { ModelSignature, TensorInfo } from "../onnx/index.ts";
import { castTensor } from "./cast.ts";
import type { ImageOptions } from "./image.ts";
import type { JsonTensor } from "./json.ts";
import type { NpzLimits } from "./npz.ts";
import { readSource } from "./read-source.ts";
import { splitBatch } from "./split.ts";
import { formatShape, sameShape } from "./tensor.ts";
import type { Item, Tensor } from "./tensor.ts";

/** A file as it was picked or read; its kind is recognised by its first bytes, not by its name. */
export interface InputFile {
  /** Name for messages; `<input>.npy` and pictures `<anything>` are matched by it where a model has several inputs. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The model's input that it is for, where that does not follow from the file. */
  readonly input?: string;
}

/** Arrays by input name, from code. */
export interface InputArrays {
  readonly arrays: Readonly<Record<string, Tensor | JsonTensor>>;
}

export interface ToItemsOptions {
  readonly image?: ImageOptions;
  readonly npz?: NpzLimits;
  /** Convert numbers of another type; floats are rounded, integers must fit. Otherwise another type is an error. */
  readonly cast?: boolean;
  /** Take every array as one item; see {@link splitBatch}. */
  readonly whole?: boolean;
}

/**
 * From files and arrays to the batch: items in order, each with every input of the model in declared order, type and shape checked.
 * Sources for the same input follow one another; sources for different inputs are put side by side.
 * @throws GliaError that names the source and the input: `TENSOR_UNKNOWN_INPUT`, `TENSOR_MISSING_INPUT`, `TENSOR_COUNT_MISMATCH`,
 * `TENSOR_DTYPE_MISMATCH`, `TENSOR_SHAPE_MISMATCH`, `TENSOR_SHAPES_DIFFER`, `INPUT_FILE_UNKNOWN`, or the reader's own.
 */
export function toItems(
  sources: readonly (InputFile | InputArrays)[],
  signature: ModelSignature,
  options: ToItemsOptions = {},
): Item[] {
  const columns = new Map<string, Tensor[]>(signature.inputs.map(({ name }) => [name, []]));
  for (const source of sources) {
    for (const { info, tensor } of readSource(source, signature, options)) {
      const column = columns.get(info.name);
      for (const item of splitBatch(checkType(tensor, info, options.cast ?? false), info, options.whole))
        column?.push(item);
    }
  }
  const count = checkCounts(columns);
  for (const info of signature.inputs) checkAlike(info, columns.get(info.name) ?? []);
  return Array.from({ length: count }, (_, i) => {
    return new Map(Array.from(columns, ([name, column]) => [name, column[i]!]));
  });
}

function checkType(tensor: Tensor, info: TensorInfo, cast: boolean): Tensor {
  if (tensor.dtype === info.dtype) return tensor;
  if (cast) return castTensor(tensor, info.dtype);
  throw new GliaError("TENSOR_DTYPE_MISMATCH", `Input "${info.name}" takes ${info.dtype}, but ${tensor.dtype} came.`, {
    kind: "input",
    hint: `Ask for conversion, or convert it yourself: array.astype("${info.dtype}").`,
    details: { input: info.name, expected: info.dtype, actual: tensor.dtype },
  });
}

function checkCounts(columns: ReadonlyMap<string, readonly Tensor[]>): number {
  const counts = Array.from(columns, ([name, column]) => ({ name, count: column.length }));
  const missing = counts.filter(({ count }) => count === 0).map(({ name }) => `"${name}"`);
  if (missing.length > 0) {
    throw new GliaError("TENSOR_MISSING_INPUT", `Nothing came for input ${missing.join(", ")} of the model.`, {
      kind: "input",
      hint: `The model takes ${counts.map(({ name }) => `"${name}"`).join(", ")}.`,
    });
  }
  const [first] = counts;
  const other = counts.find(({ count }) => count !== first?.count);
  if (first === undefined || other !== undefined) {
    const detail = `input "${first?.name}" has ${first?.count} items, but input "${other?.name}" has ${other?.count}`;
    throw new GliaError("TENSOR_COUNT_MISMATCH", `Every item needs every input: ${detail}.`, { kind: "input" });
  }
  return first.count;
}

function checkAlike(info: TensorInfo, column: readonly Tensor[]): void {
  const [first] = column;
  const index = column.findIndex(({ shape }) => first !== undefined && !sameShape(shape, first.shape));
  if (first === undefined || index === -1) return;
  throw new GliaError(
    "TENSOR_SHAPES_DIFFER",
    `All items of a batch have equal shapes: input "${info.name}" has ${formatShape(first.shape)} in item 0, but ${formatShape(column[index]?.shape ?? [])} in item ${index}.`,
    { kind: "input", hint: "Bring them to one shape, or run a job for each shape." },
  );
}
