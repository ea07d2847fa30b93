import type { GliaError } from "../../errors.ts";
import type { NodeProto } from "../../onnx/index.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import type { Shape, Window } from "../model.ts";
import type { MovePlan } from "./move/index.ts";
import type { Expression } from "./table/index.ts";

/** What a byte b stands for: scale · (b − zero). The scale is a finite, positive, normal float32. */
export interface Quantisation {
  readonly scale: number;
  readonly zero: number;
}

/** How the file sees a tensor whose bytes are ours: as they are, minus 128, or as whole numbers of a wider type. */
export type FileType = "uint8" | "int8" | "int32" | "int64";

/** A tensor of the exact part, by its number in the builder. */
export interface ExactValue {
  readonly kind: "exact";
  readonly tensor: number;
  readonly dims: readonly number[];
  readonly type: FileType;
}

export interface ConstantValue {
  readonly kind: "constant";
  readonly tensor: Tensor;
}

/** A constant of whole numbers behind a DequantizeLinear: scale · (integer − zero), both one number or one per position of `axis`. */
export interface IntegersValue {
  readonly kind: "integers";
  readonly tensor: Tensor;
  readonly dims: readonly number[];
  readonly scales: Float32Array;
  readonly zeros: Int32Array;
  /** Absent where one scale serves all. */
  readonly axis: number | undefined;
}

/** Computed from the file's float inputs before the first QuantizeLinear: the client's. */
export interface HeadValue {
  readonly kind: "head";
  /** Absent where they could not be told. */
  readonly dims: readonly number[] | undefined;
}

/** Computed from exact tensors by something that the profile has no form for: the client's, or the error that it carries. */
export interface OpaqueValue {
  readonly kind: "opaque";
  readonly error: GliaError;
  /** Whether it went through QuantizeLinear since: as a model's last step the client can do that too, as input of a product it cannot. */
  readonly quantised: boolean;
}

interface RealBase {
  readonly dims: readonly number[];
  /** Nodes of the file that it came from; see {@link joinOrigins}. */
  readonly from: readonly NodeProto[];
}

/** An exact tensor read as real numbers. */
export interface QuantisedReal extends RealBase, Quantisation {
  readonly kind: "quantised";
  readonly tensor: number;
}

/** A function of one quantised tensor, element by element. */
export interface UnaryReal extends RealBase {
  readonly kind: "unary";
  readonly source: QuantisedReal;
  readonly expression: Expression;
  /** Where the function is a · x + b. */
  readonly line: { readonly a: number; readonly b: number } | undefined;
  /** Whether its values are values of the source: Relu's are. */
  readonly onGrid: boolean;
  /** Operators in the expression, counted as often as they are used. */
  readonly size: number;
}

/** Convolution or matrix product: Σ (x − xZero)(w − wZero) + bias, in units that are real numbers, one per output channel. */
export interface ContractionReal extends RealBase, Window {
  readonly kind: "contraction";
  readonly tensor: number;
  readonly groups: number;
  readonly xZero: number;
  readonly wZero: number;
  /** Layout of ContractNode. */
  readonly weights: Uint8Array;
  /** Real value of 1 in the accumulator; float32 each. */
  readonly units: Float32Array;
  /** In units; a whole number where the file has whole numbers. */
  readonly bias: Float64Array;
  readonly shape: Shape;
  /** Dimensions of the Contract's own output, which are then reshaped to `dims`. */
  readonly natural: readonly number[];
  /** Axis of `dims` along which the output channels lie; -1 where there is one channel only. */
  readonly channelAxis: number;
  /** Whether the file has it as whole numbers (int32) still, before a Cast or DequantizeLinear. */
  readonly whole: boolean;
}

/** Sum or product of two quantised tensors. */
export interface PairReal extends RealBase {
  readonly kind: "pair";
  readonly operation: "add" | "sub" | "mul";
  readonly a: QuantisedReal;
  readonly b: QuantisedReal;
}

/** Movement of values that are not computed yet; padding's filler is a real number and becomes a byte with the target's scale. */
export interface MovedReal extends RealBase {
  readonly kind: "moved";
  readonly of: readonly Real[];
  readonly plan: (fill: number) => MovePlan;
  readonly fill: number;
  readonly depth: number;
}

/** Largest value of each window. */
export interface PooledReal extends RealBase {
  readonly kind: "pooled";
  readonly of: Real;
  readonly pool: (tensor: number, from: readonly NodeProto[]) => number;
  readonly depth: number;
}

/** min(max(x, low), high); infinite where open. */
export interface ClippedReal extends RealBase {
  readonly kind: "clipped";
  readonly of: Real;
  readonly low: number;
  readonly high: number;
  readonly depth: number;
}

/** Origins that are kept: a hostile graph could make each list as long as the file. */
const MAX_ORIGINS = 64;
/** Wrappers around one another; keeps recursion short. */
const MAX_DEPTH = 256;

/** Nodes that several values came from, and the node that joins them last; at most 64. */
export function joinOrigins(values: readonly (Value | undefined)[], node: NodeProto): NodeProto[] {
  const all = new Set(values.flatMap((value) => (isReal(value) ? value.from : [])));
  return [...[...all].filter((other) => other !== node).slice(0, MAX_ORIGINS - 1), node];
}

/** How many wrappers stand around one another, or nothing if there are too many. */
export function depthAround(parts: readonly Real[]): number | undefined {
  const depth = 1 + parts.reduce((most, part) => Math.max(most, "depth" in part ? part.depth : 0), 0);
  return depth > MAX_DEPTH ? undefined : depth;
}

/** Float32 numbers that follow from exact tensors; QuantizeLinear makes nodes of them. */
export type Real = QuantisedReal | UnaryReal | ContractionReal | PairReal | MovedReal | PooledReal | ClippedReal;
export type Value = ExactValue | ConstantValue | IntegersValue | HeadValue | OpaqueValue | Real;

/** Dimensions of a value, where they are known. */
export function dimsOf(value: Value): readonly number[] | undefined {
  if (value.kind === "constant") return value.tensor.shape;
  return value.kind === "opaque" ? undefined : value.dims;
}

/** Whether a value is a {@link Real}. */
export function isReal(value: Value | undefined): value is Real {
  return value !== undefined && !["exact", "constant", "integers", "head", "opaque"].includes(value.kind);
}
