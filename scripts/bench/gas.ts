/**
 * Gas of every path, one job at a time and with 10,000 open jobs of the same provider and buyer.
 *
 *   npm run bench -- gas [--json] [--open <count>]
 *
 * Balances, escrow and stake are warm (not zero) and allowances unlimited, as for anybody's second job.
 */
import { parseArgs } from "node:util";

import { JobMaker } from "./gas-jobs.ts";
import { measureJob, measurePaths, openJobs } from "./gas-paths.ts";
import { createWorld } from "./gas-world.ts";

const { values: flags } = parseArgs({
  options: { json: { type: "boolean", default: false }, open: { type: "string", default: "10000" } },
});

const world = await createWorld();
const maker = new JobMaker(world);
try {
  await openJobs(world, maker, 1);
  await measureJob(world, maker);
  const paths = await measurePaths(world, maker);
  const alone = await measureJob(world, maker);
  await openJobs(world, maker, Number(flags.open));
  const crowded = await measureJob(world, maker);

  const out = flags.json ? process.stderr : process.stdout;
  const rows = [...Object.entries(paths), ...Object.entries(crowded).map(([n, g]) => [`${n} @ ${flags.open} open`, g])];
  for (const [name, gas] of rows) out.write(`${String(name).padEnd(32)}${String(gas).padStart(10)}\n`);
  const sum = ({ hire, reveal, settle }: typeof alone) => hire + reveal + settle;
  const summary = {
    hireRevealSettle: sum(alone),
    hireRevealSettleAt10k: sum(crowded),
    auction: paths.post + paths.take + paths.reveal + paths.settle,
    batchPerJob: paths.settleManyPerJob,
    paths,
    at10k: crowded,
  };
  process.stdout.write(
    `${JSON.stringify(flags.json ? summary : { ...summary, paths: undefined, at10k: undefined })}\n`,
  );
} finally {
  await world.close();
}
