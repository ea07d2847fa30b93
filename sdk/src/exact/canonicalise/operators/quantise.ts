import { DTYPES } from "../../../tensors/dtype.ts";
import { readElements } from "../../../tensors/elements.ts";
import { createTensor, elementCount } from "../../../tensors/tensor.ts";
import type { Tensor } from "../../../tensors/tensor.ts";
import type { Call } from "../call.ts";
import { CHANNEL_BYTES, pick } from "../contraction.ts";
import { multiplyFloats, quantiseNumber } from "../numbers.ts";
import { resolve } from "../resolve.ts";
import { dimsOf, joinOrigins } from "../value.ts";
import type { ContractionReal, IntegersValue, OpaqueValue, Value } from "../value.ts";
import { realConstant } from "../weights.ts";

const FIXED = "Use QuantizeLinear with one constant scale per tensor, to uint8 or int8.";

/**
 * QuantizeLinear: what the float part before it computes becomes nodes; a value of the head becomes an input of the exact part.
 * A softmax may be quantised as the last step before the model's end, where the client computes both.
 */
export function quantizeLinear(call: Call): Value[] {
  const { attributes, builder, node } = call;
  const type = targetType(call);
  attributes.int("axis", 1);
  attributes.int("saturate", 1);
  if (attributes.int("block_size", 0) !== 0 || attributes.int("precision", 0) > 1)
    throw call.unsupported("quantises in blocks or with a precision of its own", FIXED);
  const value = call.value(0);
  if (value.kind === "constant" || value.kind === "integers") return [quantiseConstant(call, value, type)];
  const target = call.quantisation(1, 2, type);
  if (value.kind === "opaque") {
    if (value.quantised || !isFinal(value)) throw value.error;
    return [{ ...value, quantised: true }];
  }
  if (value.kind === "head") {
    const dims = call.dims(0);
    const tensor = builder.input(node.output[0] ?? "", dims, target, node.input[0]);
    return [{ kind: "exact", tensor, dims, type }];
  }
  if (value.kind === "exact") {
    if (value.type === "uint8" || value.type === "int8")
      throw call.refuse(
        "EXACT_TYPE_UNSUPPORTED",
        "quantises what is u8 or i8 already",
        "Remove the node, or put DequantizeLinear before it.",
      );
    const whole = { kind: "quantised", tensor: value.tensor, dims: value.dims, scale: 1, zero: 0, from: [] } as const;
    return [{ ...value, tensor: resolve(builder, whole, target, node), type }];
  }
  return [{ kind: "exact", tensor: resolve(builder, value, target, node), dims: value.dims, type }];
}

/** DequantizeLinear: the real numbers that bytes stand for. A constant keeps its whole numbers, and sums of products become a contraction. */
export function dequantizeLinear(call: Call): Value[] {
  const { attributes, node } = call;
  const axis = attributes.int("axis", 1);
  if (attributes.int("block_size", 0) !== 0)
    throw call.unsupported("dequantises in blocks", "Use one scale per tensor, or per output channel.");
  attributes.int("output_dtype", 0);
  const value = call.value(0);
  if (value.kind === "opaque" && value.quantised) return [value];
  if (value.kind === "constant") return [dequantiseConstant(call, axis)];
  if (value.kind === "contraction" && value.whole) return [dequantiseSums(call, value)];
  const { tensor, dims, type } = call.exact(0);
  const quantisation = call.quantisation(1, 2, type === "int8" ? "int8" : "uint8");
  call.builder.interpret(tensor, quantisation);
  return [{ kind: "quantised", tensor, dims, from: [node], ...quantisation }];
}

/** Sums of products (int32) times a scale. */
function dequantiseSums(call: Call, sums: ContractionReal): ContractionReal {
  const scale = call.checkScale(call.scalar(1, "scale"));
  if (call.inputs[2] !== undefined && call.scalar(2, "zero point") !== 0)
    throw call.refuse("EXACT_ZERO_POINT_INVALID", "has a zero point for values of int32; it must be 0", "Use 0.");
  call.builder.book(CHANNEL_BYTES * sums.units.length, call.node);
  const units = sums.units.map((unit) => call.checkScale(multiplyFloats(unit, scale)));
  return { ...sums, units, whole: false, from: joinOrigins([sums], call.node) };
}

