import { GliaError } from "../errors.ts";

/** Element types that a tensor can have here: the numeric types of ONNX with a fixed width of whole bytes. */
export type DType =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool";

/** What is fixed for a data type: its number in ONNX's `TensorProto.DataType` and its width in bytes. */
export interface DTypeFacts {
  readonly code: number;
  readonly bytes: number;
}

/** Every supported data type; the codes go into commitments, so they never change. */
export const DTYPES: Readonly<Record<DType, DTypeFacts>> = {
  float32: { code: 1, bytes: 4 },
  uint8: { code: 2, bytes: 1 },
  int8: { code: 3, bytes: 1 },
  uint16: { code: 4, bytes: 2 },
  int16: { code: 5, bytes: 2 },
  int32: { code: 6, bytes: 4 },
  int64: { code: 7, bytes: 8 },
  bool: { code: 9, bytes: 1 },
  float16: { code: 10, bytes: 2 },
  float64: { code: 11, bytes: 8 },
  uint32: { code: 12, bytes: 4 },
  uint64: { code: 13, bytes: 8 },
  bfloat16: { code: 16, bytes: 2 },
};

const BY_CODE = new Map(Object.entries(DTYPES).map(([name, { code }]) => [code, name as DType]));
const ONNX_STRING = 8;

/** Whether a string from outside names a supported data type. */
export function isDType(name: unknown): name is DType {
  return typeof name === "string" && Object.hasOwn(DTYPES, name);
}

/**
 * The data type with an ONNX `TensorProto.DataType` number.
 * @throws GliaError `TENSOR_DTYPE_UNSUPPORTED` for strings, complex numbers, sub-byte types and unknown numbers.
 */
export function dtypeFromCode(code: number): DType {
  const dtype = BY_CODE.get(code);
  if (dtype !== undefined) return dtype;
  const what = code === ONNX_STRING ? "string" : `ONNX data type ${code}`;
  throw new GliaError(
    "TENSOR_DTYPE_UNSUPPORTED",
    `Tensors of ${what} are not supported; use one of ${Object.keys(DTYPES).join(", ")}.`,
    {
      kind: "input",
      hint:
        code === ONNX_STRING
          ? "Export the model from behind its tokenizer, so that it takes token ids."
          : "Export the model with a supported type.",
      details: { code },
    },
  );
}
