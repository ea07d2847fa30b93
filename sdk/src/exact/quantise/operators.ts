import type { NodeProto } from "../../onnx/index.ts";
import { isElementwise } from "../canonicalise/table/index.ts";
import { Attributes } from "../client/attributes.ts";
import { CLIENT_OPERATORS } from "../client/evaluate.ts";
import { product } from "../client/operator.ts";
import type { FloatGraph } from "./graph.ts";

/** What a node is for the exact part. */
export type Role =
  /** Conv, Gemm or MatMul with constant weights. */
  | "contraction"
  /** A window's or image's mean: a contraction with constant weights of our own. */
  | "mean"
  /** The largest of a window. */
  | "largest"
  | "movement"
  /** Works on each element by itself, or on pairs of elements. */
  | "elementwise"
  | "none";

const MOVEMENT = new Set([
  "Concat",
  "DepthToSpace",
  "Expand",
  "Flatten",
  "Gather",
  "Pad",
  "Reshape",
  "Slice",
  "SpaceToDepth",
  "Split",
  "Squeeze",
  "Tile",
  "Transpose",
  "Unsqueeze",
]);

/** What a node is, by its operator and attributes. */
export function roleOf(node: NodeProto, constants: FloatGraph["constants"]): Role {
  if (node.domain !== "") return isElementwise(node.domain, node.opType) ? "elementwise" : "none";
  switch (node.opType) {
    case "Conv":
    case "Gemm":
    case "MatMul":
      return constants.has(node.input[1] ?? "") ? "contraction" : "none";
    case "AveragePool":
    case "GlobalAveragePool":
      return "mean";
    case "ReduceMean":
      return "mean";
    case "MaxPool":
      return node.output.length === 1 ? "largest" : "none";
    case "GlobalMaxPool":
      return "largest";
    case "Resize":
      return new Attributes(node).text("mode", "nearest") === "nearest" ? "movement" : "none";
    default:
      if (MOVEMENT.has(node.opType)) return "movement";
      return isElementwise("", node.opType) ? "elementwise" : "none";
  }
}

/** Whether the client can compute the node. */
export function isClients({ domain, opType }: NodeProto): boolean {
  return domain === "" && CLIENT_OPERATORS.includes(opType);
}

/** The lower and upper bound of Relu and of Clip with constant bounds, else undefined. */
export function clampOf(node: NodeProto, constants: FloatGraph["constants"]): boolean {
  if (node.domain !== "") return false;
  if (node.opType === "Relu") return true;
  return node.opType === "Clip" && node.input.slice(1).every((name) => name === "" || isScalar(name, constants));
}

/** Whether a name is that of a constant of one element. */
export function isScalar(name: string, constants: FloatGraph["constants"]): boolean {
  const shape = constants.get(name)?.shape;
  return shape !== undefined && product(shape) === 1;
}
