import type { Call } from "../call.ts";
import { resolve } from "../resolve.ts";
import { isReal } from "../value.ts";
import type { IntegersValue, QuantisedReal, Value } from "../value.ts";
import type { Operator } from "./index.ts";
import { averagePool, globalAveragePool } from "./average.ts";
import { elementwise } from "./elementwise.ts";
import { multiply } from "./matmul.ts";
import { concat } from "./movement.ts";
import { scalesOf } from "./quantise.ts";

/** QLinearAdd and QLinearMul: a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero; one of both may be constant. */
export function qLinearBinary(type: "Add" | "Mul"): Operator {
  return (call) => {
    const inputs = [operand(call, 0), operand(call, 3)];
    return requantised(call, elementwise(call.as(type, inputs)), 6);
  };
}

/** QLinearSigmoid and QLinearLeakyRelu: x, x_scale, x_zero, y_scale, y_zero. */
export function qLinearUnary(type: "Sigmoid" | "LeakyRelu"): Operator {
  return (call) => requantised(call, elementwise(call.as(type, [operand(call, 0)])), 3);
}

/** QLinearAveragePool: x, x_scale, x_zero, y_scale, y_zero. */
export function qLinearAveragePool(call: Call): Value[] {
  channelsFirst(call);
  return requantised(call, averagePool(call.as("AveragePool", [operand(call, 0)])), 3);
}

/** QLinearGlobalAveragePool: as {@link qLinearAveragePool}. */
export function qLinearGlobalAveragePool(call: Call): Value[] {
  channelsFirst(call);
  return requantised(call, globalAveragePool(call.as("GlobalAveragePool", [operand(call, 0)])), 3);
}

/** QLinearConcat: y_scale, y_zero, then value, scale and zero point of each part. */
export function qLinearConcat(call: Call): Value[] {
  const parts = Array.from({ length: Math.floor((call.inputs.length - 2) / 3) }, (_, part) =>
    operand(call, 2 + 3 * part),
  );
  return requantised(call, concat(call.as("Concat", parts)), 0);
}

/** QGemm: a, a_scale, a_zero, b, b_scale, b_zero, c (int32), y_scale, y_zero; without y_scale the result is real. */
export function qGemm(call: Call): Value[] {
  const { attributes, node } = call;
  const alpha = attributes.float("alpha", 1);
  if (alpha !== 1) throw call.unsupported(`has an alpha of ${alpha}; 1 is supported`, "Fold alpha into the weights.");
  if (attributes.int("transA", 0) !== 0)
    throw call.unsupported("transposes its first matrix", "Put a Transpose before.");
  const transposed = attributes.int("transB", 0) !== 0;
  const a = operand(call, 0);
  const b = call.constant(3, "second matrix");
  const integers: IntegersValue = {
    kind: "integers",
    tensor: b,
    dims: b.shape,
    ...scalesOf(call, b, transposed ? 0 : 1, 4, 5),
  };
  if (!isReal(a) || a.dims.length !== 2)
    throw call.refuse("EXACT_SHAPE_MISMATCH", "multiplies what is no computed matrix", "Put Flatten before it.");
  const product = multiply(call, a, integers, transposed);
  const bias = call.inputs[6] === undefined ? [0] : call.ints(6, "bias");
  if (bias.length !== 1 && bias.length !== product.units.length)
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `has a bias of ${bias.length} numbers for ${product.units.length} columns`,
      "One number per column is needed.",
    );
  const real = { ...product, bias: product.bias.map((_, o) => bias[bias.length === 1 ? 0 : o] ?? 0), from: [node] };
  return call.inputs[7] === undefined ? [real] : requantised(call, [real], 7);
}

/** A value of an integer operator with its scale and zero point: bytes as real numbers, or a constant. */
function operand(call: Call, index: number): QuantisedReal | IntegersValue {
  const value = call.value(index);
  if (value.kind === "constant") {
    const { tensor } = value;
    if (tensor.dtype !== "uint8" && tensor.dtype !== "int8")
      throw call.refuse(
        "EXACT_TYPE_UNSUPPORTED",
        `has a constant of ${tensor.dtype}; u8 and i8 are supported`,
        "Quantise it.",
      );
    return {
      kind: "integers",
      tensor,
      dims: tensor.shape,
      ...scalesOf(call, { dtype: tensor.dtype, shape: [] }, 0, index + 1, index + 2),
    };
  }
  const { tensor, dims, type } = call.exact(index);
  const quantisation = call.quantisation(index + 1, index + 2, type === "int8" ? "int8" : "uint8");
  call.builder.interpret(tensor, quantisation);
  return { kind: "quantised", tensor, dims, from: [], ...quantisation };
}

/** Makes nodes of a real result; it has the type of its zero point, or that of the first input where it has none. */
function requantised(call: Call, [value]: readonly Value[], scaleIndex: number): Value[] {
  if (!isReal(value)) throw call.unsupported("combines constants only", "Fold constants before.");
  const first = call.inputs.find((input) => input?.kind === "exact");
  const type = call.resultType(scaleIndex + 1, first?.kind === "exact" && first.type === "int8" ? "int8" : "uint8");
  const target = call.quantisation(scaleIndex, scaleIndex + 1, type);
  return [{ kind: "exact", tensor: resolve(call.builder, value, target, call.node), dims: value.dims, type }];
}

function channelsFirst(call: Call): void {
  if (call.attributes.int("channels_last", 0) !== 0)
    throw call.unsupported(
      "has its channels last",
      "Export the model with channels first, without layout optimisation.",
    );
}
