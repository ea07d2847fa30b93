import assert from "node:assert/strict";
import { lawNode } from "../../sdk/src/exact/law/index.ts";
import { sizeOf } from "../../sdk/src/exact/model.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { countDifferent } from "./law-compare.ts";
import type { Tally } from "./law-compare.ts";
import { drawStock, qdqFile, runStock, saturates, stockFile } from "./law-stock.ts";
import type { Stock, Types } from "./law-stock.ts";

/** Compares drawn operators, as files have them, with the law on the node that they are rewritten to. */
async function compare(
  seed: number,
  count: number,
  types: Types,
  { fileOf = stockFile, fused = false }: { fileOf?: (stock: Stock) => Uint8Array; fused?: boolean } = {},
): Promise<Tally> {
  const random = createRandom(seed);
  const tally = { compared: 0, different: 0 };
  for (let k = 0; k < count; k++) {
    const stock = drawStock(random, types, k % 2 === 0);
    const size = sizeOf(stock.from);
    const extreme = random.bytes(size).map((value) => (value & 1) * 255);
    const inputs = [random.bytes(size), extreme, new Uint8Array(size).fill(255), new Uint8Array(size)];
    const outputs = await runStock(stock, fileOf(stock), inputs, { threads: 1 + ((k >> 1) % 2), fused });
    for (const [at, input] of inputs.entries()) {
      const law = lawNode(stock.node, [stock.from], [input]);
      tally.compared += law.length;
      tally.different += countDifferent(law, outputs[at] ?? new Uint8Array());
    }
  }
  return tally;
}

const saturating = await saturates();

describe("ONNX Runtime on QLinearConv and QLinearMatMul as files have them, against the law", () => {
  const admitted: Types[] = [
    { x: "uint8", w: "uint8" },
    { x: "uint8", w: "int8", narrow: true },
    { x: "int8", w: "int8" },
  ];
  for (const types of admitted)
    it(`${types.x} × ${types.w}${types.narrow ? " of 7 bits" : ""}, scales of any mantissa: no difference`, async () => {
      const { compared, different } = await compare(900, 160, types);
      assert.ok(compared > 200_000, `${compared} outputs`);
      assert.equal(different, 0, `${different} of ${compared}`);
    });
});

describe(`negative controls: this machine's u8 × i8 products ${saturating ? "saturate" : "do not saturate"}`, () => {
  const fullRange: Types = { x: "uint8", w: "int8" };
  it(`u8 × i8 of 8 bits ${saturating ? "differs from" : "agrees with"} the law`, async () => {
    const { different } = await compare(901, 40, fullRange);
    assert.equal(different > 0, saturating, `${different} outputs differ`);
  });

  it(`QDQ that ONNX Runtime fuses ${saturating ? "differs from" : "need not agree with"} the law`, async () => {
    const { compared, different } = await compare(902, 40, fullRange, { fileOf: qdqFile, fused: true });
    assert.ok(compared > 0);
    if (saturating) assert.ok(different > 0, `none of ${compared} outputs differs`);
  });
});
