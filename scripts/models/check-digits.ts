import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { decode } from "fast-png";

import { createClassifier, digitOf, predict } from "./digits/classifier.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { decodeModel } from "../../sdk/src/onnx/index.ts";

/*
 * Reads the digits model's sample images with ONNX Runtime and with the trainer's own arithmetic, and compares the two.
 * `node scripts/models/check-digits.ts [folder]`; fails if a logit differs by more than 0.001 or a prediction at all.
 */
process.env["ORT_DISABLE_TELEMETRY"] = "1";
const { InferenceSession, Tensor } = await import("onnxruntime-node");

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, "../../examples/digits"));
const file = await readFile(join(folder, "digits.onnx"));
const labels = JSON.parse(await readFile(join(folder, "labels.json"), "utf8")) as Record<string, number>;

const classifier = createClassifier(createRandom(0));
for (const { name, dims, rawData } of decodeModel(file).graph?.initializer ?? []) {
  const parameter = classifier.parameters.find((candidate) => candidate.name === name);
  if (parameter === undefined || rawData === undefined) throw new Error(`unexpected weights ${name} ${dims.join("×")}`);
  parameter.value.set(new Float32Array(rawData.slice().buffer));
}

const session = await InferenceSession.create(file, { executionProviders: ["cpu"] });
let right = 0;
let furthest = 0;
for (const [name, digit] of Object.entries(labels)) {
  const { data, width, height } = decode(await readFile(join(folder, "samples", name)));
  const image = Uint8Array.from(data);
  const pixels = Float32Array.from(image, (byte) => byte / 255);
  const { logits } = await session.run({ image: new Tensor("float32", pixels, [1, 1, height, width]) });
  const theirs = logits?.data as Float32Array;
  const ours = predict(classifier, image);
  furthest = Math.max(furthest, ...ours.map((logit, index) => Math.abs(logit - (theirs[index] ?? NaN))));
  if (digitOf(ours) !== digitOf(theirs)) throw new Error(`${name}: ONNX Runtime and the trainer read different digits`);
  if (digitOf(theirs) === digit) right++;
}
if (!(furthest < 0.001)) throw new Error(`logits differ by ${furthest}`);
console.log(
  `${right} of ${Object.keys(labels).length} samples right; logits differ by at most ${furthest.toExponential(1)}`,
);
