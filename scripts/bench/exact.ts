/**
 * What the exact profile costs and what it keeps: exact models against the float networks that they were made from.
 *
 *   npm run bench -- exact [--json] [--quick] [--mnist <file.onnx>]
 *
 * Last line: {"speedVsFloat", "commitOverhead", "traceCost", "agreement"}; the exit code is 1 if one of them misses its limit.
 */
import { parseArgs } from "node:util";

import { measureAgreement } from "../models/exact/agreement.ts";
import type { Agreement } from "../models/exact/agreement.ts";
import { measureCosts } from "./exact-cost.ts";
import type { Costs } from "./exact-cost.ts";
import { misses } from "./exact-limits.ts";
import { measureOutside, readOutside } from "./exact-outside.ts";
import { randomNetworks, resnetOf, trainedNetworks } from "./exact-networks.ts";
import type { Network } from "./exact-networks.ts";
import { openPair, quantiseNetwork } from "../models/exact/pair.ts";
import { costLine, HEADING, networkRow, outsideLine } from "./exact-table.ts";
import { timeInTurns } from "./exact-time.ts";

const HELP = `npm run bench -- exact [--json] [--quick] [--mnist <file.onnx>]

  --json          one line of JSON on standard output, the table on standard error
  --quick         fewer rounds and inputs: to try the bench, not to quote its numbers
  --mnist <file>  also: a network that reads digits of 28 × 28 pixels, brightness 0 to 255, against its exact version
  --help          this text

Each exact model runs as a provider runs it, the float original in ONNX Runtime at its default settings; one thread each, in turns.
speedVsFloat, commitOverhead and traceCost are of "resnet": ResNet-20 with 32, 64 and 128 channels; "resnet-narrow" has half of them.
`;
/** Sides of the images for which commitments are measured. */
const SIDES = [64, 96, 128] as const;

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    mnist: { type: "string" },
  },
});
const counts = flags.quick
  ? { calibration: 64, digits: 300, images: 4 }
  : { calibration: 200, digits: 5000, images: 32 };
const rounds = flags.quick ? 21 : 101;
const renders = flags.quick ? 500 : 10_000;
const print = (line: string) => (flags.json ? process.stderr : process.stdout).write(`${line}\n`);

/** Speed and agreement of one network; its row of the table. */
async function measureNetwork(network: Network): Promise<{ readonly speed: number; readonly agreement: Agreement }> {
  const pair = await openPair(network, await quantiseNetwork(network));
  try {
    const input = firstOf(network);
    const bytes = pair.head(input);
    const times = await timeInTurns(rounds, [() => pair.runner.run(bytes), () => pair.float(input)]);
    const agreement = await measureAgreement(pair, network);
    print(networkRow(pair, times, agreement));
    return { speed: times.ratios[1] ?? NaN, agreement };
  } finally {
    await pair.release();
  }
}

/** What commitments cost on the residual network for images of one size; its line. */
async function measureSize(side: number): Promise<Costs> {
  const network = resnetOf(side, { ...counts, images: 1, calibration: 4 });
  const pair = await openPair(network, await quantiseNetwork(network));
  try {
    const costs = await measureCosts(pair, firstOf(network), rounds);
    print(costLine(`${side} × ${side} pixels`, costs));
    return costs;
  } finally {
    await pair.release();
  }
}

function firstOf({ name, tests: [input] }: Network): Float32Array {
  if (input === undefined) throw new Error(`${name} has no test inputs`);
  return input;
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

async function main(): Promise<void> {
  // Read first: a wrong path should not be told after minutes.
  const outsideFile = flags.mnist === undefined ? undefined : await readOutside(flags.mnist);
  print(HEADING);
  let speedVsFloat = NaN;
  for (const network of randomNetworks(SIDES[0], counts)) {
    const { speed } = await measureNetwork(network);
    if (network.name === "resnet") speedVsFloat = speed;
  }
  const trained = new Map<string, Agreement>();
  for (const network of await trainedNetworks(counts))
    trained.set(network.name, (await measureNetwork(network)).agreement);
  const costs: Costs[] = [];
  for (const side of SIDES) costs.push(await measureSize(side));
  const outside = outsideFile && (await measureOutside(outsideFile, renders, counts.calibration));
  if (outside !== undefined) print(outsideLine(outside, renders));

  const summary = {
    speedVsFloat: rounded(speedVsFloat, 3),
    commitOverhead: rounded(Math.max(...costs.map(({ commitOverhead }) => commitOverhead)), 4),
    traceCost: rounded(Math.max(...costs.map(({ traceCost }) => traceCost)), 2),
    agreement: rounded(Math.min(...[...trained.values()].map(({ top1 = NaN }) => top1)), 4),
  };
  for (const sentence of misses(summary, trained, outside)) {
    console.error(`Missed: ${sentence}.`);
    process.exitCode = 1;
  }
  console.log(JSON.stringify(summary));
}

if (flags.help) process.stdout.write(HELP);
else await main();
