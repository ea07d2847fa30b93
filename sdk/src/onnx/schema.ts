/** How one value of a field is written. The last five keep a tensor's numbers in a typed array instead of single values. */
export type ScalarKind = "int32" | "int64" | "float" | "string" | "bytes";
export type PackedKind = "int32s" | "int64s" | "uint64s" | "floats" | "doubles";

/** One field of a message: number, kind (a scalar, a packed array or the name of a message) and whether it repeats. */
export type Field = readonly [number: number, kind: string, repeated?: "repeated"];

/**
 * The part of the ONNX schema (IR version 3 to 13) that we read, fields in order of their numbers.
 * The TypeScript types in `types.ts` are derived from this table, so that the two cannot part.
 * Training information and placement on devices are left out: neither has a meaning for inference.
 */
export const SCHEMA = {
  Model: {
    irVersion: [1, "int64"],
    producerName: [2, "string"],
    producerVersion: [3, "string"],
    domain: [4, "string"],
    modelVersion: [5, "int64"],
    docString: [6, "string"],
    graph: [7, "Graph"],
    opsetImport: [8, "OperatorSetId", "repeated"],
    metadataProps: [14, "StringStringEntry", "repeated"],
    functions: [25, "Function", "repeated"],
  },
  Graph: {
    node: [1, "Node", "repeated"],
    name: [2, "string"],
    initializer: [5, "Tensor", "repeated"],
    docString: [10, "string"],
    input: [11, "ValueInfo", "repeated"],
    output: [12, "ValueInfo", "repeated"],
    valueInfo: [13, "ValueInfo", "repeated"],
    quantizationAnnotation: [14, "TensorAnnotation", "repeated"],
    sparseInitializer: [15, "SparseTensor", "repeated"],
    metadataProps: [16, "StringStringEntry", "repeated"],
  },
  Node: {
    input: [1, "string", "repeated"],
    output: [2, "string", "repeated"],
    name: [3, "string"],
    opType: [4, "string"],
    attribute: [5, "Attribute", "repeated"],
    docString: [6, "string"],
    domain: [7, "string"],
    overload: [8, "string"],
    metadataProps: [9, "StringStringEntry", "repeated"],
  },
  Attribute: {
    name: [1, "string"],
    f: [2, "float"],
    i: [3, "int64"],
    s: [4, "bytes"],
    t: [5, "Tensor"],
    g: [6, "Graph"],
    floats: [7, "float", "repeated"],
    ints: [8, "int64", "repeated"],
    strings: [9, "bytes", "repeated"],
    tensors: [10, "Tensor", "repeated"],
    graphs: [11, "Graph", "repeated"],
    docString: [13, "string"],
    tp: [14, "Type"],
    typeProtos: [15, "Type", "repeated"],
    type: [20, "int32"],
    refAttrName: [21, "string"],
    sparseTensor: [22, "SparseTensor"],
    sparseTensors: [23, "SparseTensor", "repeated"],
  },
  Tensor: {
    dims: [1, "int64", "repeated"],
    dataType: [2, "int32"],
    segment: [3, "Segment"],
    floatData: [4, "floats"],
    int32Data: [5, "int32s"],
    stringData: [6, "bytes", "repeated"],
    int64Data: [7, "int64s"],
    name: [8, "string"],
    rawData: [9, "bytes"],
    doubleData: [10, "doubles"],
    uint64Data: [11, "uint64s"],
    docString: [12, "string"],
    externalData: [13, "StringStringEntry", "repeated"],
    dataLocation: [14, "int32"],
    metadataProps: [16, "StringStringEntry", "repeated"],
  },
  Segment: { begin: [1, "int64"], end: [2, "int64"] },
  SparseTensor: { values: [1, "Tensor"], indices: [2, "Tensor"], dims: [3, "int64", "repeated"] },
  Function: {
    name: [1, "string"],
    input: [4, "string", "repeated"],
    output: [5, "string", "repeated"],
    attribute: [6, "string", "repeated"],
    node: [7, "Node", "repeated"],
    docString: [8, "string"],
    opsetImport: [9, "OperatorSetId", "repeated"],
    domain: [10, "string"],
    attributeProto: [11, "Attribute", "repeated"],
    valueInfo: [12, "ValueInfo", "repeated"],
    overload: [13, "string"],
    metadataProps: [14, "StringStringEntry", "repeated"],
  },
  ValueInfo: {
    name: [1, "string"],
    type: [2, "Type"],
    docString: [3, "string"],
    metadataProps: [4, "StringStringEntry", "repeated"],
  },
  Type: {
    tensorType: [1, "TypeTensor"],
    sequenceType: [4, "TypeElement"],
    mapType: [5, "TypeMap"],
    denotation: [6, "string"],
    opaqueType: [7, "TypeOpaque"],
    sparseTensorType: [8, "TypeTensor"],
    optionalType: [9, "TypeElement"],
  },
  TypeTensor: { elemType: [1, "int32"], shape: [2, "TensorShape"] },
  TypeElement: { elemType: [1, "Type"] },
  TypeMap: { keyType: [1, "int32"], valueType: [2, "Type"] },
  TypeOpaque: { domain: [1, "string"], name: [2, "string"] },
  TensorShape: { dim: [1, "Dimension", "repeated"] },
  Dimension: { dimValue: [1, "int64"], dimParam: [2, "string"], denotation: [3, "string"] },
  OperatorSetId: { domain: [1, "string"], version: [2, "int64"] },
  StringStringEntry: { key: [1, "string"], value: [2, "string"] },
  TensorAnnotation: { tensorName: [1, "string"], quantParameterTensorNames: [2, "StringStringEntry", "repeated"] },
} as const satisfies Record<string, Record<string, Field>>;

/** Name of a message of the schema. */
export type MessageName = keyof typeof SCHEMA;

/** Of these fields of a message at most one may be present. */
export const ONE_OF: Readonly<Partial<Record<MessageName, readonly string[]>>> = {
  Type: ["tensorType", "sequenceType", "mapType", "opaqueType", "sparseTensorType", "optionalType"],
  Dimension: ["dimValue", "dimParam"],
};

/** Whether a field's kind is the name of a message. */
export function isMessageName(kind: string): kind is MessageName {
  return Object.hasOwn(SCHEMA, kind);
}

/** The fields of a message as the reader and the writer walk over them. */
export function fieldsOf(message: MessageName): readonly (readonly [name: string, field: Field])[] {
  return FIELDS.get(message) ?? [];
}

const FIELDS: ReadonlyMap<string, readonly (readonly [string, Field])[]> = new Map(
  Object.entries(SCHEMA).map(([message, fields]) => [message, Object.entries<Field>(fields)]),
);
