/**
 * An exact model: a list of nodes of six kinds, each from u8 tensors to one u8 tensor. What a node computes is defined by `law/`,
 * how it is committed to by `commit/`. Nothing here knows ONNX; `canonicalise/` makes it from an ONNX file.
 */

/**
 * Physical shape of a tensor, all sizes ≥ 1. Elements lie in the order n, h, w, c without gaps. An ONNX tensor of rank 4 is an image
 * [N, C, H, W] and is stored as N, H, W, C; one of any other rank is a matrix, stored row by row: n = 1, h = product of the
 * leading dimensions, w = 1, c = last dimension (1 for a scalar).
 */
export interface Shape {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly c: number;
}

/** Where a tensor enters or leaves the exact part of a model. */
export interface Port {
  /** Name of the u8 tensor in the ONNX file. */
  readonly name: string;
  /** Number of the tensor; see {@link ExactModel}. */
  readonly tensor: number;
  /** The tensor's ONNX dimensions. */
  readonly dims: readonly number[];
  readonly shape: Shape;
  /** A byte b stands for the number scale · (b − zero); scale is a finite, positive, normal float32. 1 and 0 where the file does not say. */
  readonly scale: number;
  readonly zero: number;
}

/** Tensors are numbered: first the inputs, in their order, then the outputs of the nodes: node j makes tensor `inputs.length + j`. */
export interface ExactModel {
  readonly inputs: readonly Port[];
  /** In topological order: a node reads only tensors with smaller numbers than its own. */
  readonly nodes: readonly ExactNode[];
  readonly outputs: readonly Port[];
}

interface NodeBase {
  /** Numbers of the tensors that are read. */
  readonly inputs: readonly number[];
  /** Shape of the output. */
  readonly shape: Shape;
}

/** A sliding window over height and width. */
export interface Window {
  readonly kernelH: number;
  readonly kernelW: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly dilationH: number;
  readonly dilationW: number;
  /** Rows and columns of padding before the first; what lies behind the last follows from the output's shape. */
  readonly padTop: number;
  readonly padLeft: number;
}

/**
 * Convolution, or matrix product (a 1×1 convolution), with bias and requantisation:
 * `acc = bias[o] + Σ (x − xZero)(w − wZero)`, `y = clamp(roundHalfEven(f32(acc · multiplier[o])) + yZero, 0, 255)`.
 * Positions outside the image count as `xZero`. |acc| < 2^24 for every input.
 */
export interface ContractNode extends NodeBase, Window {
  readonly kind: "Contract";
  /** Groups: divides both channel counts; 1, or such that (channels per group) divides 32 or is a multiple of it, or the input has fewer than 32 channels. */
  readonly groups: number;
  readonly xZero: number;
  readonly wZero: number;
  readonly yZero: number;
  /** [output channel][kernel row][kernel column][input channel of the group]. */
  readonly weights: Uint8Array;
  /** One per output channel. */
  readonly bias: Int32Array;
  /** One per output channel: finite, positive, normal. */
  readonly multipliers: Float32Array;
}

/**
 * Element-wise sum or product of two tensors; a dimension of size 1 is repeated.
 * add: `acc = aFactor (a − aZero) + bFactor (b − bZero)`; mul: `acc = (a − aZero)(b − bZero)`, both factors 1; then as {@link ContractNode}.
 * Factors are 1 to 4096.
 */
export interface AddMulNode extends NodeBase {
  readonly kind: "AddMul";
  readonly operation: "add" | "mul";
  readonly aFactor: number;
  readonly bFactor: number;
  readonly aZero: number;
  readonly bZero: number;
  readonly yZero: number;
  /** Finite, positive, normal; at most 7 significant bits (mul) or a power of two (add), so that the product with acc is exact. */
  readonly multiplier: number;
}

/** `y = table[x]`. */
export interface TableNode extends NodeBase {
  readonly kind: "Table";
  /** 256 bytes. */
  readonly table: Uint8Array;
}

/** Largest element of each window; positions outside the image do not count, and every window has at least one inside. */
export interface MaxPoolNode extends NodeBase, Window {
  readonly kind: "MaxPool";
}

/**
 * Position of the largest element along one axis (at most 256 long), the first or the last of equals.
 * The input's elements, in physical order, are an array [outer][length][inner], the output's [outer][inner].
 */
export interface ArgMaxNode extends NodeBase {
  readonly kind: "ArgMax";
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
  readonly last: boolean;
}

/**
 * Elements are moved along an affine map: element i of the output (physical order) has the digits d_k of i in the mixed radix
 * `digits[].radix` (first digit most significant; their product is the output's size) and is element `base + Σ d_k · stride_k` of the input.
 */
export interface ViewNode extends NodeBase {
  readonly kind: "Move";
  readonly mode: "view";
  readonly base: number;
  /** At most 16. Strides may be negative or 0. */
  readonly digits: readonly { readonly radix: number; readonly stride: number }[];
}

/**
 * Elements are picked along one axis. The output is an array [outer][sources.length][inner], input k one of [outer][its length][inner], both in physical order.
 * `sources[a]` = k · 2^24 + position (k ≤ 254), or {@link FILL} for the constant `fill`.
 */
export interface SelectNode extends NodeBase {
  readonly kind: "Move";
  readonly mode: "select";
  readonly outer: number;
  readonly inner: number;
  readonly sources: Uint32Array;
  readonly fill: number;
}

export type MoveNode = ViewNode | SelectNode;
export type ExactNode = ContractNode | AddMulNode | TableNode | MaxPoolNode | ArgMaxNode | MoveNode;

/** Entry of {@link SelectNode}'s sources that stands for the constant. */
export const FILL = 0xffffffff;

/** What an exact model may have at most; more is refused before anything of that size is allocated. */
export const LIMITS = {
  nodes: 1 << 14,
  inputs: 16,
  outputs: 16,
  /** Inputs of one node (a Concat's). */
  nodeInputs: 255,
  /** Elements of one tensor. */
  elements: 1 << 27,
  /** Elements of all tensors of one inference together. */
  allElements: 2 ** 30,
  /** Multiply-adds of one inference, and comparisons in windows. */
  multiplyAdds: 2 ** 40,
  /** Bytes of the weights, tables and sources of all nodes together. */
  parameters: 2 ** 28,
  /** |acc| stays below. */
  accumulator: 1 << 24,
  digits: 16,
  /** Words of 32 activations in one window of a contraction: as many sums are posted where it is disputed, 4 bytes each. */
  windowWords: 1 << 14,
} as const;

/** Number of elements. */
export function sizeOf({ n, h, w, c }: Shape): number {
  return n * h * w * c;
}

/** The physical shape of ONNX dimensions; see {@link Shape}. */
export function shapeOfDims(dims: readonly number[]): Shape {
  const [n, c, h, w] = dims;
  if (dims.length === 4 && n !== undefined && c !== undefined && h !== undefined && w !== undefined)
    return { n, h, w, c };
  return { n: 1, h: dims.slice(0, -1).reduce((product, size) => product * size, 1), w: 1, c: dims.at(-1) ?? 1 };
}

/**
 * Shape of a tensor by its number.
 * @throws RangeError if the model has no such tensor.
 */
export function tensorShape(model: ExactModel, tensor: number): Shape {
  const shape = (model.inputs[tensor] ?? model.nodes[tensor - model.inputs.length])?.shape;
  if (shape === undefined) throw new RangeError(`The model has no tensor ${tensor}.`);
  return shape;
}
