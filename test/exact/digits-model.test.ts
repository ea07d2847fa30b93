import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { exactModelId, runLaw } from "@glia/sdk/exact";
import { decode } from "fast-png";

import { createRandom } from "../../sdk/src/exact/random.ts";
import { digitOf } from "../../scripts/models/digits/classifier.ts";
import { brightness, drawSamples, TRAINING } from "../../scripts/models/digits/dataset.ts";
import { openPair, quantiseNetwork } from "../../scripts/models/exact/pair.ts";
import type { Pair } from "../../scripts/models/exact/pair.ts";

const FOLDER = join(import.meta.dirname, "../../examples/digits");
const read = async (name: string) => new Uint8Array(await readFile(join(FOLDER, name)));
const network = async () => ({
  name: "digits",
  file: await read("digits-float.onnx"),
  dims: [1, 1, 28, 28],
  calibration: drawSamples(TRAINING, 20, createRandom(1)).map(brightness),
});

describe("the digits model", () => {
  let pair: Pair;
  before(async () => {
    pair = await openPair(await network(), await read("digits.onnx"));
  });
  after(() => pair.release());

  it("is exact: every node passes the self-test, and all bytes of a trace are the law's", async () => {
    assert.deepEqual(pair.runner.report.byLaw, []);
    const [sample] = drawSamples(TRAINING, 1, createRandom(2));
    assert.ok(sample !== undefined);
    const inputs = pair.head(brightness(sample));
    const bytes = (tensors: readonly Uint8Array[]) => tensors.map((tensor) => Buffer.from(tensor).toString("hex"));
    assert.deepEqual(bytes(await pair.runner.trace(inputs)), bytes(runLaw(pair.canonical.model, inputs)));
  });

  it("has the id that its card names", async () => {
    const card = await readFile(join(FOLDER, "MODEL_CARD.md"), "utf8");
    assert.ok(card.includes(await exactModelId(pair.canonical.model)));
  });

  it("reads the samples as the float network from which it was made", async () => {
    const labels = JSON.parse(await readFile(join(FOLDER, "labels.json"), "utf8")) as Record<string, number>;
    let [same, right] = [0, 0];
    for (const [name, digit] of Object.entries(labels)) {
      const pixels = Float32Array.from(decode(await read(join("samples", name))).data, (byte) => byte / 255);
      const [float = []] = await pair.float(pixels);
      const [exact = []] = pair.tail(await pair.runner.run(pair.head(pixels)));
      if (digitOf(exact) === digitOf(float)) same++;
      if (digitOf(exact) === digit) right++;
    }
    assert.ok(same >= 78, `${same} of 80 the same`);
    assert.ok(right >= 72, `${right} of 80 right`);
  });

  it("is quantised to the same bytes every time", async () => {
    assert.deepEqual(await quantiseNetwork(await network()), await quantiseNetwork(await network()));
  });
});
