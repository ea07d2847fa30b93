import type { AttributeValue } from "../../onnx/index.ts";
import type { ContractNode, Shape, Window } from "../model.ts";
import { MICROSOFT } from "./builder.ts";
import type { GraphBuilder } from "./builder.ts";

/**
 * Writes a Contract as ONNX Runtime's QLinearConv with channels last. Scales of 1 on both sides leave the multiplier as it is:
 * f32(f32(1 · m) / 1) = m. A matrix product runs in this form as fast as in its own operators.
 */
export function writeContract(graph: GraphBuilder, node: ContractNode, from: Shape, x: string, y: string): void {
  const { type, zero, values } = onnxWeights(node, from.c / node.groups);
  const dims = [node.shape.c, from.c / node.groups, node.kernelH, node.kernelW];
  const one = graph.float(1);
  const weightZero = type === "int8" ? graph.bytes([], Uint8Array.of(zero), "int8") : graph.byte(zero);
  const operands = [
    ...[x, one, graph.byte(node.xZero)],
    ...[graph.bytes(dims, values, type), graph.floats(node.multipliers), weightZero],
    ...[one, graph.byte(node.yZero), graph.int32s(node.bias)],
  ];
  const attributes = { ...windowAttributes(node, from, node.shape), group: BigInt(node.groups), channels_last: 1n };
  graph.node("QLinearConv", operands, y, attributes, MICROSOFT);
}

/** Attributes of a window; padding behind the last row and column is what the output's size asks for. */
export function windowAttributes(window: Window, from: Shape, to: Shape): Record<string, AttributeValue> {
  const reachH = (to.h - 1) * window.strideH + (window.kernelH - 1) * window.dilationH + 1;
  const reachW = (to.w - 1) * window.strideW + (window.kernelW - 1) * window.dilationW + 1;
  const bottom = Math.max(0, reachH - from.h - window.padTop);
  const right = Math.max(0, reachW - from.w - window.padLeft);
  const ints = (...values: number[]) => values.map(BigInt);
  return {
    kernel_shape: ints(window.kernelH, window.kernelW),
    strides: ints(window.strideH, window.strideW),
    dilations: ints(window.dilationH, window.dilationW),
    pads: ints(window.padTop, window.padLeft, bottom, right),
  };
}

/**
 * Weights in ONNX's order [output][input][row][column]. Those in [−64, 63] become i8 with zero point 0: the fastest form, and two products of it
 * with u8 fit the 16 bits in which AVX2 adds them. Others stay u8 with their zero point: i8 would saturate there.
 */
function onnxWeights({ weights, wZero, kernelH, kernelW, shape }: ContractNode, channels: number) {
  const small = weights.every((weight) => weight - wZero >= -64 && weight - wZero <= 63);
  const shift = small ? wZero : 0;
  const taps = kernelH * kernelW;
  const values = new Uint8Array(weights.length);
  let to = 0;
  for (let o = 0; o < shape.c; o++)
    for (let channel = 0; channel < channels; channel++)
      for (let tap = 0; tap < taps; tap++) values[to++] = (weights[(o * taps + tap) * channels + channel] ?? 0) - shift;
  return small ? ({ type: "int8", zero: 0, values } as const) : ({ type: "uint8", zero: wZero, values } as const);
}
