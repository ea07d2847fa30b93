import { createTensor, isDType } from "../../tensors/index.ts";
import type { Item, Tensor } from "../../tensors/index.ts";

/** Runs an ONNX file on items, one after the other, and gives all its outputs for each, in the items' order. */
export type FloatRunner = (file: Uint8Array, items: Iterable<Item> | AsyncIterable<Item>) => AsyncIterable<Item>;

/** The part of ONNX Runtime that is needed; onnxruntime-node and onnxruntime-web both have it. */
export interface FloatOrt {
  readonly InferenceSession: {
    create(file: Uint8Array, options?: object): Promise<FloatSession>;
  };
  readonly Tensor: new (type: never, data: never, dims: readonly number[]) => object;
}

interface FloatSession {
  run(
    feeds: never,
  ): Promise<
    Readonly<Record<string, { readonly type: string; readonly data: unknown; readonly dims: readonly number[] }>>
  >;
  release(): Promise<void>;
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

/** A {@link FloatRunner} on ONNX Runtime, for models that one trusts: it runs in this process. */
export function ortFloatRunner(ort: FloatOrt, options: { readonly threads?: number } = {}): FloatRunner {
  return async function* (file, items) {
    const session = await ort.InferenceSession.create(file, {
      intraOpNumThreads: options.threads ?? 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    try {
      for await (const item of items) {
        const feeds = Object.fromEntries([...item].map(([name, tensor]) => [name, toOrt(ort, tensor)]));
        const answer = await session.run(feeds as never);
        yield new Map(
          Object.entries(answer).map(([name, { type, data, dims }]) => [name, fromOrt(name, type, data, dims)]),
        );
      }
    } finally {
      await session.release();
    }
  };
}

function toOrt(ort: FloatOrt, { dtype, shape, bytes }: Tensor): object {
  const Elements = ARRAYS[dtype as keyof typeof ARRAYS] as (typeof ARRAYS)[keyof typeof ARRAYS] | undefined;
  if (Elements === undefined) throw new TypeError(`Inputs of ${dtype} cannot be given to the float runner.`);
  const aligned = bytes.slice();
  return new ort.Tensor(dtype as never, new Elements(aligned.buffer) as never, shape);
}

function fromOrt(name: string, type: string, data: unknown, dims: readonly number[]): Tensor {
  if (!isDType(type) || !ArrayBuffer.isView(data))
    throw new TypeError(`The output "${name}" is ${type}, which is no tensor of numbers.`);
  return createTensor(type, dims, new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice());
}
