import type { Call } from "../call.ts";
import { shapeOf } from "../fold.ts";
import type { Value } from "../value.ts";
import { argMax } from "./arg-max.ts";
import { averagePool, globalAveragePool, reduce } from "./average.ts";
import { batchNormalization } from "./channels.ts";
import {
  qGemm,
  qLinearAveragePool,
  qLinearBinary,
  qLinearConcat,
  qLinearGlobalAveragePool,
  qLinearUnary,
} from "./contrib.ts";
import { conv, qLinearConv } from "./convolution.ts";
import { cast, convInteger, matMulInteger } from "./integers.ts";
import { gemm, matMul, qLinearMatMul } from "./matmul.ts";
import * as movement from "./movement.ts";
import { globalMaxPool, maxPool } from "./pool.ts";
import { dequantizeLinear, quantizeLinear } from "./quantise.ts";

/** Makes the values of a node's outputs from those of its inputs. */
export type Operator = (call: Call) => Value[];

const ONNX: Readonly<Record<string, Operator>> = {
  ArgMax: argMax,
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Cast: cast,
  Concat: movement.concat,
  Conv: conv,
  ConvInteger: convInteger,
  DepthToSpace: movement.depthToSpace,
  DequantizeLinear: dequantizeLinear,
  Dropout: movement.identity,
  Expand: movement.expand,
  Flatten: movement.flatten,
  Gather: movement.gather,
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,
  Identity: movement.identity,
  MatMul: matMul,
  MatMulInteger: matMulInteger,
  MaxPool: maxPool,
  Pad: movement.pad,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantizeLinear,
  ReduceMean: reduce,
  ReduceSum: reduce,
  Reshape: movement.reshape,
  Resize: movement.resize,
  Shape: shapeOf,
  Slice: movement.slice,
  SpaceToDepth: movement.spaceToDepth,
  Split: movement.split,
  Squeeze: movement.squeeze,
  Tile: movement.tile,
  Transpose: movement.transpose,
  Unsqueeze: movement.unsqueeze,
};

/** Operators of ONNX Runtime's own domain. */
const MICROSOFT: Readonly<Record<string, Operator>> = {
  DequantizeLinear: dequantizeLinear,
  QGemm: qGemm,
  QLinearAdd: qLinearBinary("Add"),
  QLinearAveragePool: qLinearAveragePool,
  QLinearConcat: qLinearConcat,
  QLinearGlobalAveragePool: qLinearGlobalAveragePool,
  QLinearLeakyRelu: qLinearUnary("LeakyRelu"),
  QLinearMul: qLinearBinary("Mul"),
  QLinearSigmoid: qLinearUnary("Sigmoid"),
  QuantizeLinear: quantizeLinear,
};

/** The operator of a node, if it has an exact form beyond working element by element. */
export function operatorOf(domain: string, type: string): Operator | undefined {
  const table = domain === "" ? ONNX : domain === "com.microsoft" ? MICROSOFT : {};
  return Object.hasOwn(table, type) ? table[type] : undefined;
}
