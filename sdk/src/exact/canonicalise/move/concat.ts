import { LIMITS } from "../../model.ts";
import { axisOf, checkDims, MAX_POSITIONS, MAX_SOURCES, physicalAxes, product } from "./dims.ts";
import type { Dims } from "./dims.ts";
import { moveInvalid, moveUnsupported } from "./errors.ts";
import { Planner } from "./planner.ts";
import type { MovePlan } from "./planner.ts";

/**
 * Concat of at most 255 tensors whose sizes differ at most along `axis`.
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planConcat(inputs: readonly Dims[], axis: number): MovePlan {
  const [first] = inputs;
  if (first === undefined) throw moveInvalid("Concat", "it has no input");
  if (inputs.length > LIMITS.nodeInputs)
    throw moveUnsupported(
      "Concat",
      `it has ${inputs.length} inputs; a Move has at most ${LIMITS.nodeInputs}`,
      "Join some of them first.",
    );
  const planner = new Planner("Concat", inputs);
  const place = axisOf("Concat", axis, first.length);
  for (const dims of inputs)
    if (dims.length !== first.length || dims.some((size, k) => k !== place && size !== first[k]))
      throw moveInvalid(
        "Concat",
        `[${first.join(", ")}] and [${dims.join(", ")}] differ in another dimension than axis ${place}`,
      );
  if (inputs.length === 1) return planner.finish();
  const lengths = inputs.map((dims) => dims[place] ?? 1);
  const length = lengths.reduce((sum, size) => sum + size, 0);
  const result = first.with(place, length);
  checkDims("Concat", result);
  const { outer, inner } = around(first, place);
  // In blocks as long as possible: a model holds 4 bytes for each source.
  const block = lengths.reduce(divisor);
  const sources = joined(lengths.map((size) => size / block));
  return planner.select(result, { outer, inner: inner * block, sources, fill: 0 }, [...inputs.keys()]).finish();
}

/** Greatest common divisor. */
function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function joined(lengths: readonly number[]): Uint32Array {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total > MAX_SOURCES)
    throw moveUnsupported(
      "Concat",
      `the axis becomes ${total} blocks long; a Move makes at most ${MAX_SOURCES}`,
      "Join along another axis.",
    );
  const sources = new Uint32Array(total);
  let place = 0;
  for (const [input, length] of lengths.entries())
    for (let position = 0; position < length; position++) sources[place++] = input * MAX_POSITIONS + position;
  return sources;
}

/** How many elements lie around an axis in physical order: the array is [outer][size of the axis][inner]. */
function around(dims: Dims, axis: number): { outer: number; inner: number } {
  const order = physicalAxes(dims.length);
  const place = order.indexOf(axis);
  const sizes = order.map((k) => dims[k] ?? 1);
  return { outer: product(sizes.slice(0, place)), inner: product(sizes.slice(place + 1)) };
}
