import { createHash } from "node:crypto";
import { batchItemSize, DTYPES, GliaError, type TensorInfo, type TensorSpec, writeBatchFile } from "@glia/sdk";

/** A batch as a file, and where its items are in it. */
export interface BenchBatch {
  readonly file: Uint8Array;
  readonly tensors: readonly TensorSpec[];
  readonly items: number;
  /** Bytes before the first item. */
  readonly start: number;
}

/** A batch of `items` pseudo-random items, the same in every run; dynamic dimensions are 1. */
export async function inputBatch(inputs: readonly TensorInfo[], items: number): Promise<BenchBatch> {
  const tensors = inputs.map(({ name, dtype, shape }) => ({
    name,
    dtype,
    shape: shape.map((size) => (typeof size === "number" ? size : 1)),
  }));
  // The first part of a batch file is its header.
  const first: IteratorResult<Uint8Array, unknown> = await writeBatchFile({ items, tensors }, []).next();
  const header = first.done === true ? new Uint8Array() : first.value;
  const start = header.length;
  const file = new Uint8Array(start + batchItemSize(tensors) * items);
  file.set(header);
  fill(file, start, tensors, items);
  return { file, tensors, items, start };
}

function fill(file: Uint8Array, start: number, tensors: readonly TensorSpec[], items: number): void {
  const view = new DataView(file.buffer);
  let offset = start;
  let state = 1;
  for (let item = 0; item < items; item++) {
    for (const { dtype, shape } of tensors) {
      const count = shape.reduce((product, size) => product * size, 1);
      if (dtype !== "float32" && dtype !== "uint8") {
        throw new GliaError("USAGE", `the bench makes float32 and uint8 inputs, not ${dtype}`, { kind: "usage" });
      }
      for (let i = 0; i < count; i++, offset += DTYPES[dtype].bytes) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        if (dtype === "float32") view.setFloat32(offset, state / 2 ** 32, true);
        else view.setUint8(offset, state >>> 24);
      }
    }
  }
}

/** SHA-256 over the concatenation, to see that two ways give the same bytes. */
export function digest(chunks: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
