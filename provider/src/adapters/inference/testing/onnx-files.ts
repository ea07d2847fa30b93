import { data, type FieldBytes, int, join } from "./protobuf.ts";

/** ONNX's numbers of element types that the tests use. */
export const TYPE = { float: 1, uint8: 2, int64: 7, string: 8, bool: 9 } as const;

/** A dimension: a size, a name for a dynamic one. */
export type Dim = number | bigint | string;

/** ValueInfoProto of a tensor. */
export function value(name: string, type: number, dims: readonly Dim[]): Uint8Array {
  const shape = join(dims.map((dim) => data(1, typeof dim === "string" ? data(2, dim) : int(1, dim))));
  return join([data(1, name), data(2, data(1, join([int(1, type), data(2, shape)])))]);
}

/** TensorProto with its data inside. */
export function tensor(name: string, type: number, dims: readonly (number | bigint)[], raw: Uint8Array): Uint8Array {
  return join([...dims.map((dim) => int(1, dim)), int(2, type), data(8, name), data(9, raw)]);
}

export function floats(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

export function int64s(values: readonly (number | bigint)[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
}

/** TensorProto whose data lies in another file. */
export function externalTensor(
  name: string,
  type: number,
  dims: readonly number[],
  location: string,
  length: number,
): Uint8Array {
  const entry = (key: string, text: string): FieldBytes => data(13, join([data(1, key), data(2, text)]));
  return join([
    ...dims.map((dim) => int(1, dim)),
    int(2, type),
    data(8, name),
    entry("location", location),
    entry("offset", "0"),
    entry("length", String(length)),
    int(14, 1),
  ]);
}

/** AttributeProto values by kind: an integer, integers, a tensor, a graph, a float. */
export type Attribute = { int: number } | { ints: number[] } | { tensor: Uint8Array } | { graph: Uint8Array };

/** NodeProto. */
export function node(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  options: { domain?: string; name?: string } = {},
): Uint8Array {
  return join([
    ...inputs.map((name) => data(1, name)),
    ...outputs.map((name) => data(2, name)),
    ...(options.name === undefined ? [] : [data(3, options.name)]),
    data(4, opType),
    ...Object.entries(attributes).map(([name, attribute]) => data(5, attributeProto(name, attribute))),
    ...(options.domain === undefined ? [] : [data(7, options.domain)]),
  ]);
}

function attributeProto(name: string, attribute: Attribute): Uint8Array {
  const [type, fields] =
    "int" in attribute
      ? [2, [int(3, attribute.int)]]
      : "ints" in attribute
        ? [7, attribute.ints.map((entry) => int(8, entry))]
        : "tensor" in attribute
          ? [4, [data(5, attribute.tensor)]]
          : [5, [data(6, attribute.graph)]];
  return join([data(1, name), ...fields, int(20, type)]);
}

/** Parts of a GraphProto. */
export interface Graph {
  readonly nodes: readonly Uint8Array[];
  readonly inputs?: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
  readonly initializers?: readonly Uint8Array[];
  readonly valueInfo?: readonly Uint8Array[];
  readonly sparse?: readonly Uint8Array[];
}

export function graph({
  nodes,
  inputs = [],
  outputs,
  initializers = [],
  valueInfo = [],
  sparse = [],
}: Graph): Uint8Array {
  return join([
    ...nodes.map((bytes) => data(1, bytes)),
    data(2, "g"),
    ...initializers.map((bytes) => data(5, bytes)),
    ...inputs.map((bytes) => data(11, bytes)),
    ...outputs.map((bytes) => data(12, bytes)),
    ...valueInfo.map((bytes) => data(13, bytes)),
    ...sparse.map((bytes) => data(15, bytes)),
  ]);
}

/** ModelProto with standard operators of set 13, and `extra` fields behind it. */
export function model(contents: Graph | Uint8Array, extra: readonly FieldBytes[] = []): Uint8Array {
  const body = contents instanceof Uint8Array ? contents : graph(contents);
  return join([int(1, 8), data(7, body), data(8, join([data(1, ""), int(2, 13)])), ...extra]);
}
