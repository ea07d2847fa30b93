export {
  makeAttribute,
  makeFloats,
  makeGraph,
  makeInts,
  makeMessage,
  makeModel,
  makeNode,
  makeTensor,
  makeValue,
} from "./build.ts";
export type { AttributeValue } from "./build.ts";
export { decodeModel, DEFAULT_DECODE_LIMITS } from "./decode.ts";
export type { DecodeLimits } from "./decode.ts";
export { encodeModel } from "./encode.ts";
export { readTensor } from "./read-tensor.ts";
export { readInputs, readSignature } from "./signature.ts";
export type { ModelSignature, TensorInfo } from "./signature.ts";
export { ATTRIBUTE_TYPE, DATA_LOCATION } from "./types.ts";
export type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  Message,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
  SparseTensorProto,
  StringStringEntryProto,
  TensorProto,
  TypeProto,
  ValueInfoProto,
} from "./types.ts";
