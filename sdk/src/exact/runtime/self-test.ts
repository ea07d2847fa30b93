import { lawOf } from "../law/index.ts";
import { sizeOf, tensorShape } from "../model.ts";
import type { ExactModel, ExactNode, Port, Shape } from "../model.ts";
import { createRandom } from "../random.ts";
import type { Random } from "../random.ts";
import type { OrtModule } from "./ort.ts";
import { openSegment } from "./session.ts";
import { segmentOf } from "./to-onnx.ts";
import { trialsOf } from "./trials.ts";
import type { Trial } from "./trials.ts";
import { isFusible } from "./write-pointwise.ts";

/** A node that ONNX Runtime does not run, since it computes something else or refuses it. Plain JSON. */
export interface FailedNode {
  /** Position in `model.nodes`. */
  readonly node: number;
  readonly kind: ExactNode["kind"];
  readonly reason: "different" | "refused";
  /** For people: what differed, or what ONNX Runtime said. */
  readonly message: string;
  /** Outputs that were compared and how many of them differed; both 0 if it refused. */
  readonly compared: number;
  readonly different: number;
}

/** What the self-test found. Plain JSON. */
export interface SelfTestReport {
  /** Nodes of the model; how many of them ONNX Runtime runs. */
  readonly nodes: number;
  readonly byRuntime: number;
  /** The nodes that the law itself runs. */
  readonly byLaw: readonly FailedNode[];
  /** Outputs that were compared with the law. */
  readonly compared: number;
}

/** Where the self-test stands. */
export interface SelfTestProgress {
  readonly tested: number;
  readonly nodes: number;
}

/** What the self-test found, and which nodes (all of them sums) are right in their faster form as well. */
export interface SelfTestResult {
  readonly report: SelfTestReport;
  readonly fused: ReadonlySet<number>;
}

/** What a self-test needs besides the model. */
export interface SelfTestOptions {
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SelfTestProgress) => void) | undefined;
}

/**
 * Tests every node of a model alone against the law: element-wise ones on everything, the others on random and extreme values, of whose outputs
 * some are compared. The values are the same on every run.
 * @throws the signal's reason if it is aborted
 */
export async function selfTest(model: ExactModel, ort: OrtModule, options: SelfTestOptions): Promise<SelfTestResult> {
  const random = createRandom(SEED);
  const byLaw: FailedNode[] = [];
  const fused = new Set<number>();
  let compared = 0;
  for (const [position, node] of model.nodes.entries()) {
    options.signal?.throwIfAborted();
    const shapes = node.inputs.map((tensor) => tensorShape(model, tensor));
    const test = (faster: boolean) => testNode(node, shapes, ort, { ...options, faster }, random);
    let found = isFusible(node, shapes) ? await test(true) : undefined;
    if (found !== undefined && found.reason === undefined) fused.add(position);
    else found = await test(false);
    compared += found.compared;
    if (found.reason !== undefined) {
      const { reason, message, different } = found;
      byLaw.push({ node: position, kind: node.kind, reason, message, compared: found.compared, different });
    }
    options.onProgress?.({ tested: position + 1, nodes: model.nodes.length });
  }
  const nodes = model.nodes.length;
  return { report: { nodes, byRuntime: nodes - byLaw.length, byLaw, compared }, fused };
}

const SEED = 0x676c6961;

interface Finding {
  reason?: FailedNode["reason"];
  message: string;
  compared: number;
  different: number;
}

async function testNode(
  node: ExactNode,
  shapes: readonly Shape[],
  ort: OrtModule,
  options: SelfTestOptions & { readonly faster: boolean },
  random: Random,
): Promise<Finding> {
  const finding: Finding = { message: "", compared: 0, different: 0 };
  try {
    for (const trial of trialsOf(node, shapes, random))
      if (!options.faster || isFusible(trial.node, trial.shapes)) await runTrial(trial, ort, options, random, finding);
  } catch (error) {
    options.signal?.throwIfAborted();
    return {
      reason: "refused",
      message: String(error instanceof Error ? error.message : error),
      compared: 0,
      different: 0,
    };
  }
  if (finding.different > 0) {
    finding.reason = "different";
    finding.message = `ONNX Runtime differs from the law in ${finding.different} of ${finding.compared} outputs. ${finding.message}`;
  }
  return finding;
}

async function runTrial(
  { node, shapes, inputs, all }: Trial,
  ort: OrtModule,
  { threads, signal, faster }: SelfTestOptions & { readonly faster: boolean },
  random: Random,
  finding: Finding,
): Promise<void> {
  const model = alone(node, shapes);
  const output = model.inputs.length;
  const session = await openSegment(model, segmentOf(model, [0], [output]), ort, {
    threads,
    fused: new Set(faster ? [0] : []),
  });
  try {
    for (const given of inputs) {
      signal?.throwIfAborted();
      // A tensor that the node reads twice is fed once.
      const read = node.inputs.map((tensor) => given[tensor] ?? new Uint8Array());
      const tensors: (Uint8Array | undefined)[] = [...given];
      await session.run(tensors);
      const element = lawOf(node, shapes, read);
      for (const index of placesOf(node, shapes, all, random)) {
        const [expected, actual] = [element(index), tensors[output]?.[index]];
        finding.compared++;
        if (actual === expected) continue;
        if (finding.different++ === 0)
          finding.message = `The first: element ${index} is ${expected}, ONNX Runtime says ${actual}.`;
      }
    }
  } finally {
    await session.release();
  }
}

/** A model of one node that reads input k as tensor k. */
function alone(node: ExactNode, shapes: readonly Shape[]): ExactModel {
  const port = (tensor: number, shape: Shape): Port => ({
    name: `${tensor}`,
    tensor,
    dims: [],
    shape,
    scale: 1,
    zero: 0,
  });
  return {
    inputs: shapes.map((shape, k) => port(k, shape)),
    nodes: [node],
    outputs: [port(shapes.length, node.shape)],
  };
}

/** Which outputs are compared: all, or the first, the last and as many random ones as about 400,000 multiply-adds allow. */
function placesOf(node: ExactNode, shapes: readonly Shape[], all: boolean, random: Random): number[] {
  const size = sizeOf(node.shape);
  const cost = costOf(node, shapes[0] ?? node.shape);
  const count = Math.min(4096, Math.max(16, Math.floor(400_000 / cost)));
  if (all || size <= count) return Array.from({ length: size }, (_, index) => index);
  return [0, size - 1, ...Array.from({ length: count - 2 }, () => random.below(size))];
}

/** Steps of one output. */
function costOf(node: ExactNode, from: Shape): number {
  if (node.kind === "Contract") return (node.kernelH * node.kernelW * from.c) / node.groups;
  if (node.kind === "MaxPool") return node.kernelH * node.kernelW;
  return node.kind === "ArgMax" ? node.length : 1;
}
