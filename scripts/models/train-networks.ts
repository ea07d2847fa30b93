import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createRandom } from "../../sdk/src/exact/random.ts";
import { drawSamples, HELD_OUT, TRAINING } from "./digits/dataset.ts";
import { exportOnnx } from "./digits/export-onnx.ts";
import { accuracy, train } from "./digits/train.ts";

/*
 * Trains the networks that read digits beside the digits model (which train-digits.ts makes) and writes them to scripts/models/trained:
 * `node scripts/models/train-networks.ts [mlp] [residual] [depthwise]`; the same seed gives the same bytes. Some minutes on one core.
 */
const SEED = 1;
const TESTS = 1000;
const PLANS = {
  mlp: { steps: 3000, batch: 40 },
  residual: { steps: 700, batch: 32 },
  depthwise: { steps: 1000, batch: 32 },
} as const;

const folder = join(import.meta.dirname, "trained");
await mkdir(folder, { recursive: true });
const chosen = process.argv.slice(2);
for (const network of Object.keys(PLANS) as (keyof typeof PLANS)[]) {
  if (chosen.length > 0 && !chosen.includes(network)) continue;
  const plan = PLANS[network];
  const onProgress = (step: number, loss: number) => {
    if (step % 50 === 0) console.log(`${network}: step ${step}/${plan.steps}  loss ${loss.toFixed(3)}`);
  };
  const classifier = train({ network, seed: SEED, ...plan, onProgress });
  const shares = [TRAINING, HELD_OUT].map((source, index) =>
    accuracy(classifier, drawSamples(source, TESTS, createRandom(SEED + 1 + index))),
  );
  const file = exportOnnx(classifier, network);
  await writeFile(join(folder, `${network}.onnx`), file);
  const [like = 0, apart = 0] = shares.map((share) => `${(100 * share).toFixed(1)} %`);
  console.log(`${network}: ${file.length} bytes; ${like} on images like the training's, ${apart} on held-out ones`);
}
