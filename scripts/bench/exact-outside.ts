import { readFile } from "node:fs/promises";

import { decodeModel, GliaError, readSignature } from "@glia/sdk";

import { createRandom } from "../../sdk/src/exact/random.ts";
import { drawSamples, HELD_OUT, TRAINING } from "../models/digits/dataset.ts";
import { SIDE } from "../models/digits/render.ts";
import { measureAgreement } from "../models/exact/agreement.ts";
import type { Agreement } from "../models/exact/agreement.ts";
import { openPair, quantiseNetwork } from "../models/exact/pair.ts";

const DIMS = [1, 1, SIDE, SIDE];

/**
 * Reads a network from outside.
 * @throws GliaError `USAGE` if it cannot be read or does not take one float32 image [1, 1, 28, 28].
 */
export async function readOutside(path: string): Promise<Uint8Array> {
  let file;
  try {
    file = new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new GliaError("USAGE", `--mnist: ${path} cannot be read.`, { kind: "usage", cause });
  }
  const { inputs } = readSignature(decodeModel(file));
  const [input] = inputs;
  const fits =
    input?.shape.length === 4 && input.shape.every((size, axis) => typeof size !== "number" || size === DIMS[axis]);
  if (inputs.length === 1 && input?.dtype === "float32" && fits) return file;
  throw new GliaError("USAGE", `--mnist: ${path} must take one float32 tensor [${DIMS.join(", ")}].`, {
    kind: "usage",
  });
}

/**
 * How far the exact version of a network from outside, which reads digits of brightness 0 to 255, agrees with its float original on
 * seeded renders, half of them of each kind that our generator draws; it is calibrated on other renders.
 */
export async function measureOutside(file: Uint8Array, renders: number, calibration: number): Promise<Agreement> {
  const draw = (count: number, seed: number) => {
    const random = createRandom(seed);
    return [TRAINING, HELD_OUT].flatMap((source) => drawSamples(source, Math.ceil(count / 2), random));
  };
  const pixels = (samples: ReturnType<typeof draw>) => samples.map(({ image }) => Float32Array.from(image));
  const network = { name: "outside", file, dims: DIMS, calibration: pixels(draw(calibration, 21)) };
  const samples = draw(renders, 22);
  const pair = await openPair(network, await quantiseNetwork(network));
  try {
    return await measureAgreement(pair, { tests: pixels(samples), truth: samples.map(({ digit }) => digit) });
  } finally {
    await pair.release();
  }
}
