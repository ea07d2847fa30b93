import { GliaError } from "../../errors.ts";
import { checkInputs, lawNode } from "../law/index.ts";
import { tensorShape } from "../model.ts";
import type { ExactModel } from "../model.ts";
import type { OrtModule } from "./ort.ts";
import { selfTest } from "./self-test.ts";
import type { SelfTestProgress, SelfTestReport } from "./self-test.ts";
import { openSegment } from "./session.ts";
import type { SegmentOptions, SegmentSession } from "./session.ts";
import { segmentOf } from "./to-onnx.ts";

/** Runs an exact model; any number of inferences one after the other or at the same time. */
export interface ExactRunner {
  readonly report: SelfTestReport;
  /**
   * The outputs, in the order of `model.outputs`; physical tensors on both sides.
   * @throws GliaError `EXACT_TENSOR_SIZE`, `EXACT_RUNNER_RELEASED`, `EXACT_RUNTIME_FAILED`
   */
  run(inputs: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /**
   * Every tensor by its number, the inputs first. The first call loads the model a second time.
   * @throws as `run` does
   */
  trace(inputs: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /** Gives the memory of ONNX Runtime back; nothing can be run afterwards. */
  release(): Promise<void>;
}

export interface ExactRunnerOptions {
  /** Threads inside an operator; 1 unless given. */
  readonly threads?: number;
  /** Whether to test every node against the law before use; true unless given. Without it nothing says that outputs are right. */
  readonly selfTest?: boolean;
  /** Ends the self-test early; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SelfTestProgress) => void;
}

/**
 * Loads a model into ONNX Runtime and tests every node against the law. Nodes that fail, and those that ONNX Runtime refuses, are run by the law
 * itself, which is slow but right; `report` says which and why.
 * @param ort the module onnxruntime-node or onnxruntime-web
 * @throws GliaError `EXACT_RUNTIME_FAILED` if ONNX Runtime cannot load the nodes that passed; the signal's reason if it is aborted
 */
export async function createExactRunner(
  model: ExactModel,
  ort: OrtModule,
  options: ExactRunnerOptions = {},
): Promise<ExactRunner> {
  const { threads = 1, signal, onProgress } = options;
  const nodes = model.nodes.length;
  const untested: SelfTestReport = { nodes, byRuntime: nodes, byLaw: [], compared: 0 };
  const { report, fused } =
    options.selfTest === false
      ? { report: untested, fused: new Set<number>() }
      : await selfTest(model, ort, { threads, signal, onProgress });
  const lawful = new Set(report.byLaw.map(({ node }) => node));
  const open = (everything: boolean) => openSteps(model, lawful, everything, ort, { threads, fused });
  const fast = await open(false);
  let traced: Promise<readonly Step[]> | undefined;
  let released = false;

  async function runSteps(steps: readonly Step[], inputs: readonly Uint8Array[]) {
    const tensors: (Uint8Array | undefined)[] = [...inputs];
    for (const step of steps) await step.run(tensors);
    return tensors;
  }
  function check(inputs: readonly Uint8Array[]): void {
    if (released)
      throw new GliaError("EXACT_RUNNER_RELEASED", "This runner has been released.", {
        kind: "internal",
        hint: "Create another one.",
      });
    checkInputs(model, inputs);
  }
  return {
    report,
    async run(inputs) {
      check(inputs);
      const tensors = await runSteps(fast, inputs);
      return model.outputs.map(({ tensor }) => tensors[tensor] ?? new Uint8Array());
    },
    async trace(inputs) {
      check(inputs);
      traced ??= open(true);
      const tensors = await runSteps(await traced, inputs);
      return tensors.map((tensor) => tensor ?? new Uint8Array());
    },
    async release() {
      if (released) return;
      released = true;
      const steps = [...fast, ...((await traced) ?? [])];
      await Promise.all(steps.map((step) => step.release()));
    },
  };
}

/** What is run one after the other: a segment by ONNX Runtime, or one node by the law. */
type Step = SegmentSession;

/** Cuts a model into the longest runs of nodes between those that the law runs, and loads them. */
async function openSteps(
  model: ExactModel,
  lawful: ReadonlySet<number>,
  everything: boolean,
  ort: OrtModule,
  options: SegmentOptions,
): Promise<Step[]> {
  const steps: Step[] = [];
  const last = lastReaders(model);
  try {
    for (const nodes of partsOf(model.nodes.length, lawful)) {
      const [first = 0] = nodes;
      if (lawful.has(first)) steps.push(lawStep(model, first));
      else {
        const outputs = nodes.map((node) => model.inputs.length + node);
        const wanted = everything ? outputs : outputs.filter((tensor) => (last[tensor] ?? -1) > (nodes.at(-1) ?? 0));
        if (wanted.length > 0) steps.push(await openSegment(model, segmentOf(model, nodes, wanted), ort, options));
      }
    }
  } catch (error) {
    await Promise.all(steps.map((step) => step.release()));
    throw new GliaError("EXACT_RUNTIME_FAILED", `ONNX Runtime cannot load the model: ${String(error)}`, {
      kind: "internal",
      hint: "Use onnxruntime-node 1.30.0, and leave the self-test on: it runs nodes that ONNX Runtime refuses by other means.",
      cause: error,
    });
  }
  return steps;
}

function partsOf(count: number, lawful: ReadonlySet<number>): number[][] {
  const parts: number[][] = [];
  for (let node = 0; node < count; node++) {
    const open = parts.at(-1);
    if (open === undefined || lawful.has(node) || lawful.has(node - 1)) parts.push([node]);
    else open.push(node);
  }
  return parts;
}

/** For each tensor the last node that reads it; outputs of the model are read at the very end. */
function lastReaders(model: ExactModel): number[] {
  const last: number[] = [];
  model.nodes.forEach((node, position) => {
    for (const tensor of node.inputs) last[tensor] = position;
  });
  for (const { tensor } of model.outputs) last[tensor] = model.nodes.length;
  return last;
}

function lawStep(model: ExactModel, position: number): Step {
  return {
    release: () => Promise.resolve(),
    run(tensors) {
      const node = model.nodes[position];
      if (node === undefined) return Promise.resolve();
      const shapes = node.inputs.map((tensor) => tensorShape(model, tensor));
      const inputs = node.inputs.map((tensor) => tensors[tensor] ?? new Uint8Array());
      tensors[model.inputs.length + position] = lawNode(node, shapes, inputs);
      return Promise.resolve();
    },
  };
}
