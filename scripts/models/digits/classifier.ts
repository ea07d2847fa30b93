import { convolution } from "./convolution.ts";
import { dense, maxPool, relu } from "./network.ts";
import type { Layer, Parameter } from "./network.ts";
import type { Random } from "../../../sdk/src/exact/random.ts";
import { SIDE } from "./render.ts";

/** A network with its layers in order; it takes brightness from 0 to 1 and gives ten logits. */
export interface Classifier {
  readonly layers: readonly Layer[];
  readonly parameters: readonly Parameter[];
}

/** Makes the digits network with random weights: two convolutions with pooling, two dense layers. */
export function createClassifier(random: Random): Classifier {
  const layers = [
    convolution({ name: "conv1", inputs: 1, outputs: 8, size: SIDE, kernel: 5 }, random),
    relu(),
    maxPool(8, SIDE),
    convolution({ name: "conv2", inputs: 8, outputs: 16, size: SIDE / 2, kernel: 3 }, random),
    relu(),
    maxPool(16, SIDE / 2),
    dense("dense1", (16 * SIDE * SIDE) / 16, 48, random),
    relu(),
    dense("dense2", 48, 10, random),
  ];
  return { layers, parameters: layers.flatMap((layer) => layer.parameters) };
}

/** Logits of an image given as bytes. */
export function predict(classifier: Classifier, image: Uint8Array): Float32Array {
  const pixels = Float32Array.from(image, (byte) => byte / 255);
  return classifier.layers.reduce<Float32Array>((values, layer) => layer.forward(values), pixels);
}

/** Adds the gradient of one sample to the parameters and returns its cross-entropy in nats. */
export function learn(classifier: Classifier, image: Uint8Array, digit: number): number {
  const logits = predict(classifier, image);
  const most = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const slope = Float32Array.from(powers, (power, index) => power / total - (index === digit ? 1 : 0));
  classifier.layers.reduceRight<Float32Array>((gradient, layer) => layer.backward(gradient), slope);
  return Math.log(total) + most - (logits[digit] ?? 0);
}

/** Index of the largest logit. */
export function digitOf(logits: ArrayLike<number>): number {
  const values = Array.from(logits);
  return values.indexOf(Math.max(...values));
}
