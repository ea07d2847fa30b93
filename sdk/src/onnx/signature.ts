import { GliaError } from "../errors.ts";
import { dtypeFromCode } from "../tensors/dtype.ts";
import type { DType } from "../tensors/dtype.ts";
import type { ModelProto, TypeProto, ValueInfoProto } from "./types.ts";

/** A tensor that a model takes or gives. A dimension is a number, the name of a dynamic one, or null where nothing is known. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly (number | string | null)[];
}

/** What a model takes and gives, in the order in which it declares them. */
export interface ModelSignature {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

/**
 * Reads the declared inputs (those that no initializer fills) and outputs of a model.
 * @throws GliaError `MODEL_NO_INPUTS`, `MODEL_NO_OUTPUTS`, `MODEL_NAME_INVALID` (empty or twice), `MODEL_TYPE_UNSUPPORTED` (sequence, map, optional,
 * sparse, none), `MODEL_SHAPE_MISSING`, `MODEL_SHAPE_INVALID` (negative or huge dimension), `TENSOR_DTYPE_UNSUPPORTED` (strings, complex, sub-byte).
 */
export function readSignature(model: ModelProto): ModelSignature {
  const inputs = readInputs(model);
  const outputs = model.graph?.output ?? [];
  if (outputs.length === 0) throw invalid("MODEL_NO_OUTPUTS", "The model has no output; at least one is needed.");
  return { inputs, outputs: describe(outputs, "output") };
}

/** The inputs alone, of a model whose outputs need not say their shapes. @throws GliaError as {@link readSignature}, for inputs. */
export function readInputs({ graph }: ModelProto): TensorInfo[] {
  const filled = new Set([
    ...(graph?.initializer ?? []).map(({ name }) => name),
    ...(graph?.sparseInitializer ?? []).map(({ values }) => values?.name),
  ]);
  const inputs = (graph?.input ?? []).filter(({ name }) => !filled.has(name));
  if (inputs.length === 0) throw invalid("MODEL_NO_INPUTS", "The model has no input; at least one is needed.");
  return describe(inputs, "input");
}

type Role = "input" | "output";

function describe(values: readonly ValueInfoProto[], role: Role): TensorInfo[] {
  const seen = new Set<string>();
  return values.map((value) => {
    if (value.name === "") throw invalid("MODEL_NAME_INVALID", `One ${role} of the model has no name.`);
    if (seen.has(value.name))
      throw invalid("MODEL_NAME_INVALID", `Two ${role}s of the model are called "${value.name}".`);
    seen.add(value.name);
    return tensorInfo(value, role);
  });
}

function tensorInfo({ name, type }: ValueInfoProto, role: Role): TensorInfo {
  const where = `The model's ${role} "${name}"`;
  const tensor = type?.tensorType;
  if (tensor === undefined) {
    throw invalid("MODEL_TYPE_UNSUPPORTED", `${where} is ${typeName(type)}; only tensors can be sent.`);
  }
  const dtype = dtypeFromCode(tensor.elemType);
  if (tensor.shape === undefined) throw invalid("MODEL_SHAPE_MISSING", `${where} declares no shape.`);
  const shape = tensor.shape.dim.map(({ dimValue, dimParam }) => {
    if (dimValue === undefined) return dimParam === "" ? null : dimParam;
    if (dimValue === -1n) return null; // some exporters write a dynamic dimension this way
    if (dimValue < 0n || dimValue > 0x7fffffffn) {
      throw invalid("MODEL_SHAPE_INVALID", `${where} has a dimension of ${dimValue}; it must be from 0 to 2^31 - 1.`);
    }
    return Number(dimValue);
  });
  return { name, dtype, shape };
}

function typeName(type: TypeProto | undefined): string {
  if (type?.sequenceType !== undefined) return "a sequence";
  if (type?.mapType !== undefined) return "a map";
  if (type?.optionalType !== undefined) return "an optional value";
  if (type?.sparseTensorType !== undefined) return "a sparse tensor";
  return "of no declared type";
}

function invalid(code: string, message: string): GliaError {
  return new GliaError(code, message, {
    kind: "input",
    hint: "Export the model again with named tensors, and run ONNX shape inference where shapes are missing.",
  });
}
