import type { GliaError } from "../../errors.ts";
import type { NodeProto } from "../../onnx/index.ts";
import { readElements } from "../../tensors/elements.ts";
import { elementCount } from "../../tensors/tensor.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { refuseNode } from "../errors.ts";
import { Attributes } from "./attributes.ts";
import type { Builder } from "./builder.ts";
import { dimsOf } from "./value.ts";
import type { ExactValue, Quantisation, Value } from "./value.ts";

/** What a whole number that is read as an index or size takes, in memory and in time. */
const INDEX_BYTES = 64;

/** One node of the file as its operator sees it: inputs by their values, attributes, and readers that refuse what cannot be. */
export class Call {
  readonly node: NodeProto;
  /** What the node does: its operator, or the float operator that an integer operator stands for. */
  readonly type: string;
  /** Of the domain "". */
  readonly opset: number;
  readonly builder: Builder;
  readonly attributes: Attributes;
  /** One per input; absent where an optional one is left out. */
  readonly inputs: readonly (Value | undefined)[];

  constructor(
    node: NodeProto,
    opset: number,
    builder: Builder,
    inputs: readonly (Value | undefined)[],
    as: { readonly type: string; readonly attributes: Attributes } = {
      type: node.opType,
      attributes: new Attributes(node),
    },
  ) {
    this.node = node;
    this.type = as.type;
    this.opset = opset;
    this.builder = builder;
    this.inputs = inputs;
    this.attributes = as.attributes;
  }

  /** The same node taken as another operator of other inputs. */
  as(type: string, inputs: readonly (Value | undefined)[]): Call {
    return new Call(this.node, this.opset, this.builder, inputs, { type, attributes: this.attributes });
  }

  refuse(code: string, reason: string, hint: string, cause?: unknown): GliaError {
    return refuseNode(code, this.node, reason, hint, cause);
  }

  /** The operator, or this use of it, has no exact form. */
  unsupported(
    reason: string,
    hint = "Quantise the model with `glia exact quantize`, which writes only what is supported.",
  ): GliaError {
    return this.refuse("EXACT_OPERATOR_UNSUPPORTED", reason, hint);
  }

  /** @throws GliaError `EXACT_INPUT_MISSING` */
  value(index: number): Value {
    const value = this.inputs[index];
    if (value === undefined)
      throw this.refuse("EXACT_INPUT_MISSING", `lacks its input ${index}`, "Export the model again.");
    return value;
  }

  /** @throws GliaError `EXACT_SHAPE_UNKNOWN` */
  dims(index: number): readonly number[] {
    const value = this.value(index);
    if (value.kind === "opaque") throw value.error;
    const dims = dimsOf(value);
    if (dims !== undefined) return dims;
    throw this.refuse(
      "EXACT_SHAPE_UNKNOWN",
      `reads "${this.node.input[index] ?? ""}", whose shape cannot be told`,
      "Run ONNX shape inference on the file.",
    );
  }

  /** @throws GliaError `EXACT_NOT_CONSTANT` */
  constant(index: number, what: string): Tensor {
    const value = this.value(index);
    if (value.kind === "constant") return value.tensor;
    throw this.refuse(
      "EXACT_NOT_CONSTANT",
      `computes its ${what} ("${this.node.input[index] ?? ""}"); it must be a constant`,
      "Export the model with fixed shapes and weights.",
    );
  }

  /** Whole numbers of a small constant, such as a shape. */
  ints(index: number, what: string): number[] {
    const tensor = this.constant(index, what);
    if (!tensor.dtype.startsWith("int") && !tensor.dtype.startsWith("uint"))
      throw this.refuse(
        "EXACT_TYPE_UNSUPPORTED",
        `has a ${what} of ${tensor.dtype}; whole numbers are needed`,
        "Export the model again.",
      );
    this.builder.book(elementCount(tensor.shape) * INDEX_BYTES, this.node);
    return Array.from(readElements(tensor), Number);
  }

  optionalInts(index: number, what: string): number[] | undefined {
    return this.inputs[index] === undefined ? undefined : this.ints(index, what);
  }

  /** The one number of a constant. */
  scalar(index: number, what: string): number {
    const tensor = this.constant(index, what);
    const [first, ...more] = tensor.bytes.length <= 8 ? readElements(tensor) : [];
    if (first === undefined || more.length > 0)
      throw this.refuse(
        "EXACT_SHAPE_MISMATCH",
        `has a ${what} of shape [${tensor.shape.join(", ")}]; one number is needed`,
        "Use one scale and zero point per tensor for activations.",
      );
    return Number(first);
  }

  /** A u8 or i8 tensor of the exact part. */
  exact(index: number): ExactValue {
    const value = this.value(index);
    if (value.kind === "exact" && (value.type === "uint8" || value.type === "int8")) return value;
    if (value.kind === "opaque") throw value.error;
    throw this.refuse(
      "EXACT_TYPE_UNSUPPORTED",
      `reads "${this.node.input[index] ?? ""}", which is not a computed u8 or i8 tensor`,
      "Quantise the value before this node with QuantizeLinear.",
    );
  }

  /**
   * One scale and zero point from two inputs; the zero point is shifted by 128 where it is signed.
   * @throws GliaError `EXACT_SCALE_INVALID`, `EXACT_ZERO_POINT_INVALID`
   */
  quantisation(scaleIndex: number, zeroIndex: number, type: "uint8" | "int8"): Quantisation {
    const { dtype } = this.constant(scaleIndex, "scale");
    if (dtype !== "float32")
      throw this.refuse(
        "EXACT_TYPE_UNSUPPORTED",
        `has a scale of ${dtype}; float32 is supported`,
        "Export the model in single precision before quantising.",
      );
    const scale = this.checkScale(this.scalar(scaleIndex, "scale"));
    return { scale, zero: this.zero(zeroIndex, type) };
  }

  /** Type of a result: that of its zero point, or `otherwise` where it has none. */
  resultType(zeroIndex: number, otherwise: "uint8" | "int8"): "uint8" | "int8" {
    if (this.inputs[zeroIndex] === undefined) return otherwise;
    return this.constant(zeroIndex, "zero point").dtype === "int8" ? "int8" : "uint8";
  }

  /** A zero point as ours: 0 to 255. Absent means 0 of the file's type. */
  zero(index: number, type: "uint8" | "int8"): number {
    const shift = type === "int8" ? 128 : 0;
    if (this.inputs[index] === undefined) return shift;
    const tensor = this.constant(index, "zero point");
    if (tensor.dtype !== type)
      throw this.refuse(
        "EXACT_ZERO_POINT_INVALID",
        `has a zero point of ${tensor.dtype} for values of ${type}; the types must be the same`,
        "Export the model again.",
      );
    return this.scalar(index, "zero point") + shift;
  }

  /** @throws GliaError `EXACT_SCALE_INVALID` unless it is finite, positive and normal. */
  checkScale(scale: number, what = "scale"): number {
    if (isNormal(scale)) return scale;
    throw this.refuse(
      "EXACT_SCALE_INVALID",
      `has a ${what} of ${scale}; it must be a positive float32 from 2^-126 on, and finite`,
      "Quantise the model again; a scale of 0 means that calibration saw only zeros.",
    );
  }
}

/** Whether a number is a float32 that is finite, positive and normal. */
export function isNormal(value: number): boolean {
  return value >= 2 ** -126 && value < Infinity && Math.fround(value) === value;
}
