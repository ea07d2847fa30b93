import { GliaError } from "../errors.ts";
import type { ModelSignature, TensorInfo } from "../onnx/index.ts";
import { fromImage } from "./image.ts";
import { takesImage } from "./image-layout.ts";
import { fromJsonTensor } from "./json.ts";
import { fromNpy } from "./npy.ts";
import { NPY_MAGIC } from "./npy-header.ts";
import { fromNpz } from "./npz.ts";
import { isJpeg } from "./decode-image.ts";
import { isPng } from "./png.ts";
import type { InputArrays, InputFile, ToItemsOptions } from "./to-items.ts";
import type { Tensor } from "./tensor.ts";

/** One array and the model's input that it is for. */
export interface Assigned {
  readonly info: TensorInfo;
  readonly tensor: Tensor;
}

/** Reads one source into arrays assigned to inputs; a reader's error gets the file's name in front. */
export function readSource(
  source: InputFile | InputArrays,
  signature: ModelSignature,
  options: ToItemsOptions,
): Assigned[] {
  if ("arrays" in source) return readMembers(source.arrays, signature);
  try {
    return readFile(source, signature, options);
  } catch (error) {
    if (!(error instanceof GliaError)) throw error;
    throw new GliaError(error.code, `${source.name}: ${error.message}`, {
      kind: error.kind,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
      details: { ...error.details, file: source.name },
    });
  }
}

function readFile(file: InputFile, signature: ModelSignature, options: ToItemsOptions): Assigned[] {
  const { bytes } = file;
  if (startsWith(bytes, NPY_MAGIC)) return [{ info: inputOf(file, signature), tensor: fromNpy(bytes) }];
  if (startsWith(bytes, Uint8Array.of(0x50, 0x4b))) return readArchive(fromNpz(bytes, options.npz), signature);
  if (isPng(bytes) || isJpeg(bytes)) {
    const info = imageInputOf(file, signature);
    return [{ info, tensor: fromImage(bytes, info, options.image) }];
  }
  const value = parseJson(bytes);
  if (Array.isArray(value) && value.length > 0 && value.every(isObject))
    return value.flatMap((item) => readMembers(item, signature));
  if (isObject(value)) return readMembers(value, signature);
  const info = inputOf(file, signature);
  return [{ info, tensor: fromJsonTensor(value, info.dtype) }];
}

function readArchive(arrays: ReadonlyMap<string, Tensor>, signature: ModelSignature): Assigned[] {
  const [only] = arrays.values();
  const [info] = signature.inputs;
  if (only !== undefined && info !== undefined && arrays.size === 1 && signature.inputs.length === 1)
    return [{ info, tensor: only }];
  return Array.from(arrays, ([name, tensor]) => ({ info: inputNamed(name, signature), tensor }));
}

function readMembers(members: Readonly<Record<string, unknown>>, signature: ModelSignature): Assigned[] {
  return Object.entries(members).map(([name, value]) => {
    const info = inputNamed(name, signature);
    return { info, tensor: isTensor(value) ? value : fromJsonTensor(value, info.dtype) };
  });
}

function inputOf({ name, input }: InputFile, signature: ModelSignature): TensorInfo {
  if (input !== undefined) return inputNamed(input, signature);
  const [only] = signature.inputs;
  if (only !== undefined && signature.inputs.length === 1) return only;
  const stem = name.replace(/^.*[/\\]/s, "").replace(/\.[^.]*$/, "");
  return inputNamed(stem, signature);
}

function imageInputOf(file: InputFile, signature: ModelSignature): TensorInfo {
  const candidates = signature.inputs.filter(takesImage);
  const [only] = candidates;
  return file.input === undefined && only !== undefined && candidates.length === 1 ? only : inputOf(file, signature);
}

function inputNamed(name: string, { inputs }: ModelSignature): TensorInfo {
  const info = inputs.find((input) => input.name === name);
  if (info !== undefined) return info;
  throw new GliaError(
    "TENSOR_UNKNOWN_INPUT",
    `The model has no input ${JSON.stringify(name.slice(0, 120))}; it takes ${inputs.map((input) => `"${input.name}"`).join(", ")}.`,
    {
      kind: "input",
      hint: "Name the file or the array after the input, or say which input it is for.",
    },
  );
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new GliaError("INPUT_FILE_UNKNOWN", "This is no .npy, .npz, PNG, JPEG or JSON file.", {
      kind: "input",
      hint: "The kind is recognised by content; the file may be damaged.",
      cause,
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTensor(value: unknown): value is Tensor {
  return (
    isObject(value) &&
    value["bytes"] instanceof Uint8Array &&
    Array.isArray(value["shape"]) &&
    typeof value["dtype"] === "string"
  );
}

function startsWith(bytes: Uint8Array, magic: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}