/** Whether it comes from what stands at the end of models and has no exact form: quantisers put a QuantizeLinear behind it nevertheless. */
function isFinal({ error }: OpaqueValue): boolean {
  return error.details["operator"] === "Softmax" || error.details["operator"] === "LogSoftmax";
}

/** The type of a QuantizeLinear's result: that of its zero point, or of its attribute. */
function targetType(call: Call): "uint8" | "int8" {
  const declared = call.attributes.int("output_dtype", 0);
  const zero = call.inputs[2] === undefined ? undefined : call.constant(2, "zero point").dtype;
  const name = zero ?? (declared === 0 ? "uint8" : undefined);
  if (declared !== 0 && zero !== undefined && DTYPES[zero].code !== declared)
    throw call.refuse(
      "EXACT_ZERO_POINT_INVALID",
      `has a zero point of ${zero} and an output_dtype of ONNX type ${declared}`,
      FIXED,
    );
  if (name === "uint8" || declared === DTYPES.uint8.code) return "uint8";
  if (name === "int8" || declared === DTYPES.int8.code) return "int8";
  throw call.refuse(
    "EXACT_TYPE_UNSUPPORTED",
    `quantises to ${name ?? `ONNX type ${declared}`}; uint8 and int8 are supported`,
    FIXED,
  );
}

/** Scales and zero points of a constant: one for all, or one per position of an axis. */
export function scalesOf(
  call: Call,
  { dtype, shape: dims }: Pick<Tensor, "dtype" | "shape">,
  axis: number,
  scaleIndex: number,
  zeroIndex: number,
): Pick<IntegersValue, "scales" | "zeros" | "axis"> {
  const tensor = call.constant(scaleIndex, "scale");
  if (tensor.dtype !== "float32")
    throw call.refuse("EXACT_TYPE_UNSUPPORTED", `has a scale of ${tensor.dtype}; float32 is supported`, FIXED);
  call.builder.book(elementCount(tensor.shape), call.node);
  const scales = Float32Array.from(readElements(tensor), Number);
  scales.forEach((scale) => call.checkScale(scale));
  if (call.inputs[zeroIndex] !== undefined && call.constant(zeroIndex, "zero point").dtype !== dtype)
    throw call.refuse(
      "EXACT_ZERO_POINT_INVALID",
      `has a zero point of another type than its values, which are ${dtype}`,
      FIXED,
    );
  const zeros = Int32Array.from(call.optionalInts(zeroIndex, "zero point") ?? [0]);
  const channel = axis < 0 ? axis + dims.length : axis;
  const fits = (count: number) => count === 1 || count === dims[channel];
  if (!fits(scales.length) || !fits(zeros.length) || tensor.shape.length > 1)
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `has ${scales.length} scales and ${zeros.length} zero points for a constant of shape [${dims.join(", ")}] along its axis ${axis}`,
      "Use one per tensor, or one per output channel.",
    );
  return { scales, zeros, axis: scales.length > 1 || zeros.length > 1 ? channel : undefined };
}

function dequantiseConstant(call: Call, axis: number): IntegersValue {
  const tensor = call.constant(0, "input");
  if (!["uint8", "int8", "int32"].includes(tensor.dtype))
    throw call.refuse(
      "EXACT_TYPE_UNSUPPORTED",
      `dequantises a constant of ${tensor.dtype}; uint8, int8 and int32 are supported`,
      FIXED,
    );
  return { kind: "integers", tensor, dims: tensor.shape, ...scalesOf(call, tensor, axis, 1, 2) };
}

function quantiseConstant(call: Call, value: Value, type: "uint8" | "int8"): Value {
  const dims = dimsOf(value) ?? [];
  const axis = call.attributes.int("axis", 1);
  const { scales, zeros, axis: channelAxis } = scalesOf(call, { dtype: type, shape: dims }, axis, 1, 2);
  const reals = realConstant(call, value) ?? new Float64Array();
  const inner =
    channelAxis === undefined ? 1 : dims.slice(channelAxis + 1).reduce((product, size) => product * size, 1);
  const length = channelAxis === undefined ? 1 : (dims[channelAxis] ?? 1);
  const flip = type === "int8" ? 128 : 0;
  const bytes = Uint8Array.from(reals, (real, index) => {
    const channel = Math.floor(index / inner) % length;
    return quantiseNumber(real, { scale: pick(scales, channel), zero: pick(zeros, channel) + flip }) ^ flip;
  });
  return { kind: "constant", tensor: createTensor(type, dims, bytes) };
}
