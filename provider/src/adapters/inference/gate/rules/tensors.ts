import type { GateTensor } from "../messages.ts";
import { type Inspection, tensorsOf, type Visit } from "../walk.ts";

/** Bytes per element by ONNX type number, of types that weights may have. Sub-byte types count as one byte. */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  16: 2,
  17: 1,
  18: 1,
  19: 1,
  20: 1,
  21: 1,
  22: 1,
  23: 1,
};
/** More dimensions than any kernel of ONNX Runtime takes. */
export const MAX_RANK = 32;

/** Every tensor in the file: its data must be in the file, its shape must be sane, and it must not be too large. */
export function checkTensors(inspection: Inspection, visit: Visit): void {
  for (const { tensor, where } of tensorsOf(visit)) {
    if ((tensor.dataLocation ?? 0n) !== 0n || (tensor.externalData?.length ?? 0) > 0) {
      inspection.report(
        "external-data",
        where,
        "the tensor's data lies in another file",
        "all data inside the ONNX file",
      );
    }
    checkSize(inspection, tensor, where);
  }
  for (const sparse of visit.scope.graph.sparseInitializers ?? []) {
    const elementBytes = elementBytesOf(sparse.values?.dataType) ?? 8;
    countBytes(inspection, sparse.dims ?? [], elementBytes, `${visit.path}, sparse initialiser`);
  }
}

/** Bytes of one element of an ONNX type; undefined for strings, complex and unknown types. */
export function elementBytesOf(dataType: bigint | undefined): number | undefined {
  return ELEMENT_BYTES[String(dataType ?? 0n)];
}

/** Adds a tensor of fixed shape to the sum and reports it if it, or the sum, is too large. Returns its size in bytes. */
export function countBytes(
  inspection: Inspection,
  dims: readonly bigint[],
  elementBytes: number,
  where: string,
): bigint | undefined {
  const { maxTensorBytes, maxStaticBytes } = inspection.limits;
  if (dims.length > MAX_RANK || dims.some((dim) => dim < 0n)) {
    inspection.report(
      "shape",
      where,
      `the shape has rank ${dims.length} or a negative dimension`,
      `at most ${MAX_RANK} dimensions ≥ 0`,
    );
    return undefined;
  }
  const bytes = dims.reduce((product, dim) => product * dim, BigInt(elementBytes));
  if (bytes > BigInt(maxTensorBytes)) {
    inspection.report("tensor-size", where, `the tensor takes ${bytes} bytes`, `at most ${maxTensorBytes} bytes`);
    return undefined;
  }
  const before = inspection.staticBytes;
  inspection.staticBytes += bytes;
  const limit = BigInt(maxStaticBytes);
  if (before <= limit && inspection.staticBytes > limit) {
    inspection.report(
      "memory",
      where,
      "all tensors of fixed size together are too large",
      `at most ${maxStaticBytes} bytes`,
    );
  }
  return bytes;
}

function checkSize(inspection: Inspection, tensor: GateTensor, where: string): void {
  const elementBytes = elementBytesOf(tensor.dataType);
  if (elementBytes === undefined) {
    inspection.report(
      "tensor-type",
      where,
      `tensors of ONNX type ${tensor.dataType ?? 0n} are not supported`,
      "numbers",
    );
    return;
  }
  const bytes = countBytes(inspection, tensor.dims ?? [], elementBytes, where);
  const raw = tensor.rawData?.length ?? 0;
  if (bytes !== undefined && BigInt(raw) > bytes) {
    inspection.report(
      "shape",
      where,
      `${raw} bytes of data for a shape of ${bytes} bytes`,
      "data as long as the shape says",
    );
  }
}
