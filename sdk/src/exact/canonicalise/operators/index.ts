import type { Call } from "../call.ts";
import { shapeOf } from "../fold.ts";
import type { Value } from "../value.ts";
import { conv, qLinearConv } from "./convolution.ts";
import { gemm, matMul, qLinearMatMul } from "./matmul.ts";
import { concat, flatten, identity, reshape, squeeze, transpose, unsqueeze } from "./movement.ts";
import { maxPool } from "./pool.ts";
import { dequantizeLinear, quantizeLinear } from "./quantise.ts";

/** Makes the values of a node's outputs from those of its inputs. */
export type Operator = (call: Call) => Value[];

const ONNX: Readonly<Record<string, Operator>> = {
  Concat: concat,
  Conv: conv,
  DequantizeLinear: dequantizeLinear,
  Dropout: identity,
  Flatten: flatten,
  Gemm: gemm,
  Identity: identity,
  MatMul: matMul,
  MaxPool: maxPool,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantizeLinear,
  Reshape: reshape,
  Shape: shapeOf,
  Squeeze: squeeze,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};

const MICROSOFT: Readonly<Record<string, Operator>> = {
  DequantizeLinear: dequantizeLinear,
  QuantizeLinear: quantizeLinear,
};

/** The operator of a node, if it has an exact form beyond working element by element. */
export function operatorOf(domain: string, type: string): Operator | undefined {
  const table = domain === "" ? ONNX : domain === "com.microsoft" ? MICROSOFT : {};
  return Object.hasOwn(table, type) ? table[type] : undefined;
}
