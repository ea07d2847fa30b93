import assert from "node:assert/strict";
import { createAdam } from "./adam.ts";
import { createClassifier, learn, predict } from "./classifier.ts";
import { convolution } from "./convolution.ts";
import { drawSamples, TRAINING } from "./dataset.ts";
import { globalAverage, residual } from "./composite.ts";
import { dense, maxPool, relu } from "./network.ts";
import type { Layer } from "./network.ts";
import { normalisation } from "./normalisation.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";

const random = createRandom(7);
const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

/** Compares the slopes that a layer computes with those seen by moving each number a little. */
function checkGradient(layer: Layer, inputs: number): void {
  const input = normals(inputs);
  const weights = normals(layer.forward(input).length);
  const slopes = layer.backward(weights);
  const pairs: [Float32Array, Float32Array][] = [[input, slopes]];
  for (const { value, gradient } of layer.parameters) pairs.push([value, gradient]);
  for (const [numbers, computed] of pairs) {
    for (let at = 0; at < numbers.length; at++) {
      const before = numbers[at] ?? 0;
      numbers[at] = before + 0.005;
      const above = dot(layer.forward(input), weights);
      numbers[at] = before - 0.005;
      const below = dot(layer.forward(input), weights);
      numbers[at] = before;
      const seen = (above - below) / 0.01;
      assert.ok(Math.abs(seen - (computed[at] ?? NaN)) < 0.005, `slope ${computed[at]} instead of ${seen} at ${at}`);
    }
  }
}

describe("the layers of the digits network", () => {
  it("compute the slopes that finite differences show", () => {
    checkGradient(dense("d", 5, 4, random), 5);
    checkGradient(relu(), 20);
    checkGradient(maxPool(2, 4), 32);
    checkGradient(convolution({ name: "c", inputs: 2, outputs: 3, size: 6, kernel: 3 }, random), 72);
    checkGradient(convolution({ name: "c", inputs: 1, outputs: 2, size: 6, kernel: 5 }, random), 36);
    checkGradient(convolution({ name: "c", inputs: 2, outputs: 4, size: 6, kernel: 3, stride: 2 }, random), 72);
    checkGradient(
      convolution({ name: "c", inputs: 4, outputs: 4, size: 5, kernel: 3, stride: 2, groups: 4 }, random),
      100,
    );
    checkGradient(normalisation("n", 3, 4), 12);
    checkGradient(globalAverage(3, 4), 12);
    checkGradient(residual(dense("d", 5, 5, random)), 5);
  });

  it("convolve as defined, with zeros around the image", () => {
    const layer = convolution({ name: "c", inputs: 1, outputs: 1, size: 2, kernel: 3 }, random);
    layer.parameters[0]?.value.set([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    layer.parameters[1]?.value.set([100]);
    assert.deepEqual([...layer.forward(new Float32Array([1, 2, 3, 4]))], [177, 167, 147, 137]);
  });

  it("learn a few images by heart", () => {
    const classifier = createClassifier("lenet", createRandom(1));
    const adam = createAdam(classifier.parameters);
    const samples = drawSamples(TRAINING, 10, createRandom(2));
    const step = () => {
      const loss = samples.reduce((sum, { image, digit }) => sum + learn(classifier, image, digit), 0);
      adam(0.003, samples.length);
      return loss / samples.length;
    };
    const first = step();
    for (let round = 0; round < 40; round++) step();
    assert.ok(step() < first / 10);
    assert.equal(predict(classifier, samples[0]?.image ?? new Uint8Array()).length, 10);
  });
});
