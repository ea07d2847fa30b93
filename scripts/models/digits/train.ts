import { createAdam } from "./adam.ts";
import { createClassifier, digitOf, learn, predict } from "./classifier.ts";
import type { Classifier } from "./classifier.ts";
import { drawSamples, TRAINING } from "./dataset.ts";
import type { Sample } from "./dataset.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";

/** How the digits network is trained; equal settings give equal weights. */
export interface Training {
  readonly seed: number;
  /** Steps of the optimiser, each on a batch of images that are drawn anew. */
  readonly steps: number;
  readonly batch: number;
  readonly onProgress?: (step: number, loss: number) => void;
}

const RATE = 0.003;

/** Trains a network on images that each are shown once; the rate falls along half a cosine. */
export function train({ seed, steps, batch, onProgress }: Training): Classifier {
  const random = createRandom(seed);
  const classifier = createClassifier(random);
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
export function accuracy(classifier: Classifier, samples: readonly Sample[]): number {
  const right = samples.filter(({ image, digit }) => digitOf(predict(classifier, image)) === digit);
  return right.length / samples.length;
}
