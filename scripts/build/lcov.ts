/** What a coverage report says about some files. */
export interface LineCoverage {
  readonly files: readonly {
    readonly path: string;
    readonly missed: readonly number[];
    /** None of its lines ran. */
    readonly untouched: boolean;
  }[];
  /** Lines with code. */
  readonly found: number;
  /** Lines that ran at least once. */
  readonly hit: number;
}

/** Sums up the line records of an LCOV report over the files whose path satisfies `counted`. */
export function lineCoverage(report: string, counted: (path: string) => boolean): LineCoverage {
  const files: { path: string; missed: number[]; untouched: boolean }[] = [];
  let found = 0;
  let hit = 0;
  for (const record of report.split("end_of_record")) {
    const path = /^SF:(.+)$/m.exec(record)?.[1];
    if (path === undefined || !counted(path)) continue;
    const missed: number[] = [];
    const hitBefore = hit;
    for (const [, line = "0", count = "0"] of record.matchAll(/^DA:(\d+),(\d+)/gm)) {
      found++;
      if (Number(count) > 0) hit++;
      else missed.push(Number(line));
    }
    files.push({ path, missed, untouched: hit === hitBefore });
  }
  return { files, found, hit };
}
