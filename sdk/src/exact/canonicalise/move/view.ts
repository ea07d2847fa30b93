import { physicalAxes, product } from "./dims.ts";
import type { Dims } from "./dims.ts";

/** One digit of an index: `radix` values, each `stride` elements of the source apart. */
export interface Digit {
  readonly radix: number;
  readonly stride: number;
}

/**
 * A tensor seen through an affine map. Its element at the digits d_k is element `base + Σ d_k · stride_k` of the source in physical order.
 * Each logical axis (ONNX order) is a list of digits, the most significant first; an axis of size 1 may have none.
 */
export interface View {
  readonly base: number;
  readonly axes: readonly (readonly Digit[])[];
}

/** A tensor of these ONNX dimensions as it is stored: one digit per axis. */
export function viewOf(dims: Dims): View {
  const axes: Digit[][] = dims.map(() => []);
  let stride = 1;
  for (const axis of physicalAxes(dims.length).reverse()) {
    const radix = dims[axis] ?? 1;
    axes[axis] = [{ radix, stride }];
    stride *= radix;
  }
  return { base: 0, axes };
}

/** The view whose axis k is axis `order[k]` of the given one. */
export function permute({ base, axes }: View, order: readonly number[]): View {
  return { base, axes: order.map((axis) => axes[axis] ?? []) };
}

/** Drops digits of radix 1 and joins neighbours that are one digit: the fewest digits that are the same map. */
export function mergeDigits(digits: readonly Digit[]): Digit[] {
  const merged: Digit[] = [];
  for (const digit of digits) {
    if (digit.radix === 1) continue;
    const last = merged.at(-1);
    if (last?.stride === digit.radix * digit.stride)
      merged[merged.length - 1] = { radix: last.radix * digit.radix, stride: digit.stride };
    else merged.push(digit);
  }
  return merged;
}

/**
 * The same elements in the same logical order with other dimensions, whose product is the same;
 * undefined where a digit would have to be cut at a place that does not divide it, so that no view can do it.
 */
export function regroup({ base, axes }: View, dims: Dims): View | undefined {
  const digits = mergeDigits(axes.flat());
  const grouped: Digit[][] = [];
  for (const size of dims.toReversed()) {
    const group: Digit[] = [];
    let missing = size;
    while (missing > 1) {
      const digit = digits.pop();
      if (digit === undefined) return undefined;
      if (missing % digit.radix === 0) {
        group.unshift(digit);
        missing /= digit.radix;
      } else if (digit.radix % missing === 0) {
        group.unshift({ radix: missing, stride: digit.stride });
        digits.push({ radix: digit.radix / missing, stride: digit.stride * missing });
        missing = 1;
      } else return undefined;
    }
    grouped.unshift(group);
  }
  return { base, axes: grouped };
}

/** The digits of a view in the order in which a tensor of these dimensions is stored; undefined if one view cannot be stored so. */
export function physicalDigits(view: View, dims: Dims): Digit[] | undefined {
  const [images = 1, channels = 1, height = 1, width = 1] = dims;
  const pixels = height * width;
  // Only between N, C and H·W does the stored order differ from the logical one, and only if neither C nor H·W is 1.
  if (dims.length !== 4 || channels === 1 || pixels === 1) return mergeDigits(view.axes.flat());
  const planes = regroup(view, [images, channels, pixels]);
  return planes && mergeDigits(permute(planes, [0, 2, 1]).axes.flat());
}

/** Elements that a view has. */
export function sizeOfView({ axes }: View): number {
  return product(axes.flat().map(({ radix }) => radix));
}
