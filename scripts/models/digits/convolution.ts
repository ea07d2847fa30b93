import type { Random } from "../../../sdk/src/exact/random.ts";
import { createParameter, writeParameters } from "./network.ts";
import type { Layer } from "./network.ts";

/** What a convolution of square images needs to know; `kernel` is odd, and the border is padded with zeros by half of it. */
export interface ConvolutionShape {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the input; the output's is size / stride, rounded up. */
  readonly size: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
}

/** Convolution as ONNX's Conv does it: weights of shape [outputs, inputs / groups, kernel, kernel] and bias. */
export function convolution(shape: ConvolutionShape, random: Random): Layer {
  const { name, inputs, outputs, size, kernel, stride = 1, groups = 1 } = shape;
  const [per, perOut] = [inputs / groups, outputs / groups];
  const side = Math.ceil(size / stride);
  const [area, outArea] = [size * size, side * side];
  const margin = (kernel - 1) / 2;
  const weight = createParameter(`${name}.weight`, [outputs, per, kernel, kernel], per * kernel * kernel, random);
  const bias = createParameter(`${name}.bias`, [outputs], 0, random);
  let last = new Float32Array();

  /** First and last output row (or column) whose input, `offset` away, lies inside the image. */
  const inside = (offset: number) => [
    Math.ceil(Math.max(0, -offset) / stride),
    Math.floor((size - 1 - Math.max(0, offset)) / stride),
  ] as const; // prettier-ignore

  /** Calls `visit` for each weight and each row on which it acts: begin of the row in the output and in the input, and its length. */
  function eachRow(visit: (at: number, output: number, input: number, length: number) => void): void {
    for (let at = 0; at < weight.value.length; at++) {
      const x = (at % kernel) - margin;
      const y = (Math.floor(at / kernel) % kernel) - margin;
      const channel = Math.floor(at / (kernel * kernel));
      const output = Math.floor(channel / per);
      const from = (Math.floor(output / perOut) * per + (channel % per)) * area;
      const [left, right] = inside(x);
      const [top, bottom] = inside(y);
      for (let row = top; row <= bottom; row++) {
        const start = from + (row * stride + y) * size + left * stride + x;
        visit(at, output * outArea + row * side + left, start, right - left + 1);
      }
    }
  }

  return {
    parameters: [weight, bias],
    forward(input) {
      last = input as Float32Array<ArrayBuffer>;
      const output = new Float32Array(outputs * outArea);
      for (let channel = 0; channel < outputs; channel++) {
        output.fill(bias.value[channel] ?? 0, channel * outArea, (channel + 1) * outArea);
      }
      eachRow((at, to, from, length) => {
        const factor = weight.value[at] ?? 0;
        for (let step = 0; step < length; step++)
          output[to + step] = (output[to + step] ?? 0) + factor * (input[from + step * stride] ?? 0);
      });
      return output;
    },
    backward(gradient) {
      const result = new Float32Array(inputs * area);
      gradient.forEach((slope, at) => {
        const channel = Math.floor(at / outArea);
        bias.gradient[channel] = (bias.gradient[channel] ?? 0) + slope;
      });
      eachRow((at, to, from, length) => {
        const factor = weight.value[at] ?? 0;
        let sum = 0;
        for (let step = 0; step < length; step++) {
          const slope = gradient[to + step] ?? 0;
          sum += slope * (last[from + step * stride] ?? 0);
          result[from + step * stride] = (result[from + step * stride] ?? 0) + factor * slope;
        }
        weight.gradient[at] = (weight.gradient[at] ?? 0) + sum;
      });
      return result;
    },
    write(graph, input) {
      const pair = (length: number) => [BigInt(length), BigInt(length)];
      const pads = [...pair(margin), ...pair(margin)];
      const attributes = { kernel_shape: pair(kernel), strides: pair(stride), pads, group: BigInt(groups) };
      return graph.node("Conv", [input, ...writeParameters(graph, [weight, bias])], attributes);
    },
  };
}
