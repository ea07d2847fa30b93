import { LIMITS, shapeOfDims } from "../../model.ts";
import type { MoveNode, Shape } from "../../model.ts";
import { checkDims, product } from "./dims.ts";
import type { Dims } from "./dims.ts";
import { moveInvalid, moveUnsupported } from "./errors.ts";
import { physicalDigits, sizeOfView, viewOf } from "./view.ts";
import type { Digit, View } from "./view.ts";

/** How a movement operator is done. */
export interface MovePlan {
  /** ONNX dimensions of the result. */
  readonly dims: Dims;
  /** Their `inputs` are local numbers: 0 to k − 1 are the operator's k inputs, k is the output of the first step, and so on. */
  readonly steps: readonly MoveNode[];
  /** Local number of the result: an input, if its bytes and its shape are the result's already, or the last step's output. */
  readonly result: number;
}

/** Collects the steps of a plan; starts at the operator's first input. */
export class Planner {
  readonly operator: string;
  dims: Dims;
  readonly #steps: MoveNode[] = [];
  readonly #inputs: number;
  #result = 0;

  /** @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_TENSOR_TOO_LARGE` if an input is not what a tensor may be. */
  constructor(operator: string, inputs: readonly Dims[]) {
    for (const dims of inputs) checkDims(operator, dims);
    this.operator = operator;
    this.dims = inputs[0] ?? [];
    this.#inputs = inputs.length;
  }

  /**
   * Makes a tensor of these dimensions from what is there, seen through `view`; its logical order counts, its axes do not.
   * One step where that is possible, none where nothing moves, otherwise two: through a row-major vector.
   * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
   */
  view(view: View, dims: Dims): this {
    checkDims(this.operator, dims);
    const size = product(dims);
    const there = sizeOfView(view);
    if (there !== size)
      throw moveInvalid(
        this.operator,
        `${there} elements cannot have the dimensions [${dims.join(", ")}], ${size} in all`,
      );
    const digits = physicalDigits(view, dims);
    if (digits !== undefined) return this.#view(view.base, digits, dims);
    return this.view(view, [size]).view(viewOf([size]), dims);
  }

  #view(base: number, digits: readonly Digit[], dims: Dims): this {
    const before = shapeOfDims(this.dims);
    const shape = shapeOfDims(dims);
    if (digits.length > LIMITS.digits)
      throw moveUnsupported(
        this.operator,
        `it takes a map with ${digits.length} digits; a Move has at most ${LIMITS.digits}`,
        "Use tensors with fewer dimensions.",
      );
    const still = base === 0 && digits.every(({ stride }) => stride === 1) && digits.length < 2;
    if (!still || !sameShape(before, shape))
      this.#push({ kind: "Move", mode: "view", inputs: [this.#result], shape, base, digits });
    this.dims = dims;
    return this;
  }

  /**
   * Makes a tensor of these dimensions by picking positions along one axis of the arrays [outer][length][inner] in `inputs`
   * (local numbers; what is there if none are given).
   * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_TENSOR_TOO_LARGE`.
   */
  select(dims: Dims, selection: Selection, inputs: readonly number[] = [this.#result]): this {
    this.#push({ kind: "Move", mode: "select", inputs, shape: shapeOfDims(dims), ...selection });
    this.dims = dims;
    return this;
  }

  #push(step: MoveNode): void {
    this.#steps.push(step);
    this.#result = this.#inputs + this.#steps.length - 1;
  }

  finish(): MovePlan {
    return { dims: this.dims, steps: this.#steps, result: this.#result };
  }
}

/** What a select step picks; see `SelectNode`. */
export interface Selection {
  readonly outer: number;
  readonly inner: number;
  readonly sources: Uint32Array;
  readonly fill: number;
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.n === b.n && a.h === b.h && a.w === b.w && a.c === b.c;
}
