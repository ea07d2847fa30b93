import type { Random } from "../../../sdk/src/exact/random.ts";
import type { GraphWriter } from "./graph-writer.ts";

/** A tensor of images while a network is written: its name and its number of channels. */
export interface Flow {
  readonly name: string;
  readonly channels: number;
}

/** What a convolution needs besides its input. */
export interface ConvShape {
  readonly channels: number;
  /** Side of the square kernel, an odd number; the border is padded with zeros by half of it. */
  readonly kernel?: number;
  readonly stride?: number;
  readonly groups?: number;
}

/** What writes blocks of a convolutional network with random weights that keep activations in range. */
export interface Blocks {
  /** Convolution with bias and without normalisation. */
  conv(from: Flow, shape: ConvShape): Flow;
  /** Convolution without bias, then BatchNormalization; `gain` scales what it gives. */
  normalised(from: Flow, shape: ConvShape, gain?: number): Flow;
  /** An operator with one input that keeps the channels. */
  then(operator: string, from: Flow): Flow;
  /** min(max(x, 0), 6). */
  relu6(from: Flow): Flow;
  add(a: Flow, b: Flow): Flow;
  concat(parts: readonly Flow[]): Flow;
  /** Matrix product with bias; the input is a matrix of `channels` columns. */
  dense(from: Flow, channels: number): Flow;
}

/** Makes the blocks over a graph; equal random sources give equal weights. */
export function createBlocks(graph: GraphWriter, random: Random): Blocks {
  let count = 0;
  const normals = (length: number, mean: number, deviation: number) =>
    Float32Array.from({ length }, () => mean + deviation * random.normal());

  function convolve(from: Flow, shape: ConvShape, withBias: boolean): Flow & { readonly label: string } {
    const { channels, kernel = 3, stride = 1, groups = 1 } = shape;
    const label = `conv${++count}`;
    const dims = [channels, from.channels / groups, kernel, kernel];
    const fan = (from.channels / groups) * kernel * kernel;
    // Deviation √(2 / inputs): He et al. 2015, so that rectified activations keep their variance from layer to layer.
    const weights = normals(channels * fan, 0, Math.sqrt(2 / fan));
    const inputs = [from.name, graph.floats(`${label}.weight`, dims, weights)];
    if (withBias) inputs.push(graph.floats(`${label}.bias`, [channels], normals(channels, 0, 0.1)));
    const pair = (size: number) => [BigInt(size), BigInt(size)];
    const margin = pair((kernel - 1) / 2);
    const attributes = { kernel_shape: pair(kernel), strides: pair(stride), pads: [...margin, ...margin] };
    const name = graph.node("Conv", inputs, { ...attributes, group: BigInt(groups) });
    return { name, channels, label };
  }

  return {
    conv: (from, shape) => convolve(from, shape, true),
    normalised(from, shape, gain = 1) {
      const { name, channels, label } = convolve(from, shape, false);
      const part = (what: string, values: Float32Array) => graph.floats(`${label}.${what}`, [channels], values);
      const positive = (values: Float32Array) => values.map((value) => Math.min(Math.max(value, 0.5), 1.5));
      const statistics = [
        part(
          "scale",
          positive(normals(channels, 1, 0.2)).map((value) => value * gain),
        ),
        part("shift", normals(channels, 0, 0.2)),
        part("mean", normals(channels, 0, 0.2)),
        part("variance", positive(normals(channels, 1, 0.2))),
      ];
      return { name: graph.node("BatchNormalization", [name, ...statistics], { epsilon: 1e-5 }), channels };
    },
    then: (operator, { name, channels }) => ({ name: graph.node(operator, [name]), channels }),
    relu6({ name, channels }) {
      const label = `clip${++count}`;
      const bounds = [graph.floats(`${label}.min`, [], [0]), graph.floats(`${label}.max`, [], [6])];
      return { name: graph.node("Clip", [name, ...bounds]), channels };
    },
    add: (a, b) => ({ name: graph.node("Add", [a.name, b.name]), channels: a.channels }),
    concat: (parts) => ({
      name: graph.node(
        "Concat",
        parts.map(({ name }) => name),
        { axis: 1n },
      ),
      channels: parts.reduce((sum, { channels }) => sum + channels, 0),
    }),
    dense(from, channels) {
      const label = `dense${++count}`;
      const weights = normals(channels * from.channels, 0, Math.sqrt(1 / from.channels));
      const inputs = [
        from.name,
        graph.floats(`${label}.weight`, [channels, from.channels], weights),
        graph.floats(`${label}.bias`, [channels], normals(channels, 0, 0.1)),
      ];
      return { name: graph.node("Gemm", inputs, { transB: 1n }), channels };
    },
  };
}
