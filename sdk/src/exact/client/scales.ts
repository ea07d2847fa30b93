import { roundHalfEven } from "../canonicalise/numbers.ts";
import { badNode, notANumber } from "./errors.ts";
import { around } from "./operator.ts";
import type { Call, Operators } from "./operator.ts";
import { allocate } from "./value.ts";
import type { Value } from "./value.ts";

interface Scales {
  /** Scale and zero point of element i. */
  readonly of: (i: number) => readonly [scale: number, zero: number];
}

/** One scale for the tensor, or one for each position along `axis`. */
function scales(call: Call, x: Value): Scales {
  const [scale, zero] = [call.input(1), call.inputs[2]];
  const count = scale.data.length;
  if (zero !== undefined && zero.data.length !== count) throw call.shapeError("has unlike many scales and zero points");
  const pair = (k: number) => [scale.data[k] ?? 1, zero?.data[k] ?? 0] as const;
  if (count === 1) {
    const only = pair(0);
    return { of: () => only };
  }
  const axis = call.axis(call.attributes.int("axis", 1), x.shape.length);
  const { length, inner } = around(x.shape, axis);
  if (length !== count) throw call.shapeError(`has ${count} scales for ${length} positions of axis ${axis}`);
  const pairs = Array.from({ length }, (_, k) => pair(k));
  return { of: (i) => pairs[Math.floor(i / inner) % length] ?? [1, 0] };
}

/** `scale · (x − zero)`, rounded to single precision. */
function dequantise(call: Call): Value[] {
  const x = call.input(0);
  const { of } = scales(call, x);
  const out = allocate("float32", x.shape);
  x.data.forEach((value, i) => {
    const [scale, zero] = of(i);
    out.data[i] = Math.fround(Math.fround(value - zero) * scale);
  });
  return [out];
}

/** `clamp(roundHalfEven(f32(x / scale)) + zero)`: what ONNX Runtime computes. */
function quantise(call: Call): Value[] {
  const x = call.input(0);
  const dtype = call.inputs[2]?.dtype ?? "uint8";
  if (dtype !== "uint8" && dtype !== "int8")
    throw badNode(call.node, "EXACT_CLIENT_TYPE", `quantises to ${dtype}; the client knows uint8 and int8`);
  const [low, high] = dtype === "uint8" ? [0, 255] : [-128, 127];
  const { of } = scales(call, x);
  const out = allocate(dtype, x.shape);
  x.data.forEach((value, i) => {
    const [scale, zero] = of(i);
    const steps = Math.fround(value / scale);
    if (Number.isNaN(steps)) throw notANumber(call.node);
    out.data[i] = Math.min(Math.max(roundHalfEven(steps) + zero, low), high);
  });
  return [out];
}

/** Between floats and bytes. */
export const SCALES: Operators = { DequantizeLinear: dequantise, QuantizeLinear: quantise };
