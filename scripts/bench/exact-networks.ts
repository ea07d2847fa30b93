import { readFile } from "node:fs/promises";

import { createRandom } from "../../sdk/src/exact/random.ts";
import { detector } from "../models/architectures/detector.ts";
import { mobilenet } from "../models/architectures/mobilenet.ts";
import { resnet } from "../models/architectures/resnet.ts";
import { brightness, drawSamples, HELD_OUT, TRAINING } from "../models/digits/dataset.ts";
import type { Tests } from "../models/exact/agreement.ts";
import type { FloatNetwork } from "../models/exact/pair.ts";

/** A float network, and inputs to compare it with its exact version on. */
export interface Network extends FloatNetwork, Tests {}

/** How many inputs each network is calibrated and tested on. */
export interface Counts {
  readonly calibration: number;
  readonly digits: number;
  readonly images: number;
}

const DIGITS = { lenet: "../../examples/digits/digits-float.onnx" } as const;
const TRAINED = ["mlp", "lenet", "residual", "depthwise"] as const;
/** Channels of the residual network that speed and costs are measured on: ResNet-20 of double width; the narrow one has half of them. */
const WIDTHS = [32, 64, 128] as const;
const CALIBRATION_SEED = 11;
const TEST_SEED = 12;

/** The trained networks, on held-out digits that no training and no calibration saw. */
export async function trainedNetworks(counts: Counts): Promise<Network[]> {
  const calibration = drawSamples(TRAINING, counts.calibration, createRandom(CALIBRATION_SEED)).map(brightness);
  const samples = drawSamples(HELD_OUT, counts.digits, createRandom(TEST_SEED));
  const common = { dims: [1, 1, 28, 28], calibration, tests: samples.map(brightness) };
  const truth = samples.map(({ digit }) => digit);
  const path = (name: (typeof TRAINED)[number]) =>
    new URL(name === "lenet" ? DIGITS.lenet : `../models/trained/${name}.onnx`, import.meta.url);
  return Promise.all(
    TRAINED.map(async (name) => ({ name, file: new Uint8Array(await readFile(path(name))), truth, ...common })),
  );
}

/** The networks with random weights, on smooth coloured images. */
export function randomNetworks(size: number, counts: Counts): Network[] {
  const files = {
    resnet: resnet({ seed: 1, size, widths: WIDTHS }),
    "resnet-narrow": resnet({ seed: 1, size }),
    "mobilenet-relu6": mobilenet({ seed: 1, size, activation: "Relu6" }),
    "mobilenet-hardswish": mobilenet({ seed: 1, size, activation: "HardSwish" }),
    detector: detector({ seed: 1, size }),
  };
  return Object.entries(files).map(([name, file]) => ({ name, file, ...images(size, counts) }));
}

/** The residual network at another size. */
export function resnetOf(size: number, counts: Counts): Network {
  return { name: `resnet-${size}`, file: resnet({ seed: 1, size, widths: WIDTHS }), ...images(size, counts) };
}

function images(size: number, counts: Counts): Pick<Network, "dims" | "calibration" | "tests"> {
  const draw = (count: number, seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: count }, () => smoothImage(size, () => random.between(0, 1)));
  };
  return {
    dims: [1, 3, size, size],
    calibration: draw(counts.calibration, CALIBRATION_SEED),
    tests: draw(counts.images, TEST_SEED),
  };
}

/** Three channels, each the sum of some waves and a little noise, from 0 to 1. */
function smoothImage(size: number, unit: () => number): Float32Array {
  const image = new Float32Array(3 * size * size);
  for (let channel = 0; channel < 3; channel++) {
    const waves = Array.from({ length: 4 }, () => [8 * unit() - 4, 8 * unit() - 4, 2 * Math.PI * unit()] as const);
    for (let at = 0; at < size * size; at++) {
      const [x, y] = [(at % size) / size, Math.floor(at / size) / size];
      let light = 0.5 + 0.1 * (unit() - 0.5);
      for (const [across, down, start] of waves)
        light += 0.15 * Math.sin(2 * Math.PI * (across * x + down * y) + start);
      image[channel * size * size + at] = Math.min(1, Math.max(0, light));
    }
  }
  return image;
}
