/**
 * The part of ONNX's protobuf schema that the gate reads. The gate has a reader of its own because it must be stricter than
 * a general one: where two decoders may disagree (a singular field given twice, an unexpected wire type, an unknown
 * field), a file could show the gate one model and ONNX Runtime another, so such files are refused.
 */
export type FieldKind =
  /** varint, read as a signed 64-bit integer */
  | "int"
  /** list of varints, packed or not */
  | "ints"
  | "string"
  | "bytes"
  /** length-delimited or fixed-width data that the gate only measures */
  | "opaque"
  | { readonly message: MessageName };

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly repeated: boolean;
}

type Fields = Readonly<Record<number, Field>>;

const one = (name: string, kind: FieldKind): Field => ({ name, kind, repeated: false });
const many = (name: string, kind: FieldKind): Field => ({ name, kind, repeated: true });
const message = (name: MessageName): FieldKind => ({ message: name });

export type MessageName =
  | "Model"
  | "Opset"
  | "Graph"
  | "Node"
  | "Attribute"
  | "Tensor"
  | "SparseTensor"
  | "ValueInfo"
  | "Type"
  | "TensorType"
  | "WrapperType"
  | "MapType"
  | "Shape"
  | "Dimension";

export const SCHEMA: Readonly<Record<MessageName, Fields>> = {
  Model: {
    1: one("irVersion", "int"),
    2: one("producerName", "opaque"),
    3: one("producerVersion", "opaque"),
    4: one("domain", "opaque"),
    5: one("modelVersion", "int"),
    6: one("docString", "opaque"),
    7: one("graph", message("Graph")),
    8: many("opsetImport", message("Opset")),
    14: many("metadata", "opaque"),
    20: many("trainingInfo", "opaque"),
    25: many("functions", "opaque"),
    26: many("configuration", "opaque"),
  },
  Opset: { 1: one("domain", "string"), 2: one("version", "int") },
  Graph: {
    1: many("nodes", message("Node")),
    2: one("name", "string"),
    5: many("initializers", message("Tensor")),
    10: one("docString", "opaque"),
    11: many("inputs", message("ValueInfo")),
    12: many("outputs", message("ValueInfo")),
    13: many("valueInfo", message("ValueInfo")),
    14: many("quantizationAnnotation", "opaque"),
    15: many("sparseInitializers", message("SparseTensor")),
    16: many("metadata", "opaque"),
  },
  Node: {
    1: many("inputs", "string"),
    2: many("outputs", "string"),
    3: one("name", "string"),
    4: one("opType", "string"),
    5: many("attributes", message("Attribute")),
    6: one("docString", "opaque"),
    7: one("domain", "string"),
    8: one("overload", "string"),
    9: many("metadata", "opaque"),
    10: many("deviceConfigurations", "opaque"),
  },
  Attribute: {
    1: one("name", "string"),
    2: one("float", "opaque"),
    3: one("int", "int"),
    4: one("bytes", "opaque"),
    5: one("tensor", message("Tensor")),
    6: one("graph", message("Graph")),
    7: many("floats", "opaque"),
    8: many("ints", "ints"),
    9: many("strings", "opaque"),
    10: many("tensors", message("Tensor")),
    11: many("graphs", message("Graph")),
    13: one("docString", "opaque"),
    14: one("typeProto", message("Type")),
    15: many("typeProtos", message("Type")),
    20: one("type", "int"),
    21: one("refAttrName", "string"),
    22: one("sparseTensor", message("SparseTensor")),
    23: many("sparseTensors", message("SparseTensor")),
  },
  Tensor: {
    1: many("dims", "ints"),
    2: one("dataType", "int"),
    3: one("segment", "opaque"),
    4: many("floatData", "opaque"),
    5: many("int32Data", "ints"),
    6: many("stringData", "opaque"),
    7: many("int64Data", "ints"),
    8: one("name", "string"),
    9: one("rawData", "bytes"),
    10: many("doubleData", "opaque"),
    11: many("uint64Data", "ints"),
    12: one("docString", "opaque"),
    13: many("externalData", "opaque"),
    14: one("dataLocation", "int"),
    16: many("metadata", "opaque"),
  },
  SparseTensor: { 1: one("values", message("Tensor")), 2: one("indices", message("Tensor")), 3: many("dims", "ints") },
  ValueInfo: {
    1: one("name", "string"),
    2: one("type", message("Type")),
    3: one("docString", "opaque"),
    4: many("metadata", "opaque"),
  },
  Type: {
    1: one("tensor", message("TensorType")),
    4: one("sequence", message("WrapperType")),
    5: one("map", message("MapType")),
    6: one("denotation", "opaque"),
    7: one("opaqueType", "opaque"),
    8: one("sparseTensor", message("TensorType")),
    9: one("optional", message("WrapperType")),
  },
  TensorType: { 1: one("elemType", "int"), 2: one("shape", message("Shape")) },
  WrapperType: { 1: one("elemType", message("Type")) },
  MapType: { 1: one("keyType", "int"), 2: one("valueType", message("Type")) },
  Shape: { 1: many("dims", message("Dimension")) },
  Dimension: { 1: one("value", "int"), 2: one("param", "string"), 3: one("denotation", "opaque") },
};
