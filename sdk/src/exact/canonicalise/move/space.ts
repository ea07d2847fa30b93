import type { Dims } from "./dims.ts";
import { moveInvalid } from "./errors.ts";
import { Planner } from "./planner.ts";
import type { MovePlan } from "./planner.ts";
import { permute, regroup, viewOf } from "./view.ts";

/**
 * DepthToSpace: channels become squares of `blocksize`² pixels. The channel is (row, column, depth) in mode DCR, (depth, row, column) in mode CRD.
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planDepthToSpace(dims: Dims, blocksize: number, mode = "DCR"): MovePlan {
  const planner = new Planner("DepthToSpace", [dims]);
  const [n, c, h, w] = imageOf("DepthToSpace", dims, blocksize);
  if (mode !== "DCR" && mode !== "CRD") throw moveInvalid("DepthToSpace", `the mode ${mode} is neither DCR nor CRD`);
  const b = blocksize;
  const depth = c / (b * b);
  if (!Number.isInteger(depth) || depth < 1)
    throw moveInvalid("DepthToSpace", `${c} channels are no multiple of ${b * b}, the square of the block size`);
  const [split, order] =
    mode === "DCR"
      ? [
          [n, b, b, depth, h, w],
          [0, 3, 4, 1, 5, 2],
        ]
      : [
          [n, depth, b, b, h, w],
          [0, 1, 4, 2, 5, 3],
        ];
  return rearranged(planner, dims, split, order, [n, depth, h * b, w * b]);
}

/**
 * SpaceToDepth: squares of `blocksize`² pixels become channels (row, column, depth).
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planSpaceToDepth(dims: Dims, blocksize: number): MovePlan {
  const planner = new Planner("SpaceToDepth", [dims]);
  const [n, c, h, w] = imageOf("SpaceToDepth", dims, blocksize);
  const b = blocksize;
  if (h % b !== 0 || w % b !== 0)
    throw moveInvalid("SpaceToDepth", `an image of ${h} × ${w} does not consist of squares of ${b} × ${b}`);
  return rearranged(planner, dims, [n, c, h / b, b, w / b, b], [0, 3, 5, 1, 2, 4], [n, c * b * b, h / b, w / b]);
}

/** Cuts axes, permutes the pieces and joins them again. */
function rearranged(planner: Planner, dims: Dims, split: Dims, order: readonly number[], result: Dims): MovePlan {
  const pieces = regroup(viewOf(dims), split);
  if (pieces === undefined) throw new RangeError(`[${split.join(", ")}] does not cut [${dims.join(", ")}].`);
  return planner.view(permute(pieces, order), result).finish();
}

function imageOf(operator: string, dims: Dims, blocksize: number): readonly [number, number, number, number] {
  const [n, c, h, w] = dims;
  if (dims.length !== 4 || n === undefined || c === undefined || h === undefined || w === undefined)
    throw moveInvalid(operator, `its input has ${dims.length} dimensions; it must be an image [N, C, H, W]`);
  if (!Number.isInteger(blocksize) || blocksize < 1)
    throw moveInvalid(operator, `the block size is ${blocksize}; it must be a whole number of at least 1`);
  return [n, c, h, w];
}
