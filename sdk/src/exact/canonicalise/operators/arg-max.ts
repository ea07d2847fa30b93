import { shapeOfDims } from "../../model.ts";
import type { Call } from "../call.ts";
import { planReshape } from "../move/index.ts";
import type { Value } from "../value.ts";

/** Longest axis whose positions fit a byte. */
const MAX_LENGTH = 256;

/** ArgMax of bytes, or of the real numbers that they stand for: scales are positive, so that the order is the same. */
export function argMax(call: Call): Value[] {
  const { attributes, builder, node } = call;
  const keep = attributes.int("keepdims", 1) !== 0;
  const last = attributes.int("select_last_index", 0) !== 0;
  const given = attributes.int("axis", 0);
  const value = call.value(0);
  if (value.kind === "opaque") throw value.error;
  if (value.kind !== "quantised" && value.kind !== "exact")
    throw call.refuse(
      "EXACT_NOT_QUANTISED",
      "compares values that are not quantised",
      "Put QuantizeLinear and DequantizeLinear before the node.",
    );
  const { dims, tensor } = value;
  const axis = given < 0 ? given + dims.length : given;
  const length = dims[axis];
  if (length === undefined)
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `compares along axis ${given} of a tensor with ${dims.length} dimensions`,
      "Export the model again.",
    );
  if (length > MAX_LENGTH)
    throw call.unsupported(
      `compares ${length} elements; a position is a byte, so that at most ${MAX_LENGTH} are possible`,
      "Let it stand behind the last QuantizeLinear: the client computes it there.",
    );
  // In physical order the axes of an image are batch, height, width, channels.
  const order = dims.length === 4 ? [0, 2, 3, 1] : [...dims.keys()];
  const place = order.indexOf(axis);
  const size = (axes: readonly number[]) => axes.reduce((product, other) => product * (dims[other] ?? 1), 1);
  const reduced = dims.map((other, index) => (index === axis ? 1 : other));
  const [outer, inner] = [size(order.slice(0, place)), size(order.slice(place + 1))];
  const positions = builder.add(
    { kind: "ArgMax", inputs: [tensor], shape: shapeOfDims(reduced), outer, length, inner, last },
    undefined,
    [node],
  );
  const out = keep ? reduced : reduced.filter((_, index) => index !== axis);
  const result = builder.move(planReshape(reduced, out), [positions], undefined, [node]);
  return [{ kind: "exact", tensor: result, dims: out, type: "int64" }];
}
