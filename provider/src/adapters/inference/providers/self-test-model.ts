import type { TensorLayout } from "../worker/frames.ts";

/**
 * y = relu(x · w + b), built in: one matrix product, one broadcast, one elementwise operator. All numbers are small
 * multiples of a power of two, so the right answer is the same to the last bit on every correct machine.
 */
const BASE64 =
  "CAg6uAEKEgoBeAoBdxICeHciBk1hdE11bAoRCgJ4dwoBYhIDc3VtIgNBZGQKDgoDc3VtEgF5IgRSZWx1EgFnKjsIBAgDEAFCAXdKMAAAAD4AAIA+AADAPgAAAD8AACA/AABAPwAAYD8AAIA/AACQPwAAoD8AALA/AADAPyoVCAMQAUIBYkoMAAAAPwAAIMIAAIA+WhMKAXgSDgoMCAESCAoCCAEKAggEYhMKAXkSDgoMCAESCAoCCAEKAggDQgQKABAN";

const input: TensorLayout = { name: "x", dtype: "float32", shape: [1, 4] };

export const SELF_TEST = {
  model: (): Uint8Array => new Uint8Array(Buffer.from(BASE64, "base64")),
  input,
  values: Float32Array.of(1, 2, 3, 4),
  expected: [9.25, 0, 11.5],
  /** GPUs may round products to 10 bits of mantissa (TF32). */
  tolerance: 0.05,
} as const;
