import type { NodeProto } from "../../onnx/index.ts";
import { Attributes } from "./attributes.ts";
import { badNode } from "./errors.ts";
import type { Value } from "./value.ts";

/** One call of an operator: its node, attributes and inputs. */
export class Call {
  readonly node: NodeProto;
  readonly attributes: Attributes;
  readonly inputs: readonly (Value | undefined)[];

  constructor(node: NodeProto, inputs: readonly (Value | undefined)[]) {
    this.node = node;
    this.attributes = new Attributes(node);
    this.inputs = inputs;
  }

  /**
   * Input number `index`, which must be there.
   * @throws GliaError `EXACT_CLIENT_INPUT_MISSING`
   */
  input(index: number): Value {
    const value = this.inputs[index];
    if (value !== undefined) return value;
    throw badNode(this.node, "EXACT_CLIENT_INPUT_MISSING", `lacks its input number ${index + 1}`);
  }

  /** The one number in an optional input. */
  scalar(index: number): number | undefined {
    const value = this.inputs[index];
    if (value === undefined) return undefined;
    const [first] = value.data;
    if (first === undefined || value.data.length !== 1)
      throw this.shapeError(`needs one number as its input ${index + 1}`);
    return first;
  }

  /** The axes given as an input or, in older operator sets, as an attribute; undefined if by neither. */
  axes(input: number, rank: number): number[] | undefined {
    const given = this.inputs[input];
    const axes = given === undefined ? this.attributes.ints("axes") : [...given.data];
    return axes?.map((axis) => this.axis(axis, rank));
  }

  /**
   * An axis that may count from the end, as one that counts from the start.
   * @throws GliaError `EXACT_CLIENT_SHAPE` if there is no such axis.
   */
  axis(axis: number, rank: number): number {
    const positive = axis < 0 ? axis + rank : axis;
    if (Number.isInteger(positive) && positive >= 0 && positive < rank) return positive;
    throw this.shapeError(`names axis ${axis} of a tensor with ${rank} dimensions`);
  }

  /** An error of shapes; `reason` continues "The node …". */
  shapeError(reason: string): Error {
    return badNode(this.node, "EXACT_CLIENT_SHAPE", reason);
  }
}

/** Computes a node's outputs. */
export type Operator = (call: Call) => readonly Value[];

/** Operators by their name. */
export type Operators = Readonly<Record<string, Operator>>;

/** Product of sizes. */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}

/** Row-major strides of a shape. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return strides;
}

/** A tensor seen as [outer][length][inner] around one axis. */
export function around(shape: readonly number[], axis: number): { outer: number; length: number; inner: number } {
  return { outer: product(shape.slice(0, axis)), length: shape[axis] ?? 1, inner: product(shape.slice(axis + 1)) };
}

/** Positions in a flat array that lie at multiples of `strides` for all positions of `shape`, in row-major order. */
export function gatherOffsets(shape: readonly number[], strides: readonly number[], base = 0): Float64Array {
  const offsets = new Float64Array(product(shape));
  const digits = shape.map(() => 0);
  let offset = base;
  for (let i = 0; i < offsets.length; i++) {
    offsets[i] = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const digit = (digits[axis] ?? 0) + 1;
      offset += stride;
      if (digit < (shape[axis] ?? 1)) {
        digits[axis] = digit;
        break;
      }
      digits[axis] = 0;
      offset -= stride * digit;
    }
  }
  return offsets;
}
