import assert from "node:assert/strict";
import { drawSamples, HELD_OUT, TRAINING } from "./dataset.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";
import { SIDE } from "./render.ts";

describe("the digits data set", () => {
  it("is the same for the same seed and another for another", () => {
    assert.deepEqual(drawSamples(HELD_OUT, 20, createRandom(5)), drawSamples(HELD_OUT, 20, createRandom(5)));
    assert.notDeepEqual(drawSamples(HELD_OUT, 20, createRandom(5)), drawSamples(HELD_OUT, 20, createRandom(6)));
  });

  it("takes the digits in turn and draws something on each image", () => {
    for (const source of [TRAINING, HELD_OUT]) {
      drawSamples(source, 40, createRandom(1)).forEach(({ image, digit }, index) => {
        assert.equal(digit, index % 10);
        assert.equal(image.length, SIDE * SIDE);
        const sorted = image.toSorted();
        assert.ok((sorted.at(-20) ?? 0) - (sorted[SIDE * 14] ?? 0) > 50, "strokes stand out from the ground");
      });
    }
  });

  it("holds out shapes, turns and kinds of distortion that training never shows", () => {
    const known = new Set(TRAINING.shapes.flat().map((glyph) => JSON.stringify(glyph)));
    assert.ok(HELD_OUT.shapes.flat().every((glyph) => !known.has(JSON.stringify(glyph))));
    assert.ok(HELD_OUT.bending.rotation[0] >= TRAINING.bending.rotation[1]);
    assert.ok(HELD_OUT.drawing.pen[0] >= TRAINING.drawing.pen[1]);
    const { wave, perspective } = TRAINING.bending;
    const { slope, specks, scratches } = TRAINING.drawing;
    assert.deepEqual([wave, perspective, slope, specks, scratches], [0, 0, 0, 0, 0]);
  });
});
