import { LIMITS } from "../../model.ts";
import { moveInvalid, tensorTooLarge } from "./errors.ts";

/** ONNX dimensions of a tensor. */
export type Dims = readonly number[];

/** Most dimensions that a tensor may have; as in `tensors/`. */
export const MAX_RANK = 32;
/** Most positions of an axis that a select can name: an entry of its sources has 24 bits for them. */
export const MAX_POSITIONS = 1 << 24;
/** Most positions that a select makes: each takes 4 bytes of the model. */
export const MAX_SOURCES = 1 << 20;

export function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}

/**
 * Checks ONNX dimensions: at most {@link MAX_RANK}, each a whole number of at least 1, together at most `LIMITS.elements`.
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function checkDims(operator: string, dims: Dims): void {
  if (dims.length > MAX_RANK)
    throw moveInvalid(operator, `a tensor has ${dims.length} dimensions; at most ${MAX_RANK} are allowed`);
  const bad = dims.find((size) => !Number.isInteger(size) || size < 1);
  if (bad !== undefined)
    throw moveInvalid(
      operator,
      `a tensor has the dimensions [${dims.join(", ")}]; each must be a whole number of at least 1`,
      "Empty tensors are not part of an exact model; export it with fixed, positive dimensions.",
    );
  if (product(dims) > LIMITS.elements) throw tensorTooLarge(operator, dims, LIMITS.elements);
}

/**
 * Checks that a list of an operator's numbers holds whole numbers and has the right length.
 * @throws GliaError `EXACT_MOVE_INVALID`.
 */
export function checkNumbers(operator: string, what: string, numbers: readonly number[], length?: number): void {
  if (length !== undefined && numbers.length !== length)
    throw moveInvalid(operator, `${what} has ${numbers.length} numbers, but ${length} belong there`);
  const bad = numbers.find((number) => !Number.isInteger(number));
  if (bad !== undefined) throw moveInvalid(operator, `${what} holds ${bad}; only whole numbers belong there`);
}

/**
 * An axis counted from 0; negative ones count from the end.
 * @throws GliaError `EXACT_MOVE_INVALID` if there is no such axis.
 */
export function axisOf(operator: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    throw moveInvalid(operator, `there is no axis ${axis} among ${rank}; it must be from ${-rank} to ${rank - 1}`);
  return axis < 0 ? axis + rank : axis;
}

/**
 * Axes counted from 0, each at most once.
 * @throws GliaError `EXACT_MOVE_INVALID`.
 */
export function axesOf(operator: string, axes: readonly number[], rank: number): number[] {
  if (axes.length > rank) throw moveInvalid(operator, `${axes.length} axes are named, but there are only ${rank}`);
  const found = axes.map((axis) => axisOf(operator, axis, rank));
  if (new Set(found).size < found.length)
    throw moveInvalid(operator, `axes [${axes.join(", ")}] name one of ${rank} axes twice`);
  return found;
}

/** The ONNX axes in the order in which a tensor of that rank is stored, outermost first: N, H, W, C for rank 4. */
export function physicalAxes(rank: number): number[] {
  return rank === 4 ? [0, 2, 3, 1] : Array.from({ length: rank }, (_, axis) => axis);
}
