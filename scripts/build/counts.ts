/** How many tests a run had, by outcome. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Counts = { passed: 0, failed: 0, skipped: 0 };

/** Reads the closing lines that mocha and Hardhat print: `12 passing (3s)`, `1 failing`, `2 pending`. */
export function readCounts(output: string): Counts {
  // Colours are off where output is a pipe, but a CI system may force them on.
  const plain = output.replace(/\u001b\[[0-9;]*m/g, "");
  const last = (word: string): number =>
    Number([...plain.matchAll(new RegExp(`^\\s*(\\d+) ${word}`, "gm"))].at(-1)?.[1] ?? 0);
  return { passed: last("passing"), failed: last("failing"), skipped: last("(?:pending|skipped)") };
}

/** A run's outcome: an exit code that says failure counts as one even where no test did, and a run without tests is a failure. */
export function judge(counts: Counts, exitCode: number): Counts {
  const broken = counts.failed === 0 && (exitCode !== 0 || counts.passed === 0);
  return broken ? { ...counts, failed: 1 } : counts;
}

export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The one line that a run of all tests ends with. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
