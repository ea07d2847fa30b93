import type { MessageName, SCHEMA } from "./schema.ts";

/** TypeScript types of the kinds of the schema. */
interface Values {
  int32: number;
  int64: bigint;
  float: number;
  string: string;
  bytes: Uint8Array;
  int32s: Int32Array;
  int64s: BigInt64Array;
  uint64s: BigUint64Array;
  floats: Float32Array;
  doubles: Float64Array;
}

type Value<K> = K extends keyof Values ? Values[K] : K extends MessageName ? Message<K> : never;

/** Fields that are always there: lists are empty, strings "" and 32-bit integers 0 where the file has none. */
type Always = readonly [number, "string" | "int32"] | readonly [number, string, "repeated"];

type Fields<N extends MessageName> = (typeof SCHEMA)[N];

/**
 * A message of the schema. Absent numbers, bytes and messages are left out, since for them absence differs from zero.
 * Bytes of a decoded model are views of the file's bytes, not copies.
 */
export type Message<N extends MessageName> = {
  readonly [F in keyof Fields<N> as Fields<N>[F] extends Always ? F : never]: Fields<N>[F] extends readonly [
    number,
    infer K,
    "repeated",
  ]
    ? readonly Value<K>[]
    : Fields<N>[F] extends readonly [number, infer K]
      ? Value<K>
      : never;
} & {
  readonly [F in keyof Fields<N> as Fields<N>[F] extends Always ? never : F]?: Fields<N>[F] extends readonly [
    number,
    infer K,
  ]
    ? Value<K>
    : never;
};

export type ModelProto = Message<"Model">;
export type GraphProto = Message<"Graph">;
export type NodeProto = Message<"Node">;
export type AttributeProto = Message<"Attribute">;
export type TensorProto = Message<"Tensor">;
export type SparseTensorProto = Message<"SparseTensor">;
export type FunctionProto = Message<"Function">;
export type ValueInfoProto = Message<"ValueInfo">;
export type TypeProto = Message<"Type">;
export type OperatorSetIdProto = Message<"OperatorSetId">;
export type StringStringEntryProto = Message<"StringStringEntry">;

/** Numbers of `AttributeProto.type`. */
export const ATTRIBUTE_TYPE = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
  sparseTensor: 11,
  sparseTensors: 12,
  typeProto: 13,
  typeProtos: 14,
} as const;

/** Numbers of `TensorProto.data_location`. */
export const DATA_LOCATION = { default: 0, external: 1 } as const;
