import { createGraph } from "../architectures/graph-writer.ts";
import type { Layer } from "./network.ts";
import { SIDE } from "./render.ts";

/** Writes a network as an ONNX file of float32; every operator has an exact integer form (docs/EXACT.md). */
export function exportOnnx(classifier: Layer, name = "digits"): Uint8Array {
  const graph = createGraph();
  const from = classifier.write(graph, "image");
  return graph.finish({
    name,
    inputs: [{ name: "image", shape: ["batch", 1, SIDE, SIDE] }],
    outputs: [{ name: "logits", shape: ["batch", 10], from }],
  });
}
