import { roundHalfEven } from "../numbers.ts";
import { erf, exp, expm1, log, log1p, pow, sigmoid, tanh } from "./elementary.ts";

/** Attribute of an operator as it stands in the file. */
export type Attribute = number | string;
export type Attributes = Readonly<Record<string, Attribute>>;

/** An element-wise ONNX operator as a function of float32 numbers. */
export interface Operator {
  /** First version of the operator set since which it means what `evaluate` does. */
  readonly since: number;
  /** Least and most inputs; those beyond the first may be constants or expressions. */
  readonly inputs: readonly [least: number, most: number];
  /** Attributes that it may have, with what they are where the file is silent. */
  readonly attributes: Attributes;
  /** Values that text attributes may have. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** Arguments and numeric attributes are float32; undefined stands for an optional input that is missing. The caller rounds the result to float32. */
  evaluate(args: readonly (number | undefined)[], attributes: Attributes): number;
}

const f32 = Math.fround;
const SQRT_HALF = 0.7071067811865476;
const SQRT_TWO_OVER_PI = 0.7978845608028654;

function unary(since: number, evaluate: (x: number) => number): Operator {
  return { since, inputs: [1, 1], attributes: {}, evaluate: ([x = NaN]) => evaluate(x) };
}

function binary(since: number, evaluate: (a: number, b: number) => number): Operator {
  return { since, inputs: [2, 2], attributes: {}, evaluate: ([a = NaN, b = NaN]) => evaluate(a, b) };
}

function variadic(since: number, evaluate: (a: number, b: number) => number): Operator {
  const combined = (args: readonly (number | undefined)[]) =>
    args.reduce<number | undefined>(
      (sum, arg) => (sum === undefined ? arg : f32(evaluate(sum, arg ?? NaN))),
      undefined,
    );
  return { since, inputs: [1, 255], attributes: {}, evaluate: (args) => combined(args) ?? NaN };
}

/** An operator of one input with numeric attributes. */
function shaped<Names extends string>(
  since: number,
  defaults: Readonly<Record<Names, number>>,
  evaluate: (x: number, attributes: Readonly<Record<Names, number>>) => number,
): Operator {
  return {
    since,
    inputs: [1, 1],
    attributes: defaults,
    // The registry's user has checked that the attributes are those of `defaults`, and numbers.
    evaluate: ([x = NaN], attributes) => evaluate(x, attributes as Readonly<Record<Names, number>>),
  };
}

const normal = (x: number) => times(0.5 * x, 1 + erf(x * SQRT_HALF));
const normalTanh = (x: number) => times(0.5 * x, 1 + tanh(SQRT_TWO_OVER_PI * (x + 0.044715 * x * x * x)));
const swish = (x: number, { alpha }: Readonly<{ alpha: number }>) => times(x, sigmoid(alpha * x));
/** log(1 + e^x) without overflow. */
const softplus = (x: number) => Math.max(x, 0) + log1p(exp(-Math.abs(x)));
/** The product, 0 where one factor is: what x · σ(x) tends to as x falls. */
const times = (x: number, factor: number) => (factor === 0 ? 0 : x * factor);
const hardSigmoid = (x: number, { alpha, beta }: Readonly<{ alpha: number; beta: number }>) =>
  Math.max(0, Math.min(1, f32(f32(alpha * x) + beta)));

/** PRelu with a slope for all elements. */
const prelu = (x: number, slope: number) => (x < 0 ? slope * x : x);

/**
 * Pow as ONNX Runtime computes it: squares and cubes by multiplication in float32.
 * Other powers are rounded once, from a double.
 */
function float32Power(x: number, y: number): number {
  if (y === 2) return x * x;
  if (y === 3) return f32(x * x) * x;
  return pow(x, y);
}

const clip: Operator = {
  since: 11,
  inputs: [1, 3],
  attributes: {},
  evaluate: ([x = NaN, least = -Infinity, most = Infinity]) => Math.min(Math.max(x, least), most),
};

const gelu: Operator = {
  since: 20,
  inputs: [1, 1],
  attributes: { approximate: "none" },
  choices: { approximate: ["none", "tanh"] },
  evaluate: ([x = NaN], { approximate }) => (approximate === "tanh" ? normalTanh(x) : normal(x)),
};

/** The operators of the ONNX standard, by name. */
const STANDARD: Readonly<Record<string, Operator>> = {
  Abs: unary(6, Math.abs),
  Add: binary(7, (a, b) => a + b),
  Ceil: unary(6, Math.ceil),
  Celu: shaped(12, { alpha: 1 }, (x, { alpha }) => Math.max(0, x) + Math.min(0, alpha * expm1(x / alpha))),
  Clip: clip,
  Div: binary(7, (a, b) => a / b),
  Elu: shaped(6, { alpha: 1 }, (x, { alpha }) => (x < 0 ? alpha * expm1(x) : x)),
  Erf: unary(9, erf),
  Exp: unary(6, exp),
  Floor: unary(6, Math.floor),
  Gelu: gelu,
  HardSigmoid: shaped(6, { alpha: f32(0.2), beta: 0.5 }, hardSigmoid),
  HardSwish: unary(14, (x) => x * hardSigmoid(x, { alpha: f32(1 / 6), beta: 0.5 })),
  Identity: unary(1, (x) => x),
  LeakyRelu: shaped(6, { alpha: f32(0.01) }, (x, { alpha }) => (x < 0 ? alpha * x : x)),
  Log: unary(6, log),
  Max: variadic(8, Math.max),
  Min: variadic(8, Math.min),
  Mish: unary(18, (x) => times(x, tanh(softplus(x)))),
  Mul: binary(7, (a, b) => a * b),
  Neg: unary(6, (x) => -x),
  PRelu: binary(9, prelu),
  Pow: binary(12, float32Power),
  Reciprocal: unary(6, (x) => 1 / x),
  Relu: unary(6, (x) => Math.max(x, 0)),
  Round: unary(11, roundHalfEven),
  Selu: shaped(6, { alpha: f32(1.6732632423543772), gamma: f32(1.0507009873554805) }, (x, { alpha, gamma }) =>
    x > 0 ? gamma * x : gamma * (alpha * expm1(x)),
  ),
  Sigmoid: unary(6, sigmoid),
  Sign: unary(9, Math.sign),
  Softplus: unary(1, softplus),
  Softsign: unary(1, (x) => x / (1 + Math.abs(x))),
  Sqrt: unary(6, Math.sqrt),
  Sub: binary(7, (a, b) => a - b),
  Sum: variadic(8, (a, b) => a + b),
  Swish: shaped(24, { alpha: 1 }, swish),
  Tanh: unary(6, tanh),
  ThresholdedRelu: shaped(10, { alpha: 1 }, (x, { alpha }) => (x > alpha ? x : 0)),
};

/** ONNX Runtime's own operators, by name. */
const MICROSOFT: Readonly<Record<string, Operator>> = {
  FastGelu: unary(1, normalTanh),
  Gelu: unary(1, normal),
  QuickGelu: shaped(1, { alpha: f32(1.702) }, swish),
};

/** The operator of that domain ("" and "ai.onnx" are the standard) and name; undefined if no table can be made of it. */
export function operatorOf(domain: string, type: string): Operator | undefined {
  const operators =
    domain === "" || domain === "ai.onnx" ? STANDARD : domain === "com.microsoft" ? MICROSOFT : undefined;
  return operators && Object.hasOwn(operators, type) ? operators[type] : undefined;
}
