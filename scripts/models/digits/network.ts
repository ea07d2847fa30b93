import type { Random } from "../../../sdk/src/exact/random.ts";
import type { GraphWriter } from "../architectures/graph-writer.ts";

/** Weights that are learnt, with the gradient that the last samples added up. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: Float32Array;
  readonly gradient: Float32Array;
}

/** A layer of the network; `backward` belongs to the last `forward` and returns the gradient of that input. */
export interface Layer {
  readonly parameters: readonly Parameter[];
  forward(input: Float32Array): Float32Array;
  backward(gradient: Float32Array): Float32Array;
  /** Appends the layer's operators to an ONNX graph and returns the name of their result; `input` is the name of theirs. */
  write(graph: GraphWriter, input: string): string;
  /** Layers with statistics that are measured before training; see {@link Statistics}. */
  readonly statistics?: readonly Statistics[];
}

/** What a layer learns by looking at inputs rather than from slopes: between `begin` and `end` every `forward` is looked at. */
export interface Statistics {
  begin(): void;
  end(): void;
}

/** Makes weights whose size suits rectified inputs: deviation √(2 / inputs). */
export function createParameter(name: string, shape: readonly number[], inputs: number, random: Random): Parameter {
  const value = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (inputs > 0) for (let at = 0; at < value.length; at++) value[at] = random.normal() * Math.sqrt(2 / inputs);
  return { name, shape, value, gradient: new Float32Array(value.length) };
}

/** Adds parameters to a graph as constants; their names. */
export function writeParameters(graph: GraphWriter, parameters: readonly Parameter[]): string[] {
  return parameters.map(({ name, shape, value }) => graph.floats(name, shape, value));
}

/** y = W x + b with W of shape [outputs, inputs]. */
export function dense(name: string, inputs: number, outputs: number, random: Random): Layer {
  const weight = createParameter(`${name}.weight`, [outputs, inputs], inputs, random);
  const bias = createParameter(`${name}.bias`, [outputs], 0, random);
  let last = new Float32Array(inputs);
  return {
    parameters: [weight, bias],
    forward(input) {
      last = input as Float32Array<ArrayBuffer>;
      return bias.value.map((start, row) => {
        let sum = start;
        for (let at = 0; at < inputs; at++) sum += (weight.value[row * inputs + at] ?? 0) * (input[at] ?? 0);
        return sum;
      });
    },
    backward(gradient) {
      const result = new Float32Array(inputs);
      for (let row = 0; row < outputs; row++) {
        const slope = gradient[row] ?? 0;
        if (slope === 0) continue;
        bias.gradient[row] = (bias.gradient[row] ?? 0) + slope;
        for (let at = 0; at < inputs; at++) {
          weight.gradient[row * inputs + at] = (weight.gradient[row * inputs + at] ?? 0) + slope * (last[at] ?? 0);
          result[at] = (result[at] ?? 0) + slope * (weight.value[row * inputs + at] ?? 0);
        }
      }
      return result;
    },
    write: (graph, input) => graph.node("Gemm", [input, ...writeParameters(graph, [weight, bias])], { transB: 1n }),
  };
}

/** Images as one row of numbers, which they are in memory already. */
export function flatten(): Layer {
  return {
    parameters: [],
    forward: (input) => input,
    backward: (gradient) => gradient,
    write: (graph, input) => graph.node("Flatten", [input], { axis: 1n }),
  };
}

/** max(x, 0). */
export function relu(): Layer {
  let last = new Float32Array();
  return {
    parameters: [],
    forward: (input) => (last = input.map((value) => Math.max(value, 0))),
    backward: (gradient) => gradient.map((slope, at) => ((last[at] ?? 0) > 0 ? slope : 0)),
    write: (graph, input) => graph.node("Relu", [input]),
  };
}

/** Maximum of each 2 × 2 square of `channels` square images with sides of `size`, an even number. */
export function maxPool(channels: number, size: number): Layer {
  const half = size / 2;
  const chosen = new Int32Array(channels * half * half);
  return {
    parameters: [],
    forward(input) {
      const output = new Float32Array(chosen.length);
      for (let at = 0; at < output.length; at++) {
        const corner = Math.floor(at / half) * 2 * size + (at % half) * 2;
        let best = corner;
        for (const other of [corner + 1, corner + size, corner + size + 1]) {
          if ((input[other] ?? 0) > (input[best] ?? 0)) best = other;
        }
        chosen[at] = best;
        output[at] = input[best] ?? 0;
      }
      return output;
    },
    backward(gradient) {
      const result = new Float32Array(channels * size * size);
      chosen.forEach((at, index) => (result[at] = (result[at] ?? 0) + (gradient[index] ?? 0)));
      return result;
    },
    write: (graph, input) => graph.node("MaxPool", [input], { kernel_shape: [2n, 2n], strides: [2n, 2n] }),
  };
}
