import { labelTable } from "@glia/sdk";
import type { Item, JobOutcome } from "@glia/sdk";

import type { Screen } from "./screen.ts";

const PER_ROW = 16;

/** Compares the provider's outputs with the truth and returns how many are right. */
export async function judge(
  outcome: Pick<JobOutcome, "items">,
  truth: readonly number[],
): Promise<{ readonly predicted: readonly number[]; readonly correct: number }> {
  const items: Item[] = [];
  for await (const item of outcome.items()) items.push(item);
  const predicted = labelTable(items).map(({ top }) => top[0]?.index ?? -1);
  return { predicted, correct: predicted.filter((digit, index) => digit === truth[index]).length };
}

/** Shows predictions under the truth; a wrong one is marked. */
export function showPredictions(screen: Screen, predicted: readonly number[], truth: readonly number[]): void {
  for (let start = 0; start < truth.length; start += PER_ROW) {
    const row = truth.slice(start, start + PER_ROW);
    screen.line(`truth     ${row.map((digit) => ` ${digit} `).join(" ")}`);
    screen.line(
      `predicted ${row.map((digit, i) => (predicted[start + i] === digit ? ` ${digit} ` : `[${predicted[start + i] ?? "?"}]`)).join(" ")}`,
    );
  }
}
