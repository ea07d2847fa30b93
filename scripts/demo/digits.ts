import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { batchHeaderOf, decodeModel, readSignature, toItems, writeBatchFile } from "@glia/sdk";
import type { InputFile, ModelSignature } from "@glia/sdk";
import { encode } from "fast-png";

import { drawSamples, HELD_OUT } from "../models/digits/dataset.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { SIDE } from "../models/digits/render.ts";

const FOLDER = join(import.meta.dirname, "../../examples/digits");
/** Differs from the seeds that training and the model card use. */
const SEED = 2026;

/** Pictures of digits, and which digits they are. */
export interface Pictures {
  readonly files: readonly InputFile[];
  readonly truth: readonly number[];
}

/** The model that the project trained, with its signature. */
export async function readModel(): Promise<{ readonly bytes: Uint8Array; readonly signature: ModelSignature }> {
  const bytes = await readFile(join(FOLDER, "digits.onnx"));
  return { bytes, signature: readSignature(decodeModel(bytes)) };
}

/** The sample pictures beside the model. */
export async function readSamples(): Promise<Pictures> {
  const labels = JSON.parse(await readFile(join(FOLDER, "labels.json"), "utf8")) as Record<string, number>;
  const names = (await readdir(join(FOLDER, "samples"))).sort();
  const files = await Promise.all(
    names.map(async (name) => ({ name, bytes: await readFile(join(FOLDER, "samples", name)) })),
  );
  return { files, truth: names.map((name) => labels[name] ?? -1) };
}

/** Draws `count` pictures that nobody has seen before. */
export function drawPictures(count: number): Pictures {
  const samples = drawSamples(HELD_OUT, count, createRandom(SEED));
  const files = samples.map(({ image }, index) => ({
    name: `${index}.png`,
    bytes: encode({ width: SIDE, height: SIDE, data: image, channels: 1, depth: 8 }),
  }));
  return { files, truth: samples.map(({ digit }) => digit) };
}

/** The batch file of some pictures. */
export function batchOf(pictures: Pictures, signature: ModelSignature): AsyncGenerator<Uint8Array> {
  const items = toItems(pictures.files, signature);
  const [first] = items;
  if (first === undefined) throw new Error("There are no pictures.");
  return writeBatchFile(batchHeaderOf(first, items.length), items);
}
