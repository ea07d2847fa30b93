import { readFile } from "node:fs/promises";

import { createRandom } from "../../sdk/src/exact/random.ts";
import { drawSamples, HELD_OUT, TRAINING } from "../models/digits/dataset.ts";
import { measureAgreement } from "../models/exact/agreement.ts";
import type { Agreement } from "../models/exact/agreement.ts";
import { openPair, quantiseNetwork } from "../models/exact/pair.ts";

/**
 * How far the exact version of a network from outside, which reads digits on [1, 1, 28, 28] pixels of brightness 0 to 255, agrees with its float original on
 * seeded renders, half of them of each kind that our generator draws; it is calibrated on other renders.
 */
export async function measureOutside(path: string, renders: number, calibration: number): Promise<Agreement> {
  const draw = (count: number, seed: number) => {
    const random = createRandom(seed);
    return [TRAINING, HELD_OUT].flatMap((source) => drawSamples(source, Math.ceil(count / 2), random));
  };
  const pixels = (samples: ReturnType<typeof draw>) => samples.map(({ image }) => Float32Array.from(image));
  const file = new Uint8Array(await readFile(path));
  const network = {
    name: "outside",
    file,
    dims: [1, 1, 28, 28],
    calibration: pixels(draw(calibration, 21)),
    tests: [],
  };
  const samples = draw(renders, 22);
  const pair = await openPair(network, await quantiseNetwork(network));
  try {
    return await measureAgreement(pair, { tests: pixels(samples), truth: samples.map(({ digit }) => digit) });
  } finally {
    await pair.release();
  }
}
