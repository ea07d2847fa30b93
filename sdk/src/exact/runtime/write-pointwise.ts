import { sizeOf } from "../model.ts";
import type { AddMulNode, ArgMaxNode, ExactNode, MaxPoolNode, Shape, TableNode } from "../model.ts";
import { dimsOf, MICROSOFT } from "./builder.ts";
import type { GraphBuilder } from "./builder.ts";
import { windowAttributes } from "./write-contract.ts";

/**
 * Writes an AddMul as DequantizeLinear, Add or Mul, QuantizeLinear, which nobody fuses. All its floats are exact: factors are whole, the multiplier of a
 * sum is a power of two (dividing by 1/m is multiplying by m), and that of a product has 7 bits and goes to the first factor.
 */
export function writeAddMul(graph: GraphBuilder, node: AddMulNode, a: string, b: string, y: string): void {
  const add = node.operation === "add";
  const aScale = graph.float(add ? node.aFactor : node.multiplier);
  const left = graph.step("DequantizeLinear", [a, aScale, graph.byte(node.aZero)]);
  const right = graph.step("DequantizeLinear", [b, graph.float(add ? node.bFactor : 1), graph.byte(node.bZero)]);
  const result = graph.step(add ? "Add" : "Mul", [left, right]);
  graph.node("QuantizeLinear", [result, graph.float(add ? 1 / node.multiplier : 1), graph.byte(node.yZero)], y);
}

/**
 * Whether a node may be written by {@link writeFusedAdd}: a sum of two tensors of one shape. ONNX Runtime adds the zero point before it rounds,
 * so ties come out right only if it is even.
 */
export function isFusible(node: ExactNode, shapes: readonly Shape[]): boolean {
  if (node.kind !== "AddMul" || node.operation !== "add" || node.yZero % 2 !== 0) return false;
  return shapes.every((shape) => sizeOf(shape) === sizeOf(node.shape));
}

/**
 * Writes a sum as ONNX Runtime's QLinearAdd, which is faster than three operators in a row. How it rounds is up to the machine (on ARM it does not even
 * use floats): it may only run where every pair of bytes has been tried on it.
 */
export function writeFusedAdd(graph: GraphBuilder, node: AddMulNode, a: string, b: string, y: string): void {
  const operands = [
    ...[a, graph.float(node.aFactor), graph.byte(node.aZero)],
    ...[b, graph.float(node.bFactor), graph.byte(node.bZero)],
    ...[graph.float(1 / node.multiplier), graph.byte(node.yZero)],
  ];
  graph.node("QLinearAdd", operands, y, {}, MICROSOFT);
}

/** Writes a Table: as Clip where it only clamps, else as a lookup. GatherElements is four times as fast at it as Gather. */
export function writeTable(graph: GraphBuilder, { table, shape }: TableNode, x: string, y: string): void {
  const [low = 0, high = 0] = [table[0], table[255]];
  if (table.every((value, index) => value === Math.min(Math.max(index, low), high))) {
    graph.node("Clip", [x, graph.byte(low), graph.byte(high)], y);
    return;
  }
  const flat = graph.step("Reshape", [x, graph.ints([-1])]);
  const indices = graph.step("Cast", [flat], { to: INT32 });
  const found = graph.step("GatherElements", [graph.bytes([256], table), indices]);
  graph.node("Reshape", [found, graph.ints(dimsOf(shape))], y);
}

/** Writes a MaxPool with channels last. */
export function writeMaxPool(graph: GraphBuilder, node: MaxPoolNode, from: Shape, x: string, y: string): void {
  graph.node("NhwcMaxPool", [x], y, windowAttributes(node, from, node.shape), MICROSOFT);
}

/** Writes an ArgMax; positions come out as int64 and fit a byte, since no axis is longer than 256. */
export function writeArgMax(graph: GraphBuilder, node: ArgMaxNode, x: string, y: string): void {
  const array = graph.step("Reshape", [x, graph.ints([node.outer, node.length, node.inner])]);
  const attributes = { axis: 1n, keepdims: 0n, select_last_index: node.last ? 1n : 0n };
  const bytes = graph.step("Cast", [graph.step("ArgMax", [array], attributes)], { to: UINT8 });
  graph.node("Reshape", [bytes, graph.ints(dimsOf(node.shape))], y);
}

/** Numbers of element types in ONNX. */
const UINT8 = 2n;
const INT32 = 6n;
