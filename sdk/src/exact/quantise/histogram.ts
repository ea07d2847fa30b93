/** Halves of a histogram: below and above zero. */
const HALF = 2048;

/** What is known of a tensor's values: their extremes and how they are spread, in bounded memory whatever comes. */
export class Histogram {
  #minimum = 0;
  #maximum = 0;
  /** The histogram covers −reach to reach. */
  #reach = 0;
  readonly #bins = new Float64Array(2 * HALF);
  /** Values that are exactly 0: every quantisation hits them, so that they say nothing about scales. */
  #zeros = 0;
  /** Where the first NaN or infinity stood; nothing is counted then. */
  #broken: number | undefined;

  /** Smallest value, at most 0. */
  get minimum(): number {
    return this.#minimum;
  }

  /** Largest value, at least 0. */
  get maximum(): number {
    return this.#maximum;
  }

  /** The first value that is no finite number, if there was one. */
  get broken(): number | undefined {
    return this.#broken;
  }

  /** Takes values in. */
  add(values: Float32Array): void {
    for (const value of values) {
      if (value === 0) {
        this.#zeros++;
        continue;
      }
      if (!Number.isFinite(value)) {
        this.#broken ??= value;
        continue;
      }
      if (value < this.#minimum) this.#minimum = value;
      if (value > this.#maximum) this.#maximum = value;
      const size = Math.abs(value);
      if (size >= this.#reach) this.#widen(size);
      const bin = Math.floor((value / this.#reach) * HALF) + HALF;
      this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    }
  }

  /** Doubles the reach until it covers a value, joining bins in pairs. */
  #widen(size: number): void {
    if (this.#reach === 0) this.#reach = 2 ** Math.floor(Math.log2(size));
    while (size >= this.#reach) {
      this.#reach *= 2;
      const old = this.#bins.slice();
      this.#bins.fill(0);
      old.forEach((count, bin) => {
        const joined = Math.floor((bin - HALF) / 2) + HALF;
        this.#bins[joined] = (this.#bins[joined] ?? 0) + count;
      });
    }
  }

  /** The range that all but a share of the values lie in, on each side; it includes 0. */
  percentile(share: number): readonly [low: number, high: number] {
    const total = this.#bins.reduce((sum, count) => sum + count, this.#zeros);
    const width = this.#reach / HALF;
    const cut = (total * (100 - share)) / 100;
    const end = (bins: readonly number[]) => {
      let left = cut;
      for (const bin of bins) {
        left -= this.#bins[bin] ?? 0;
        if (left < 0) return bin - HALF;
      }
      return 0;
    };
    const upward = Array.from({ length: HALF }, (_, bin) => bin);
    const low = end(upward) * width;
    const high = (end(upward.map((bin) => 2 * HALF - 1 - bin)) + 1) * width;
    return [Math.max(low, this.#minimum), Math.min(high, this.#maximum)];
  }

  /** The range whose 255 steps have the least squared error: what is cut off against how coarse the steps are. */
  leastSquares(): readonly [low: number, high: number] {
    const width = this.#reach / HALF;
    const filled = [...this.#bins.keys()].filter((bin) => (this.#bins[bin] ?? 0) > 0);
    let best: readonly [number, number] = [this.#minimum, this.#maximum];
    let least = Infinity;
    for (const lowShare of SHARES)
      for (const highShare of SHARES) {
        const [low, high] = [this.#minimum * lowShare, this.#maximum * highShare];
        const rounding = ((high - low) / 255) ** 2 / 12;
        let error = 0;
        for (const bin of filled) {
          const value = (bin - HALF + 0.5) * width;
          const cut = value < low ? low - value : value > high ? value - high : 0;
          error += (this.#bins[bin] ?? 0) * (cut === 0 ? rounding : cut * cut);
        }
        if (error < least) [least, best] = [error, [low, high]];
      }
    return best;
  }
}

/** Shares of the extremes that are tried. */
const SHARES = Array.from({ length: 16 }, (_, k) => 1 - k * 0.05);
