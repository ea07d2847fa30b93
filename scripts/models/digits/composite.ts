import type { Layer } from "./network.ts";

/** Layers one after the other, as one. */
export function sequence(...layers: readonly Layer[]): Layer {
  return {
    parameters: layers.flatMap(({ parameters }) => parameters),
    forward: (input) => layers.reduce((values, layer) => layer.forward(values), input),
    backward: (gradient) => layers.reduceRight((slopes, layer) => layer.backward(slopes), gradient),
    write: (graph, input) => layers.reduce((name, layer) => layer.write(graph, name), input),
    statistics: layers.flatMap(({ statistics = [] }) => statistics),
  };
}

/** The sum of what two ways make of the same input; without a second way it is the input itself. */
export function residual(branch: Layer, shortcut: Layer = sequence()): Layer {
  const plus = (a: Float32Array, b: Float32Array) => a.map((value, at) => value + (b[at] ?? 0));
  return {
    parameters: [...branch.parameters, ...shortcut.parameters],
    forward: (input) => plus(branch.forward(input), shortcut.forward(input)),
    backward: (gradient) => plus(branch.backward(gradient), shortcut.backward(gradient)),
    write: (graph, input) => graph.node("Add", [branch.write(graph, input), shortcut.write(graph, input)]),
    statistics: [...(branch.statistics ?? []), ...(shortcut.statistics ?? [])],
  };
}

/** Mean of each of `channels` images of `area` pixels. */
export function globalAverage(channels: number, area: number): Layer {
  return {
    parameters: [],
    forward: (input) =>
      Float32Array.from({ length: channels }, (_, channel) => {
        let sum = 0;
        for (let at = channel * area; at < (channel + 1) * area; at++) sum += input[at] ?? 0;
        return sum / area;
      }),
    backward: (gradient) =>
      Float32Array.from({ length: channels * area }, (_, at) => (gradient[Math.floor(at / area)] ?? 0) / area),
    write: (graph, input) => graph.node("GlobalAveragePool", [input]),
  };
}
