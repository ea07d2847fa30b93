import type { Random } from "../../../sdk/src/exact/random.ts";
import type { Layer } from "./network.ts";
import { NETWORKS } from "./networks.ts";
import type { NetworkName } from "./networks.ts";

/** Makes a network with random weights; it takes brightness from 0 to 1 and gives ten logits. */
export function createClassifier(name: NetworkName, random: Random): Layer {
  return NETWORKS[name](random);
}

/** Logits of an image given as bytes. */
export function predict(classifier: Layer, image: Uint8Array): Float32Array {
  return classifier.forward(Float32Array.from(image, (byte) => byte / 255));
}

/** Adds the gradient of one sample to the parameters and returns its cross-entropy in nats. */
export function learn(classifier: Layer, image: Uint8Array, digit: number): number {
  const logits = predict(classifier, image);
  const most = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  classifier.backward(Float32Array.from(powers, (power, index) => power / total - (index === digit ? 1 : 0)));
  return Math.log(total) + most - (logits[digit] ?? 0);
}

/** Measures the statistics of each layer that has some on these images, one layer after the other since each changes what the next one sees. */
export function measure(classifier: Layer, images: readonly Uint8Array[]): void {
  for (const statistics of classifier.statistics ?? []) {
    statistics.begin();
    for (const image of images) predict(classifier, image);
    statistics.end();
  }
}

/** Index of the largest logit. */
export function digitOf(logits: ArrayLike<number>): number {
  const values = Array.from(logits);
  return values.indexOf(Math.max(...values));
}
