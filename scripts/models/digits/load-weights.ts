import { decodeModel } from "../../../sdk/src/onnx/index.ts";
import type { Layer } from "./network.ts";

/** Puts the weights of a file that export-onnx.ts wrote into a network of the same shape. */
export function loadWeights(classifier: Layer, file: Uint8Array): void {
  for (const { name, dims, rawData } of decodeModel(file).graph?.initializer ?? []) {
    const parameter = classifier.parameters.find((candidate) => candidate.name === name);
    if (parameter === undefined || rawData === undefined)
      throw new Error(`unexpected weights ${name} ${dims.join("×")}`);
    parameter.value.set(new Float32Array(rawData.slice().buffer));
  }
}
