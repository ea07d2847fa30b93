import { encodeModel, makeFloats, makeGraph, makeModel, makeNode, makeValue } from "../../../sdk/src/onnx/index.ts";
import type { Classifier } from "./classifier.ts";
import { SIDE } from "./render.ts";

/** Writes the network as an ONNX file; every operator has an exact integer form (docs/EXACT.md). */
export function exportOnnx({ parameters }: Classifier): Uint8Array {
  const pool = { kernel_shape: [2n, 2n], strides: [2n, 2n] };
  const nodes = [
    makeNode("Conv", ["image", "conv1.weight", "conv1.bias"], ["c1"], {
      kernel_shape: [5n, 5n],
      pads: [2n, 2n, 2n, 2n],
    }),
    makeNode("Relu", ["c1"], ["r1"]),
    makeNode("MaxPool", ["r1"], ["p1"], pool),
    makeNode("Conv", ["p1", "conv2.weight", "conv2.bias"], ["c2"], { kernel_shape: [3n, 3n], pads: [1n, 1n, 1n, 1n] }),
    makeNode("Relu", ["c2"], ["r2"]),
    makeNode("MaxPool", ["r2"], ["p2"], pool),
    makeNode("Flatten", ["p2"], ["flat"], { axis: 1n }),
    makeNode("Gemm", ["flat", "dense1.weight", "dense1.bias"], ["d1"], { transB: 1n }),
    makeNode("Relu", ["d1"], ["r3"]),
    makeNode("Gemm", ["r3", "dense2.weight", "dense2.bias"], ["logits"], { transB: 1n }),
  ];
  const initializers = parameters.map(({ name, shape, value }) => makeFloats(name, shape, value));
  const input = makeValue("image", "float32", ["batch", 1, SIDE, SIDE]);
  const output = makeValue("logits", "float32", ["batch", 10]);
  return encodeModel(makeModel(makeGraph(nodes, [input], [output], initializers, "digits"), { opset: 17 }));
}
