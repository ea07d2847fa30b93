import { tableUndefined } from "./errors.ts";
import { X } from "./expression.ts";
import type { Expression } from "./expression.ts";
import { checkQuantisation, dequantise, quantiseNumber } from "./quantisation.ts";
import type { Quantisation } from "./quantisation.ts";

/**
 * The 256 bytes of a function from bytes to bytes: DequantizeLinear, the expression with every operator's result rounded to float32,
 * QuantizeLinear. Infinite values saturate. The same on every machine.
 * @throws GliaError `EXACT_TABLE_UNDEFINED` if some byte has no output (NaN), `EXACT_SCALE_INVALID`, `EXACT_ZERO_POINT_INVALID`.
 */
export function tableOf(expression: Expression, source: Quantisation, target: Quantisation): Uint8Array {
  checkQuantisation(source);
  checkQuantisation(target);
  const inputs = Float32Array.from({ length: 256 }, (_, byte) => dequantise(byte, source));
  const values = evaluate(expression, inputs, new Map());
  return Uint8Array.from(values, (value) => quantiseNumber(value, target));
}

/** All 256 values; a part of the expression that occurs again is looked up, so that time does not grow with the number of paths. */
function evaluate(expression: Expression, inputs: Float32Array, done: Map<Expression, Float32Array>): Float32Array {
  const known = done.get(expression);
  if (known !== undefined) return known;
  const values = compute(expression, inputs, done);
  const undefinedAt = values.findIndex((value) => Number.isNaN(value));
  if (undefinedAt >= 0) throw tableUndefined(undefinedAt, inputs[undefinedAt] ?? NaN);
  done.set(expression, values);
  return values;
}

function compute(expression: Expression, inputs: Float32Array, done: Map<Expression, Float32Array>): Float32Array {
  switch (expression.kind) {
    case "x":
      return inputs;
    case "constant":
      return new Float32Array(256).fill(expression.value);
    case "quantised":
      return evaluate(expression.of, inputs, done).map((value) =>
        dequantise(quantiseNumber(value, expression.as), expression.as),
      );
    case "apply": {
      const { operator, attributes } = expression;
      const args = expression.arguments.map((arg) => arg && evaluate(arg, inputs, done));
      return Float32Array.from(inputs, (_, k) =>
        operator.evaluate(
          args.map((values) => values?.[k]),
          attributes,
        ),
      );
    }
  }
}

/** The table that changes scale and zero point. @throws GliaError `EXACT_SCALE_INVALID`, `EXACT_ZERO_POINT_INVALID`. */
export function requantiseTable(source: Quantisation, target: Quantisation): Uint8Array {
  return tableOf(X, source, target);
}

/** The table of one function after another: `second[first[x]]`. Both have 256 bytes. */
export function composeTables(first: Uint8Array, second: Uint8Array): Uint8Array {
  return first.map((byte) => second[byte] ?? 0);
}

/** Whether a table of 256 bytes changes nothing. */
export function isIdentityTable(table: Uint8Array): boolean {
  return table.every((byte, x) => byte === x);
}
