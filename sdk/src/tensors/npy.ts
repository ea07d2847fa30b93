import { GliaError } from "../errors.ts";
import { castTensor } from "./cast.ts";
import type { DType } from "./dtype.ts";
import { parseNpyHeader } from "./npy-header.ts";
import { DTYPES } from "./dtype.ts";
import { createTensor, tensorSize } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";

const DESCR: Readonly<Record<Exclude<DType, "bfloat16">, string>> = {
  float32: "<f4",
  float64: "<f8",
  float16: "<f2",
  int8: "|i1",
  int16: "<i2",
  int32: "<i4",
  int64: "<i8",
  uint8: "|u1",
  uint16: "<u2",
  uint32: "<u4",
  uint64: "<u8",
  bool: "|b1",
};

/**
 * Reads a NumPy `.npy` file (format 1 to 3). Big-endian numbers and Fortran order are converted.
 * @throws GliaError `NPY_INVALID` for anything that is not exactly one such file, `TENSOR_DTYPE_UNSUPPORTED` for strings, objects, dates and the like.
 */
export function fromNpy(file: Uint8Array): Tensor {
  const { dtype, bigEndian, fortranOrder, shape, dataOffset } = parseNpyHeader(file);
  const expected = tensorSize(dtype, shape);
  const raw = file.subarray(dataOffset);
  if (raw.length !== expected) {
    throw new GliaError(
      "NPY_INVALID",
      `The .npy file has ${raw.length} bytes of data, but ${dtype} of shape [${shape.join(", ")}] takes ${expected}.`,
      {
        kind: "input",
        hint: "The file may be cut off; save the array again with numpy.save.",
        details: { expected, actual: raw.length },
      },
    );
  }
  let bytes: Uint8Array = raw;
  const width = DTYPES[dtype].bytes;
  if (bigEndian && width > 1) bytes = swapEndianness(bytes, width);
  if (fortranOrder && shape.length > 1) bytes = toRowMajor(bytes, width, shape);
  if (dtype === "bool" && bytes.some((value) => value > 1)) {
    throw new GliaError("NPY_INVALID", "The .npy file has a bool that is neither 0 nor 1.", { kind: "input" });
  }
  return createTensor(dtype, shape, bytes);
}

/** Writes a NumPy `.npy` file, format 1. NumPy has no bfloat16, so that becomes float32, which holds every value of it. */
export function toNpy(tensor: Tensor): Uint8Array {
  const { dtype, shape, bytes } = tensor.dtype === "bfloat16" ? castTensor(tensor, "float32") : tensor;
  const descr = DESCR[dtype as keyof typeof DESCR];
  const dims = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${dims}, }`;
  const preamble = 10;
  // The format wants the data to start at a multiple of 64 bytes and the header to end with a line feed.
  const headerLength = Math.ceil((preamble + dictionary.length + 1) / 64) * 64 - preamble;
  const file = new Uint8Array(preamble + headerLength + bytes.length);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, headerLength & 0xff, headerLength >> 8]);
  file.set(new TextEncoder().encode(`${dictionary.padEnd(headerLength - 1)}\n`), preamble);
  file.set(bytes, preamble + headerLength);
  return file;
}

function swapEndianness(bytes: Uint8Array, width: number): Uint8Array {
  const swapped = bytes.slice();
  for (let offset = 0; offset < swapped.length; offset += width) swapped.subarray(offset, offset + width).reverse();
  return swapped;
}

function toRowMajor(bytes: Uint8Array, width: number, shape: readonly number[]): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  const index = shape.map(() => 0);
  let source = 0;
  for (let target = 0; target < bytes.length; target += width) {
    for (let k = 0; k < width; k++) out[target + k] = bytes[source * width + k] ?? 0;
    // Counts the index up like an odometer, last axis fastest, and keeps the column-major position in step.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      const step = strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        source += step;
        break;
      }
      source -= (next - 1) * step;
      index[axis] = 0;
    }
  }
  return out;
}
