import assert from "node:assert/strict";

import { fuzz } from "./fuzz.ts";
import { FUZZ_SEEDS } from "./fuzz-seeds.ts";

/** Without a wish as many as take a quarter of a minute; a million take six minutes. */
const CASES = Number(process.env["GLIA_FUZZ_MODELS"] ?? 20_000);

describe("hostile ONNX files", () => {
  it(`${CASES} damaged models: a named error or an exact model, never a wrong id`, async function () {
    // A case that hangs is caught by whoever runs the tests; a million good ones must not be.
    this.timeout(0);
    const { refused, same, other } = await fuzz(FUZZ_SEEDS, CASES, 1);
    const refusals = [...refused.values()].reduce((sum, count) => sum + count, 0);
    assert.equal(refusals + same + other, CASES);
    // What is always refused at once, or never, tests nothing.
    assert.ok(refused.size >= 20, `only ${refused.size} kinds of refusal: ${[...refused.keys()].join(", ")}`);
    assert.ok(other > CASES / 100 && same > CASES / 100, `${other} other models, ${same} of a seed's id`);
  });
});
