import { createParameter, writeParameters } from "./network.ts";
import type { Layer } from "./network.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";

const EPSILON = 1e-5;

/**
 * Normalisation of each channel as ONNX's BatchNormalization computes it. Images come one at a time here, so mean and variance are measured on some of them
 * before training and then stay; scale and shift are learnt.
 */
export function normalisation(name: string, channels: number, area: number): Layer {
  const none = createRandom(0);
  const scale = createParameter(`${name}.scale`, [channels], 0, none);
  const shift = createParameter(`${name}.shift`, [channels], 0, none);
  scale.value.fill(1);
  const mean = new Float32Array(channels);
  const variance = new Float32Array(channels).fill(1);
  let sums: { count: number; first: Float64Array; second: Float64Array } | undefined;
  let last = new Float32Array();

  const each = (visit: (at: number, channel: number, deviation: number) => void) => {
    for (let channel = 0; channel < channels; channel++) {
      const deviation = Math.sqrt((variance[channel] ?? 0) + EPSILON);
      for (let at = channel * area; at < (channel + 1) * area; at++) visit(at, channel, deviation);
    }
  };
  const normal = (at: number, channel: number, deviation: number) =>
    ((last[at] ?? 0) - (mean[channel] ?? 0)) / deviation;

  return {
    parameters: [scale, shift],
    forward(input) {
      last = input as Float32Array<ArrayBuffer>;
      const output = new Float32Array(input.length);
      each((at, channel, deviation) => {
        output[at] = (scale.value[channel] ?? 0) * normal(at, channel, deviation) + (shift.value[channel] ?? 0);
        if (sums === undefined) return;
        const value = input[at] ?? 0;
        sums.first[channel] = (sums.first[channel] ?? 0) + value;
        sums.second[channel] = (sums.second[channel] ?? 0) + value * value;
      });
      if (sums !== undefined) sums.count += area;
      return output;
    },
    backward(gradient) {
      const result = new Float32Array(gradient.length);
      each((at, channel, deviation) => {
        const slope = gradient[at] ?? 0;
        scale.gradient[channel] = (scale.gradient[channel] ?? 0) + slope * normal(at, channel, deviation);
        shift.gradient[channel] = (shift.gradient[channel] ?? 0) + slope;
        result[at] = (slope * (scale.value[channel] ?? 0)) / deviation;
      });
      return result;
    },
    write(graph, input) {
      const constants = writeParameters(graph, [scale, shift]);
      constants.push(graph.floats(`${name}.mean`, [channels], mean));
      constants.push(graph.floats(`${name}.variance`, [channels], variance));
      return graph.node("BatchNormalization", [input, ...constants], { epsilon: EPSILON });
    },
    statistics: [
      {
        begin: () => (sums = { count: 0, first: new Float64Array(channels), second: new Float64Array(channels) }),
        end() {
          const { count = 1, first, second } = sums ?? {};
          for (let channel = 0; channel < channels; channel++) {
            const middle = (first?.[channel] ?? 0) / count;
            mean[channel] = middle;
            variance[channel] = Math.max((second?.[channel] ?? 0) / count - middle * middle, 0.01);
          }
          sums = undefined;
        },
      },
    ],
  };
}
