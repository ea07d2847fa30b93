import { GliaError } from "../errors.ts";
import { DTYPES, dtypeFromCode } from "../tensors/dtype.ts";
import type { DType } from "../tensors/dtype.ts";
import { createTensor, elementCount } from "../tensors/tensor.ts";
import type { Tensor } from "../tensors/tensor.ts";
import { DATA_LOCATION } from "./types.ts";
import type { TensorProto } from "./types.ts";

/**
 * The numbers of an initialiser or constant, wherever the file keeps them. Raw bytes are a view of the file's, not a copy.
 * @throws GliaError `ONNX_TENSOR_EXTERNAL` (kept in another file), `ONNX_TENSOR_INVALID` (a count that does not fit the dimensions),
 * `TENSOR_DTYPE_UNSUPPORTED`, `TENSOR_SHAPE_INVALID` (a negative or huge dimension)
 */
export function readTensor(proto: TensorProto): Tensor {
  if (proto.dataLocation === DATA_LOCATION.external || proto.externalData.length > 0) {
    throw new GliaError("ONNX_TENSOR_EXTERNAL", `The tensor "${proto.name}" is kept in another file.`, {
      kind: "input",
      hint: "Save the model as one file: onnx.save_model(model, path, save_as_external_data=False).",
      details: { name: proto.name },
    });
  }
  const dtype = dtypeFromCode(proto.dataType);
  const shape = proto.dims.length === 0 ? [] : Array.from(proto.dims, Number);
  const count = elementCount(shape);
  if (proto.rawData !== undefined && proto.rawData.length > 0) {
    if (proto.rawData.length !== count * DTYPES[dtype].bytes) throw wrongCount(proto, shape, proto.rawData.length);
    return createTensor(dtype, shape, proto.rawData);
  }
  const typed = typedData(proto, dtype);
  if (typed.length !== count) throw wrongCount(proto, shape, typed.length * DTYPES[dtype].bytes);
  return createTensor(dtype, shape, toBytes(dtype, typed));
}

type Typed = Float32Array | Float64Array | Int32Array | BigInt64Array | BigUint64Array;

/** Where the format keeps a type's elements: narrow integers, halves and booleans stand in 32-bit ones. */
function typedData(proto: TensorProto, dtype: DType): Typed {
  if (dtype === "float32") return proto.floatData ?? new Float32Array();
  if (dtype === "float64") return proto.doubleData ?? new Float64Array();
  if (dtype === "int64") return proto.int64Data ?? new BigInt64Array();
  if (dtype === "uint32" || dtype === "uint64") return proto.uint64Data ?? new BigUint64Array();
  return proto.int32Data ?? new Int32Array();
}

function toBytes(dtype: DType, typed: Typed): Uint8Array {
  const width = DTYPES[dtype].bytes;
  const bytes = new Uint8Array(typed.length * width);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < typed.length; i++) {
    const value = typed[i] ?? 0;
    if (dtype === "float32") view.setFloat32(i * 4, Number(value), true);
    else if (dtype === "float64") view.setFloat64(i * 8, Number(value), true);
    else if (width === 8) view.setBigInt64(i * 8, BigInt(value), true);
    else if (width === 4) view.setUint32(i * 4, Number(BigInt.asUintN(32, BigInt(value))), true);
    else if (width === 2) view.setUint16(i * 2, Number(value), true);
    else view.setUint8(i, Number(value));
  }
  return bytes;
}

function wrongCount(proto: TensorProto, shape: readonly number[], bytes: number): GliaError {
  return new GliaError(
    "ONNX_TENSOR_INVALID",
    `The tensor "${proto.name}" of shape [${shape.join(", ")}] comes with ${bytes} bytes of data, which does not fit.`,
    { kind: "input", hint: "The file is damaged; export the model again.", details: { name: proto.name, bytes } },
  );
}
