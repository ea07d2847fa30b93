import { createAdam } from "./adam.ts";
import { createClassifier, digitOf, learn, measure, predict } from "./classifier.ts";
import { drawSamples, TRAINING } from "./dataset.ts";
import type { Sample } from "./dataset.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";
import type { Layer } from "./network.ts";
import type { NetworkName } from "./networks.ts";

/** How a network is trained; equal settings give equal weights. */
export interface Training {
  readonly network: NetworkName;
  readonly seed: number;
  /** Steps of the optimiser, each on a batch of images that are drawn anew. */
  readonly steps: number;
  readonly batch: number;
  readonly onProgress?: (step: number, loss: number) => void;
}

const RATE = 0.003;
/** Images on which statistics are measured before training. */
const MEASURED = 100;

/** Trains a network on images that each are shown once; the rate falls along half a cosine. */
export function train({ network, seed, steps, batch, onProgress }: Training): Layer {
  const random = createRandom(seed);
  const classifier = createClassifier(network, random);
  if ((classifier.statistics ?? []).length > 0) {
    measure(classifier, drawSamples(TRAINING, MEASURED, random).map(({ image }) => image)); // prettier-ignore
  }
  const adam = createAdam(classifier.parameters);
  for (let step = 1; step <= steps; step++) {
    let loss = 0;
    for (const { image, digit } of drawSamples(TRAINING, batch, random)) loss += learn(classifier, image, digit);
    adam(RATE * (0.51 + 0.49 * Math.cos((Math.PI * step) / steps)), batch);
    onProgress?.(step, loss / batch);
  }
  return classifier;
}

/** Share of samples that the network reads right. */
export function accuracy(classifier: Layer, samples: readonly Sample[]): number {
  const right = samples.filter(({ image, digit }) => digitOf(predict(classifier, image)) === digit);
  return right.length / samples.length;
}
