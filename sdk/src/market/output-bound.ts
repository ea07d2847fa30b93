import type { ModelSignature } from "../onnx/index.ts";
import { tensorSize } from "../tensors/index.ts";

/** Bytes allowed for an output whose shape the model leaves open. */
const OPEN_SHAPE = 2 ** 20;

/** Upper bound of one item's output in bytes, from the model's own shapes: an open first dimension is the batch and counts one. */
export function outputBound({ outputs }: ModelSignature): number {
  let bytes = 0;
  for (const { dtype, shape } of outputs) {
    const [batch, ...rest] = shape;
    const fixed = rest.filter((size) => typeof size === "number");
    if (shape.length === 0 || fixed.length !== rest.length) bytes += OPEN_SHAPE;
    else bytes += tensorSize(dtype, [typeof batch === "number" ? batch : 1, ...fixed]);
  }
  return Math.max(bytes, 1);
}
