import { badNode } from "./errors.ts";
import type { Call, Operators } from "./operator.ts";
import { allocate } from "./value.ts";
import type { Value } from "./value.ts";

interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Corners [y1, x1, y2, x2] in any order, or centre and size [x, y, width, height]. */
function boxReader(boxes: Value, centred: boolean): (batch: number, index: number) => Box {
  const count = boxes.shape[1] ?? 0;
  return (batch, index) => {
    const start = (batch * count + index) * 4;
    const [a = 0, b = 0, c = 0, d = 0] = boxes.data.subarray(start, start + 4);
    if (centred) return { top: b - d / 2, left: a - c / 2, bottom: b + d / 2, right: a + c / 2 };
    return { top: Math.min(a, c), left: Math.min(b, d), bottom: Math.max(a, c), right: Math.max(b, d) };
  };
}

/** Common area over joint area. */
function overlap(a: Box, b: Box): number {
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  if (height <= 0 || width <= 0) return 0;
  const area = ({ top, left, bottom, right }: Box) => (bottom - top) * (right - left);
  return (height * width) / (area(a) + area(b) - height * width);
}

/** Most pairs of boxes that one node compares: a second or two. Detectors have some ten thousand boxes and keep some hundred. */
const MAX_PAIRS = 2 ** 25;

/** Takes boxes from the best score down, leaving out those that overlap one already taken by more than the threshold. */
function nonMaxSuppression(call: Call): Value[] {
  const [boxes, scores] = [call.input(0), call.input(1)];
  const [batches = 0, classes = 0, count = 0] = scores.shape;
  if (boxes.shape.length !== 3 || scores.shape.length !== 3 || boxes.shape[2] !== 4 || boxes.shape[1] !== count)
    throw call.shapeError("needs boxes [batch, boxes, 4] and scores [batch, classes, boxes]");
  const most = call.scalar(2) ?? 0;
  const overlapLimit = call.scalar(3) ?? 0;
  const scoreLimit = call.scalar(4) ?? -Infinity;
  const boxAt = boxReader(boxes, call.attributes.int("center_point_box", 0) === 1);
  const taken: number[] = [];
  let pairs = 0;
  for (let batch = 0; batch < batches; batch++)
    for (let label = 0; label < classes; label++) {
      const start = (batch * classes + label) * count;
      const score = (index: number) => scores.data[start + index] ?? 0;
      const order = Array.from({ length: count }, (_, index) => index).filter((index) => score(index) > scoreLimit);
      order.sort((a, b) => score(b) - score(a) || a - b);
      const kept: Box[] = [];
      for (const index of order) {
        if (kept.length >= most) break;
        const box = boxAt(batch, index);
        pairs += kept.length;
        if (pairs > MAX_PAIRS)
          throw badNode(
            call.node,
            "EXACT_CLIENT_LIMIT",
            `compares more than ${MAX_PAIRS} pairs of boxes; lower its max_output_boxes_per_class`,
          );
        if (kept.some((other) => overlap(box, other) > overlapLimit)) continue;
        kept.push(box);
        taken.push(batch, label, index);
      }
    }
  const out = allocate("int64", [taken.length / 3, 3]);
  out.data.set(taken);
  return [out];
}

/** Operators of detectors' heads. */
export const BOXES: Operators = { NonMaxSuppression: nonMaxSuppression };
