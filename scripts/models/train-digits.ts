import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { encode } from "fast-png";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { drawSamples, HELD_OUT, TRAINING } from "./digits/dataset.ts";
import { exportOnnx } from "./digits/export-onnx.ts";
import { modelCard } from "./digits/model-card.ts";
import { SIDE } from "./digits/render.ts";
import { accuracy, train } from "./digits/train.ts";

/*
 * Trains the digits model and writes examples/digits: the model, sample images of the held-out set, their labels and the model card.
 * `node scripts/models/train-digits.ts [folder]`; the same seed gives the same bytes.
 */
const SEED = 1;
const STEPS = 1600;
const BATCH = 40;
const TESTS = 2000;
const SAMPLES = 80;

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, "../../examples/digits"));
const started = performance.now();
const seconds = () => Math.round((performance.now() - started) / 1000);

const classifier = train({
  seed: SEED,
  steps: STEPS,
  batch: BATCH,
  onProgress: (step, loss) => {
    if (step % 50 === 0) console.log(`step ${step}/${STEPS}  loss ${loss.toFixed(3)}  ${seconds()} s`);
  },
});
const like = accuracy(classifier, drawSamples(TRAINING, TESTS, createRandom(SEED + 1)));
const heldOut = drawSamples(HELD_OUT, TESTS, createRandom(SEED + 2));
const apart = accuracy(classifier, heldOut);
console.log(
  `accuracy: ${(100 * like).toFixed(1)} % on new images like the training's, ${(100 * apart).toFixed(1)} % on held-out ones`,
);

const model = exportOnnx(classifier);
const samples = heldOut.slice(0, SAMPLES);
const samplesFolder = join(folder, "samples");
await rm(samplesFolder, { recursive: true, force: true });
await mkdir(samplesFolder, { recursive: true });
const labels: Record<string, number> = {};
for (const [index, { image, digit }] of samples.entries()) {
  const file = `${String(index).padStart(2, "0")}.png`;
  labels[file] = digit;
  await writeFile(join(samplesFolder, file), encode({ width: SIDE, height: SIDE, data: image, channels: 1, depth: 8 }));
}
await writeFile(join(folder, "labels.json"), `${JSON.stringify(labels, null, 2)}\n`);
await writeFile(join(folder, "digits.onnx"), model);
const parameters = classifier.parameters.reduce((count, { value }) => count + value.length, 0);
const facts = { seed: SEED, images: STEPS * BATCH, tests: TESTS, samples: SAMPLES, parameters, bytes: model.length };
const right = Math.round(accuracy(classifier, samples) * SAMPLES);
await writeFile(
  join(folder, "MODEL_CARD.md"),
  modelCard({ ...facts, trainLike: like, heldOut: apart, samplesRight: right }),
);
console.log(
  `${folder}: ${model.length} bytes of model, ${parameters} parameters; ${right} of ${SAMPLES} samples right; ${seconds()} s`,
);
