import assert from "node:assert/strict";
import { misses } from "./exact-limits.ts";

const good = { speedVsFloat: 1.2, commitOverhead: 0.03, traceCost: 10, agreement: 0.99 };
const trained = (float: number, exact: number) =>
  new Map([["mlp", { top1: 0.99, accuracy: [float, exact] as const, cosine: 1 }]]);
const outside = (top1: number) => ({ top1, cosine: 1 });

describe("the limits of the exact bench", () => {
  it("are kept by numbers at the limits", () => {
    assert.deepEqual(
      misses({ ...good, speedVsFloat: 1, commitOverhead: 0.05, traceCost: 30 }, trained(90, 89.5), outside(0.99)),
      [],
    );
    assert.deepEqual(misses(good, trained(90, 91), undefined), []);
  });

  it("are missed one by one, also by what could not be measured", () => {
    assert.match(misses({ ...good, speedVsFloat: 0.99 }, trained(90, 90), undefined).join(), /^the exact residual/);
    assert.match(misses({ ...good, commitOverhead: NaN }, trained(90, 90), undefined).join(), /^commitments cost NaN/);
    assert.match(misses({ ...good, traceCost: 31 }, trained(90, 90), undefined).join(), /^a trace costs 31/);
    assert.match(misses(good, trained(90, 89.4), undefined).join(), /^mlp reads 89.4 % right/);
    assert.match(misses(good, new Map(), undefined).join(), /^no trained network/);
    assert.match(misses(good, trained(90, 90), outside(0.989)).join(), /^the network from outside agrees/);
  });
});
