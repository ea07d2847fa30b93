import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { exactModelId } from "@glia/sdk/exact";
import { encode } from "fast-png";

import { createRandom } from "../../sdk/src/exact/random.ts";
import { createClassifier } from "./digits/classifier.ts";
import { brightness, drawSamples, HELD_OUT, TRAINING } from "./digits/dataset.ts";
import { exportOnnx } from "./digits/export-onnx.ts";
import { loadWeights } from "./digits/load-weights.ts";
import { modelCard } from "./digits/model-card.ts";
import type { Layer } from "./digits/network.ts";
import { SIDE } from "./digits/render.ts";
import { train } from "./digits/train.ts";
import { measureAgreement } from "./exact/agreement.ts";
import { openPair, quantiseNetwork } from "./exact/pair.ts";

/*
 * Makes the digits model and writes examples/digits in two steps: trains the float network (digits-float.onnx), then makes the exact model of it (digits.onnx),
 * sample images of the held-out set, their labels and the model card. `node scripts/models/train-digits.ts [folder] [--quantise-only]`; with that
 * option the float network that lies there is taken as it is. The same seed gives the same bytes.
 */
const SEED = 1;
const STEPS = 1600;
const BATCH = 40;
const TESTS = 2000;
const SAMPLES = 80;
const CALIBRATION = 500;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { "quantise-only": { type: "boolean", default: false } },
});
const folder = resolve(positionals[0] ?? join(import.meta.dirname, "../../examples/digits"));
const floatPath = join(folder, "digits-float.onnx");
const started = performance.now();
const seconds = () => Math.round((performance.now() - started) / 1000);

async function floatNetwork(): Promise<Layer> {
  if (flags["quantise-only"]) {
    const classifier = createClassifier("lenet", createRandom(SEED));
    loadWeights(classifier, await readFile(floatPath));
    return classifier;
  }
  const onProgress = (step: number, loss: number) => {
    if (step % 50 === 0) console.log(`step ${step}/${STEPS}  loss ${loss.toFixed(3)}  ${seconds()} s`);
  };
  return train({ network: "lenet", seed: SEED, steps: STEPS, batch: BATCH, onProgress });
}

const classifier = await floatNetwork();
const like = drawSamples(TRAINING, TESTS, createRandom(SEED + 1));
const heldOut = drawSamples(HELD_OUT, TESTS, createRandom(SEED + 2));
const floatFile = exportOnnx(classifier);

const calibration = drawSamples(TRAINING, CALIBRATION, createRandom(SEED + 3)).map(brightness);
const network = { name: "digits", file: floatFile, dims: [1, 1, SIDE, SIDE], calibration };
const exactFile = await quantiseNetwork(network);
const pair = await openPair(network, exactFile);
const agreementOn = (samples: typeof like) =>
  measureAgreement(pair, { tests: samples.map(brightness), truth: samples.map(({ digit }) => digit) });
const [onLike, onHeldOut] = [await agreementOn(like), await agreementOn(heldOut)];
const onSamples = await agreementOn(heldOut.slice(0, SAMPLES));
const modelId = await exactModelId(pair.canonical.model);
await pair.release();

const samplesFolder = join(folder, "samples");
await rm(samplesFolder, { recursive: true, force: true });
await mkdir(samplesFolder, { recursive: true });
const labels: Record<string, number> = {};
for (const [index, { image, digit }] of heldOut.slice(0, SAMPLES).entries()) {
  const file = `${String(index).padStart(2, "0")}.png`;
  labels[file] = digit;
  await writeFile(join(samplesFolder, file), encode({ width: SIDE, height: SIDE, data: image, channels: 1, depth: 8 }));
}
await writeFile(join(folder, "labels.json"), `${JSON.stringify(labels, null, 2)}\n`);
await writeFile(floatPath, floatFile);
await writeFile(join(folder, "digits.onnx"), exactFile);
const parameters = classifier.parameters.reduce((count, { value }) => count + value.length, 0);
await writeFile(
  join(folder, "MODEL_CARD.md"),
  modelCard({
    seed: SEED,
    images: STEPS * BATCH,
    calibration: CALIBRATION,
    tests: TESTS,
    samples: SAMPLES,
    parameters,
    bytes: { float: floatFile.length, exact: exactFile.length },
    like: onLike,
    heldOut: onHeldOut,
    onSamples,
    modelId,
  }),
);
const accuracies = (onHeldOut.accuracy ?? []).map((percent) => `${percent.toFixed(2)} %`);
console.log(`held-out images: float ${accuracies[0]}, exact ${accuracies[1]} right; ${modelId}; ${seconds()} s`);
