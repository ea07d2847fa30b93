import type { Agreement } from "../models/exact/agreement.ts";

/** The four numbers of the last line. */
export interface Summary {
  /** Time of the float original / time of the exact model, on the residual network. */
  readonly speedVsFloat: number;
  /** The worst part of an inference that layout and roots of inputs and outputs take, over the sizes. */
  readonly commitOverhead: number;
  /** Trace and all tensor roots of one item, in inferences. */
  readonly traceCost: number;
  /** Lowest share of held-out digits on which a trained network and its exact version name the same one. */
  readonly agreement: number;
}

/** Percentage points of accuracy that an exact model may lose. */
const POINTS = 0.5;
/** Share of renders on which a network from outside must agree with its exact version. */
const MNIST = 0.99;

/** What misses its limit, in sentences. */
export function misses(
  summary: Summary,
  trained: ReadonlyMap<string, Agreement>,
  mnist: Agreement | undefined,
): string[] {
  const { speedVsFloat, commitOverhead, traceCost } = summary;
  // Written so that NaN misses.
  const rules: [boolean, string][] = [
    [
      speedVsFloat >= 1,
      `the exact residual network runs at ${speedVsFloat} × the speed of its float original; at least 1 is wanted`,
    ],
    [commitOverhead <= 0.05, `commitments cost ${commitOverhead} of an inference; at most 0.05 is wanted`],
    [traceCost <= 30, `a trace costs ${traceCost} inferences; at most 30 is wanted`],
    [trained.size > 0, "no trained network was measured"],
  ];
  for (const [name, { accuracy: [float, exact] = [NaN, NaN] }] of trained)
    rules.push([
      float - exact <= POINTS,
      `${name} reads ${exact} % right, its float original ${float} %; at most ${POINTS} points may be lost`,
    ]);
  if (mnist !== undefined)
    rules.push([
      (mnist.top1 ?? NaN) >= MNIST,
      `the network from outside agrees with its exact version on ${mnist.top1}; at least ${MNIST} is wanted`,
    ]);
  return rules.filter(([kept]) => !kept).map(([, sentence]) => sentence);
}
