/** How near two series of numbers are to each other, gathered piece by piece. */
export class Comparison {
  #signal = 0;
  #other = 0;
  #product = 0;
  #noise = 0;
  #largest = 0;

  /** Takes in pieces of the float series and of the one that approximates it. */
  add(float: ArrayLike<number>, exact: ArrayLike<number>): void {
    for (let i = 0; i < float.length; i++) {
      const [a, b] = [float[i] ?? 0, exact[i] ?? 0];
      this.#signal += a * a;
      this.#other += b * b;
      this.#product += a * b;
      this.#noise += (a - b) ** 2;
      this.#largest = Math.max(this.#largest, Math.abs(a - b));
    }
  }

  /** Cosine of the angle between them as vectors; 1 if both are 0 throughout, 0 if one is. */
  get cosine(): number {
    if (this.#signal === 0 && this.#other === 0) return 1;
    return this.#product === 0 ? 0 : this.#product / Math.sqrt(this.#signal * this.#other);
  }

  /** Largest difference, in the output's own unit. */
  get maxError(): number {
    return this.#largest;
  }

  /** Signal-to-noise ratio in decibels; infinite where nothing differs. */
  get decibels(): number {
    return this.#noise === 0 ? Infinity : 10 * Math.log10(this.#signal / this.#noise);
  }
}

/** Position of the first largest element. */
export function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}
