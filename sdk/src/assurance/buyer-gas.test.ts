import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssuranceLevel } from "../chain/types.ts";
import { buyerGas, DEPOSIT_GAS } from "./buyer-gas.ts";

describe("a buyer's gas", () => {
  it("is what the gas benchmark measured for each level, rounded up", async () => {
    const file = join(import.meta.dirname, "../../../test/snapshots/gas.json");
    const gas = JSON.parse(await readFile(file, "utf8")) as Record<string, number>;
    const measured = (name: string): number => gas[name] ?? assert.fail(`The snapshot has no ${name}.`);
    const near = (given: bigint, ...names: readonly string[]): void => {
      const sum = names.reduce((total, name) => total + measured(name), 0);
      assert.ok(Number(given) >= sum && Number(given) < sum * 1.015, `${given} for ${sum}`);
    };
    const { Optimistic, Audited } = AssuranceLevel;
    near(buyerGas({ level: Optimistic, determinism: 0 }), "hire", "accept");
    near(buyerGas({ level: Optimistic, determinism: 1 }), "hireExact", "acceptExact");
    near(buyerGas({ level: Audited, determinism: 1 }), "hireAudited", "acceptAudited");
    const deposit = (level: string): number => measured(`depositAndCallFirstTime${level}`) - measured(`hire${level}`);
    for (const level of ["", "Exact", "Audited"]) {
      const sum = deposit(level) + measured("approve");
      assert.ok(Number(DEPOSIT_GAS) >= sum && Number(DEPOSIT_GAS) < sum * 1.015, `${DEPOSIT_GAS} for ${sum}`);
    }
  });
});
