import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { decode } from "fast-png";

import { createRandom } from "../../sdk/src/exact/random.ts";
import { createClassifier, digitOf, predict } from "./digits/classifier.ts";
import { loadWeights } from "./digits/load-weights.ts";
import { openPair } from "./exact/pair.ts";

/*
 * Reads the digits model's sample images with the float network in ONNX Runtime, with the trainer's own arithmetic and with the exact model.
 * `node scripts/models/check-digits.ts [folder]`; fails if a logit of the first two differs by more than 0.001 or a prediction at all, or if the exact
 * model, whose self-test must pass, reads more than one sample otherwise.
 */
const folder = resolve(process.argv[2] ?? join(import.meta.dirname, "../../examples/digits"));
const floatFile = new Uint8Array(await readFile(join(folder, "digits-float.onnx")));
const exactFile = new Uint8Array(await readFile(join(folder, "digits.onnx")));
const labels = JSON.parse(await readFile(join(folder, "labels.json"), "utf8")) as Record<string, number>;

const classifier = createClassifier("lenet", createRandom(0));
loadWeights(classifier, floatFile);
const pair = await openPair({ name: "digits", file: floatFile, dims: [1, 1, 28, 28], calibration: [] }, exactFile);
const right = { float: 0, exact: 0 };
let furthest = 0;
let apart = 0;
for (const [name, digit] of Object.entries(labels)) {
  const image = Uint8Array.from(decode(await readFile(join(folder, "samples", name))).data);
  const pixels = Float32Array.from(image, (byte) => byte / 255);
  const [theirs = new Float32Array()] = await pair.float(pixels);
  const [exact = new Float32Array()] = pair.tail(await pair.runner.run(pair.head(pixels)));
  const ours = predict(classifier, image);
  furthest = Math.max(furthest, ...ours.map((logit, index) => Math.abs(logit - (theirs[index] ?? NaN))));
  if (digitOf(ours) !== digitOf(theirs)) throw new Error(`${name}: ONNX Runtime and the trainer read different digits`);
  if (digitOf(exact) !== digitOf(theirs)) apart++;
  if (digitOf(theirs) === digit) right.float++;
  if (digitOf(exact) === digit) right.exact++;
}
await pair.release();
if (!(furthest < 0.001)) throw new Error(`logits differ by ${furthest}`);
if (apart > 1) throw new Error(`the exact model reads ${apart} samples otherwise than the float network`);
console.log(
  `of ${Object.keys(labels).length} samples the float network reads ${right.float} right, the exact model ${right.exact}; ` +
    `logits of the float one differ from the trainer's by at most ${furthest.toExponential(1)}`,
);
