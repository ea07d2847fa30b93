import { dtypeFromCode } from "../../../tensors/dtype.ts";
import type { Call } from "../call.ts";
import type { IntegersValue, QuantisedReal, Value } from "../value.ts";
import { isReal } from "../value.ts";
import { convolve } from "./convolution.ts";
import { multiply } from "./matmul.ts";

/** MatMulInteger: a, b, a_zero, b_zero. Its int32 result is a contraction that waits for its scale. */
export function matMulInteger(call: Call): Value[] {
  return [{ ...multiply(call, wholeInput(call), wholeWeights(call, 1), false), whole: true }];
}

/** ConvInteger: x, w, x_zero, w_zero. */
export function convInteger(call: Call): Value[] {
  return [{ ...convolve(call, wholeInput(call), wholeWeights(call, 0), undefined), whole: true }];
}

/** Cast: of whole numbers to real ones, and between types that hold a byte. */
export function cast(call: Call): Value[] {
  const to = dtypeFromCode(call.attributes.int("to", 0));
  call.attributes.int("saturate", 1);
  call.attributes.text("round_mode", "up");
  const value = call.value(0);
  if (value.kind === "opaque") throw value.error;
  if (to === "float32" && value.kind === "exact") {
    const zero = value.type === "int8" ? 128 : 0;
    return [{ kind: "quantised", tensor: value.tensor, dims: value.dims, scale: 1, zero, from: [call.node] }];
  }
  if (to === "float32" && isReal(value)) return [value.kind === "contraction" ? { ...value, whole: false } : value];
  const byte = to === "uint8" || to === "int32" || to === "int64";
  if (byte && value.kind === "exact" && value.type !== "int8") return [{ ...value, type: to }];
  throw call.unsupported(`casts to ${to}`, "Cast to float32, or not at all.");
}

function wholeInput(call: Call): QuantisedReal {
  const { tensor, dims, type } = call.exact(0);
  const zero = call.zero(2, type === "int8" ? "int8" : "uint8");
  return { kind: "quantised", tensor, dims, scale: 1, zero, from: [] };
}

/** @param fromEnd how many axes lie behind that of the output channels; 0 means that it is the first */
function wholeWeights(call: Call, fromEnd: 0 | 1): IntegersValue {
  const tensor = call.constant(1, "weights");
  const zero = call.inputs[3] === undefined ? undefined : call.constant(3, "zero point");
  if (zero !== undefined && zero.dtype !== tensor.dtype)
    throw call.refuse(
      "EXACT_ZERO_POINT_INVALID",
      `has weights of ${tensor.dtype} with a zero point of ${zero.dtype}; the types must be the same`,
      "Export the model again.",
    );
  const axis = fromEnd === 0 ? 0 : tensor.shape.length - 1;
  const zeros = zero === undefined ? new Int32Array(1) : Int32Array.from(call.ints(3, "zero point"));
  if (zeros.length !== 1 && zeros.length !== tensor.shape[axis])
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `has ${zeros.length} zero points for weights of shape [${tensor.shape.join(", ")}]`,
      "Use one, or one per output channel.",
    );
  const scales = Float32Array.of(1);
  return { kind: "integers", tensor, dims: tensor.shape, scales, zeros, axis: zeros.length > 1 ? axis : undefined };
}
