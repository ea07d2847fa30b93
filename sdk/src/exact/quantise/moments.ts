import { product } from "../client/operator.ts";

/** Mean and mean square of each channel of a tensor over all samples. */
export class Moments {
  #sums = new Float64Array();
  #squares = new Float64Array();
  #count = 0;

  /** Takes in a tensor; its channels lie along axis 1 of an image, else along the last axis. */
  add(shape: readonly number[], values: Float32Array): void {
    const axis = shape.length === 4 ? 1 : shape.length - 1;
    const channels = shape[axis] ?? 1;
    const inner = product(shape.slice(axis + 1));
    if (this.#sums.length !== channels) {
      // Another number of channels than before: what was gathered says nothing about it.
      [this.#sums, this.#squares, this.#count] = [new Float64Array(channels), new Float64Array(channels), 0];
    }
    let channel = 0;
    for (let start = 0; start < values.length; start += inner) {
      let [sum, square] = [0, 0];
      for (const value of values.subarray(start, start + inner)) {
        sum += value;
        square += value * value;
      }
      this.#sums[channel] = (this.#sums[channel] ?? 0) + sum;
      this.#squares[channel] = (this.#squares[channel] ?? 0) + square;
      channel = (channel + 1) % channels;
    }
    this.#count += values.length / channels;
  }

  /** Mean of each channel. */
  get means(): Float64Array {
    return this.#sums.map((sum) => sum / Math.max(1, this.#count));
  }

  /** Mean square of each channel. */
  get squares(): Float64Array {
    return this.#squares.map((square) => square / Math.max(1, this.#count));
  }
}
