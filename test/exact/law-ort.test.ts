import assert from "node:assert/strict";
import { createRandom } from "../../sdk/src/exact/random.ts";
import type { Random } from "../../sdk/src/exact/random.ts";
import { drawAddMul, drawArgMax, drawContract, drawMaxPool, drawSelect, drawTable, drawView } from "./law-cases.ts";
import type { Case, Layout, Numbers, WeightForm } from "./law-cases.ts";
import { compareNode } from "./law-compare.ts";

let compared = 0;

/** Compares `count` drawn nodes, by turns with one thread and with two. */
async function compare(seed: number, count: number, draw: (random: Random) => Case): Promise<void> {
  const random = createRandom(seed);
  for (let k = 0; k < count; k++) {
    const drawn = draw(random);
    const tally = await compareNode(drawn, random, 1 + (k % 2));
    compared += tally.compared;
    const { weights: _w, ...shown } = { weights: 0, ...drawn.node };
    if (tally.different > 0)
      assert.fail(`${tally.different} of ${tally.compared} differ: ${JSON.stringify([shown, drawn.shapes])}`);
  }
}

describe("ONNX Runtime on the canonical graph, against the law", () => {
  const layouts: Layout[] = ["matrix", "image", "pointwise", "depthwise", "grouped"];
  const forms: WeightForm[] = ["i8", "u8"];
  const numbers: Numbers[] = ["spread", "ties", "bounds"];
  for (const [k, layout] of layouts.entries())
    for (const form of forms)
      it(`Contract, ${layout}, weights ${form}: spread, exact ties, accumulators at the bounds`, async () => {
        await compare(100 + k, 120, (random) => drawContract(random, layout, form, random.pick(numbers)));
      });
  for (const form of forms)
    it(`Contract of up to 20,000 products, weights ${form}`, async () => {
      await compare(200, 24, (random) =>
        drawContract(random, "matrix", form, random.pick(numbers), random.pick([4097, 20_000])),
      );
    });
  it("AddMul: all pairs of bytes, repeated sizes", async () => {
    await compare(300, 50, (random) => drawAddMul(random, random.pick(["add", "mul"])));
  });
  it("Table: random ones and clamps", async () => {
    await compare(400, 60, drawTable);
  });
  it("MaxPool: windows, strides, dilations, padding", async () => {
    await compare(500, 60, drawMaxPool);
  });
  it("ArgMax: first and last of equals", async () => {
    await compare(600, 60, drawArgMax);
  });
  it("Move: views with negative strides, repeats, overlaps; selects with several inputs and the constant", async () => {
    await compare(700, 150, drawView);
    await compare(800, 80, drawSelect);
  });
  it("has been the same in at least 10^7 outputs", () => {
    assert.ok(compared >= 1e7, `only ${compared} were compared`);
  });
});
