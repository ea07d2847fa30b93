import { operatorUnsupported } from "./errors.ts";
import { operatorOf } from "./operators.ts";
import type { Attribute, Attributes, Operator } from "./operators.ts";
import { checkQuantisation } from "./quantisation.ts";
import type { Quantisation } from "./quantisation.ts";

/** A function of one float32 variable. A part may occur more than once: it is evaluated once. */
export type Expression = Variable | Constant | Application | Quantised;

/** The variable. */
export interface Variable {
  readonly kind: "x";
}
/** A float32 number, maybe infinite. */
export interface Constant {
  readonly kind: "constant";
  readonly value: number;
}
/** An ONNX operator; every argument is an expression, undefined an optional input that is missing. */
interface Application {
  readonly kind: "apply";
  readonly operator: Operator;
  readonly attributes: Attributes;
  readonly arguments: readonly (Expression | undefined)[];
  readonly depth: number;
}
/** What remains of a number after QuantizeLinear and DequantizeLinear. */
interface Quantised {
  readonly kind: "quantised";
  readonly of: Expression;
  readonly as: Quantisation;
  readonly depth: number;
}

/** An ONNX node's operator, its opset in that domain, and the attributes that stand in the file. */
export interface NamedOperator {
  readonly domain: string;
  readonly type: string;
  readonly opset: number;
  readonly attributes: Attributes;
}

/** Operators inside one another; keeps the evaluation's recursion short. */
const MAX_DEPTH = 256;

export const X: Expression = { kind: "x" };

/**
 * A constant, rounded to float32.
 * @throws GliaError `EXACT_OPERATOR_UNSUPPORTED` for NaN.
 */
export function constant(value: number): Expression {
  if (Number.isNaN(value)) throw operatorUnsupported("Constant", "its value is NaN", "Give it a number.");
  return { kind: "constant", value: Math.fround(value) };
}

/**
 * The expression's value, quantised and dequantised: where a file has QuantizeLinear and DequantizeLinear between two operators.
 * @throws GliaError `EXACT_SCALE_INVALID`, `EXACT_ZERO_POINT_INVALID`, `EXACT_OPERATOR_UNSUPPORTED`.
 */
export function quantised(of: Expression, as: Quantisation): Expression {
  checkQuantisation(as);
  return { kind: "quantised", of, as, depth: deeper("QuantizeLinear", [of]) };
}

/** Whether {@link apply} knows the operator; "" and "ai.onnx" are the standard's domain. */
export function isElementwise(domain: string, type: string): boolean {
  return operatorOf(domain, type) !== undefined;
}

/**
 * An operator applied to expressions, one per ONNX input.
 * @throws GliaError `EXACT_OPERATOR_UNSUPPORTED` for an unknown operator, an opset in which it meant something else, attributes or numbers of inputs that it does not have.
 */
export function apply(named: NamedOperator, args: readonly (Expression | undefined)[]): Expression {
  const { domain, type, opset } = named;
  const operator = operatorOf(domain, type);
  const name = domain === "" ? type : `${domain}.${type}`;
  const refuse = (reason: string, hint: string) => operatorUnsupported(name, reason, hint);
  if (operator === undefined)
    throw refuse("no table can be made of it", "Use an element-wise operator that docs/EXACT.md allows.");
  if (!(opset >= operator.since))
    throw refuse(
      `the model's opset ${opset} is too old; this operator is taken from opset ${operator.since} on`,
      "Convert the model with onnx.version_converter.",
    );
  const [least, most] = operator.inputs;
  if (args.length < least || args.length > most || args.slice(0, least).includes(undefined))
    throw refuse(
      `it has ${args.length} inputs; ${least} to ${most} belong there`,
      "Check the model with onnx.checker.",
    );
  const attributes: Record<string, Attribute> = { ...operator.attributes };
  for (const [key, value] of Object.entries(named.attributes)) {
    if (!Object.hasOwn(operator.attributes, key) || !allowed(operator, key, value))
      throw refuse(`the attribute ${key} = ${value} is not allowed`, "Check the model with onnx.checker.");
    attributes[key] = typeof value === "number" ? Math.fround(value) : value;
  }
  return { kind: "apply", operator, attributes, arguments: args, depth: deeper(name, args) };
}

function allowed({ attributes, choices }: Operator, key: string, value: Attribute): boolean {
  if (typeof value !== typeof attributes[key]) return false;
  return typeof value === "number" ? Number.isFinite(Math.fround(value)) : (choices?.[key]?.includes(value) ?? false);
}

function deeper(name: string, args: readonly (Expression | undefined)[]): number {
  const depth = 1 + Math.max(0, ...args.map((arg) => (arg !== undefined && "depth" in arg ? arg.depth : 0)));
  if (depth > MAX_DEPTH)
    throw operatorUnsupported(
      name,
      `more than ${MAX_DEPTH} operators stand inside one another`,
      "Quantise in between.",
    );
  return depth;
}
