import { DTYPES } from "../tensors/dtype.ts";
import type { DType } from "../tensors/dtype.ts";
import { fieldsOf } from "./schema.ts";
import type { MessageName } from "./schema.ts";
import { ATTRIBUTE_TYPE } from "./types.ts";
import type {
  AttributeProto,
  GraphProto,
  Message,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from "./types.ts";

/** What an attribute can be given as: integers are bigint, floats are number, text is string. */
export type AttributeValue =
  number | bigint | string | readonly number[] | readonly bigint[] | TensorProto | GraphProto;

/** Makes any message of the schema from some of its fields; lists, strings and 32-bit integers left out get their default. */
export function makeMessage<N extends MessageName>(name: N, parts: Partial<Message<N>>): Message<N> {
  const message: Record<string, unknown> = {};
  for (const [field, [, kind, repeated]] of fieldsOf(name)) {
    if (repeated !== undefined) message[field] = [];
    else if (kind === "string") message[field] = "";
    else if (kind === "int32") message[field] = 0;
  }
  // The defaults are those of the table that the type is derived from.
  return Object.assign(message, parts) as Message<N>;
}

/** Makes a tensor of raw little-endian bytes. */
export function makeTensor(name: string, dtype: DType, dims: readonly number[], rawData: Uint8Array): TensorProto {
  return makeMessage("Tensor", { name, dataType: DTYPES[dtype].code, dims: dims.map(BigInt), rawData });
}

/** Makes a float32 tensor. */
export function makeFloats(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (let index = 0; index < values.length; index++) view.setFloat32(index * 4, values[index] ?? 0, true);
  return makeTensor(name, "float32", dims, new Uint8Array(view.buffer));
}

/** Makes an int64 tensor, the type of shapes and axes. */
export function makeInts(name: string, dims: readonly number[], values: readonly (number | bigint)[]): TensorProto {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, index) => view.setBigInt64(index * 8, BigInt(value), true));
  return makeTensor(name, "int64", dims, new Uint8Array(view.buffer));
}

/** Makes an attribute; its type follows from the value, and an empty list is one of integers. */
export function makeAttribute(name: string, value: AttributeValue): AttributeProto {
  const make = (type: keyof typeof ATTRIBUTE_TYPE, parts: Partial<AttributeProto>) =>
    makeMessage("Attribute", { name, type: ATTRIBUTE_TYPE[type], ...parts });
  if (typeof value === "number") return make("float", { f: value });
  if (typeof value === "bigint") return make("int", { i: value });
  if (typeof value === "string") return make("string", { s: new TextEncoder().encode(value) });
  if ("node" in value) return make("graph", { g: value });
  if ("dims" in value) return make("tensor", { t: value });
  return typeof value[0] === "number"
    ? make("floats", { floats: value as readonly number[] })
    : make("ints", { ints: value as readonly bigint[] });
}

/** Makes a node. */
export function makeNode(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  options: { readonly name?: string; readonly domain?: string } = {},
): NodeProto {
  const attribute = Object.entries(attributes).map(([name, value]) => makeAttribute(name, value));
  return makeMessage("Node", { opType, input, output, attribute, ...options });
}

/** Declares a tensor; a string is a dynamic dimension's name, null one without. */
export function makeValue(name: string, dtype: DType, shape: readonly (number | string | null)[]): ValueInfoProto {
  const dim = shape.map((size) =>
    makeMessage("Dimension", typeof size === "number" ? { dimValue: BigInt(size) } : { dimParam: size ?? "" }),
  );
  const tensorType = { elemType: DTYPES[dtype].code, shape: { dim } };
  return makeMessage("ValueInfo", { name, type: makeMessage("Type", { tensorType }) });
}

/** Makes a graph. */
export function makeGraph(
  node: readonly NodeProto[],
  input: readonly ValueInfoProto[],
  output: readonly ValueInfoProto[],
  initializer: readonly TensorProto[] = [],
  name = "graph",
): GraphProto {
  return makeMessage("Graph", { node, input, output, initializer, name });
}

/** Makes a model of IR version 8; `domains` are operator sets besides the default one, by their names. */
export function makeModel(
  graph: GraphProto,
  options: { readonly opset?: number; readonly domains?: Readonly<Record<string, number>> } = {},
): ModelProto {
  const sets = Object.entries({ "": options.opset ?? 17, ...options.domains });
  return makeMessage("Model", {
    irVersion: 8n,
    producerName: "glia",
    graph,
    opsetImport: sets.map(([domain, version]) => ({ domain, version: BigInt(version) })),
  });
}
