/** Constructors of the typed arrays that ONNX Runtime wants, by tensor type. Types that are missing cannot be passed through it. */
export const TYPED_ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
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

export type RuntimeDType = keyof typeof TYPED_ARRAYS;

export function isRuntimeDType(name: string): name is RuntimeDType {
  return Object.hasOwn(TYPED_ARRAYS, name);
}
