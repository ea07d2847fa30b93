import type { Parameter } from "./network.ts";

/** Makes a step function of Adam: moves the parameters by their gradients, summed over `count` samples, and clears those. */
export function createAdam(parameters: readonly Parameter[]): (rate: number, count: number) => void {
  const moments = parameters.map(({ value }) => ({
    mean: new Float64Array(value.length),
    square: new Float64Array(value.length),
  }));
  let steps = 0;
  return (rate, count) => {
    steps++;
    const scale = (rate * Math.sqrt(1 - 0.999 ** steps)) / (1 - 0.9 ** steps);
    parameters.forEach(({ value, gradient }, index) => {
      const { mean = new Float64Array(), square = new Float64Array() } = moments[index] ?? {};
      for (let at = 0; at < value.length; at++) {
        const slope = (gradient[at] ?? 0) / count;
        const first = 0.9 * (mean[at] ?? 0) + 0.1 * slope;
        const second = 0.999 * (square[at] ?? 0) + 0.001 * slope * slope;
        mean[at] = first;
        square[at] = second;
        value[at] = (value[at] ?? 0) - (scale * first) / (Math.sqrt(second) + 1e-8);
      }
      gradient.fill(0);
    });
  };
}
