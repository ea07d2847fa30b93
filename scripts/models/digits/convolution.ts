import { createParameter } from "./network.ts";
import type { Layer } from "./network.ts";
import type { Random } from "../../../sdk/src/exact/random.ts";

/** What a convolution of square images needs to know; `kernel` is odd, and the border is padded with zeros to keep the size. */
export interface ConvolutionShape {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly size: number;
  readonly kernel: number;
}

/** Convolution as ONNX's Conv does it: weights of shape [outputs, inputs, kernel, kernel], bias, stride 1. */
export function convolution({ name, inputs, outputs, size, kernel }: ConvolutionShape, random: Random): Layer {
  const area = size * size;
  const margin = (kernel - 1) / 2;
  const weight = createParameter(`${name}.weight`, [outputs, inputs, kernel, kernel], inputs * kernel * kernel, random);
  const bias = createParameter(`${name}.bias`, [outputs], 0, random);
  let last = new Float32Array();

  /** Calls `visit` for each weight and each row on which it acts: begin of the row in the output and in the input, and its length. */
  function eachRow(visit: (at: number, output: number, input: number, length: number) => void): void {
    for (let at = 0; at < weight.value.length; at++) {
      const x = (at % kernel) - margin;
      const y = (Math.floor(at / kernel) % kernel) - margin;
      const channel = Math.floor(at / (kernel * kernel));
      const from = (channel % inputs) * area;
      const to = Math.floor(channel / inputs) * area;
      const left = Math.max(0, -x);
      for (let row = Math.max(0, -y); row < size - Math.max(0, y); row++) {
        visit(at, to + row * size + left, from + (row + y) * size + left + x, size - Math.abs(x));
      }
    }
  }

  return {
    parameters: [weight, bias],
    forward(input) {
      last = input as Float32Array<ArrayBuffer>;
      const output = new Float32Array(outputs * area);
      for (let channel = 0; channel < outputs; channel++) {
        output.fill(bias.value[channel] ?? 0, channel * area, (channel + 1) * area);
      }
      eachRow((at, to, from, length) => {
        const factor = weight.value[at] ?? 0;
        for (let step = 0; step < length; step++)
          output[to + step] = (output[to + step] ?? 0) + factor * (input[from + step] ?? 0);
      });
      return output;
    },
    backward(gradient) {
      const result = new Float32Array(inputs * area);
      gradient.forEach(
        (slope, at) => (bias.gradient[Math.floor(at / area)] = (bias.gradient[Math.floor(at / area)] ?? 0) + slope),
      );
      eachRow((at, to, from, length) => {
        const factor = weight.value[at] ?? 0;
        let sum = 0;
        for (let step = 0; step < length; step++) {
          const slope = gradient[to + step] ?? 0;
          sum += slope * (last[from + step] ?? 0);
          result[from + step] = (result[from + step] ?? 0) + factor * slope;
        }
        weight.gradient[at] = (weight.gradient[at] ?? 0) + sum;
      });
      return result;
    },
  };
}
