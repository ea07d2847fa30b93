import { createRandom } from "../../../sdk/src/exact/random.ts";
import { createBlocks } from "./blocks.ts";
import type { Flow } from "./blocks.ts";
import { createGraph } from "./graph-writer.ts";
import type { GraphWriter } from "./graph-writer.ts";

/** What a small one-stage detector looks like. */
export interface DetectorShape {
  readonly seed: number;
  /** Side of the square image of three channels; divisible by 16. */
  readonly size: number;
  readonly classes?: number;
}

/**
 * Writes a detector in the manner of the YOLO family: a strided backbone, the coarse features enlarged and joined with the finer ones, and a head whose
 * float end decodes centres and sizes of one box per cell and scores of its classes. Weights are random.
 */
export function detector({ seed, size, classes = 4 }: DetectorShape): Uint8Array {
  const graph = createGraph();
  const write = createBlocks(graph, createRandom(seed));
  const block = (from: Flow, channels: number, stride = 1, kernel = 3) =>
    write.then("Relu", write.normalised(from, { channels, stride, kernel }));
  const stem = block({ name: "image", channels: 3 }, 16, 2);
  const fine = block(block(stem, 24, 2), 32, 2);
  const coarse = block(fine, 48, 2);
  const enlarged = enlarge(graph, block(coarse, 32, 1, 1));
  const joined = block(write.concat([enlarged, fine]), 32);
  const side = size / 8;
  const raw = write.conv(joined, { channels: 4 + classes, kernel: 1 });
  return decode(graph, raw, { size, side, classes });
}

function enlarge(graph: GraphWriter, { name, channels }: Flow): Flow {
  const inputs = [name, "", graph.floats("resize.scales", [4], [1, 1, 2, 2])];
  const how = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
  return { name: graph.node("Resize", inputs, how), channels };
}

interface Cells {
  readonly size: number;
  readonly side: number;
  readonly classes: number;
}

/** Centre = (2 σ − 0.5 + cell) · pixels per cell, size = (2 σ)² · anchor: the decoding of YOLOv5. */
function decode(graph: GraphWriter, { name, channels }: Flow, { size, side, classes }: Cells): Uint8Array {
  const cells = side * side;
  const flat = graph.node("Reshape", [name, graph.ints("cells.shape", [0, channels, cells])]);
  const rows = graph.node("Sigmoid", [graph.node("Transpose", [flat], { perm: [0n, 2n, 1n] })]);
  const part = (label: string, from: number, to: number) => {
    const range = [
      graph.ints(`${label}.from`, [from]),
      graph.ints(`${label}.to`, [to]),
      graph.ints(`${label}.axis`, [2]),
    ];
    return graph.node("Slice", [rows, ...range]);
  };
  const two = graph.floats("two", [], [2]);
  const twice = (value: string) => graph.node("Mul", [value, two]);
  const corners = Array.from(
    { length: cells * 2 },
    (_, at) => (at % 2 === 0 ? (at / 2) % side : Math.floor(at / 2 / side)) - 0.5,
  );
  const shifted = graph.node("Add", [twice(part("centre", 0, 2)), graph.floats("corners", [1, cells, 2], corners)]);
  const centre = graph.node("Mul", [shifted, graph.floats("pixels", [], [size / side])]);
  const doubled = twice(part("extent", 2, 4));
  const extent = graph.node("Mul", [
    graph.node("Mul", [doubled, doubled]),
    graph.floats("anchor", [2], [size / 4, size / 3]),
  ]);
  return graph.finish({
    name: "detector",
    inputs: [{ name: "image", shape: ["batch", 3, size, size] }],
    outputs: [
      { name: "boxes", shape: ["batch", cells, 4], from: graph.node("Concat", [centre, extent], { axis: 2n }) },
      { name: "scores", shape: ["batch", cells, classes], from: part("scores", 4, 4 + classes) },
    ],
  });
}
