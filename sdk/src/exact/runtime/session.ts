import { GliaError } from "../../errors.ts";
import { sizeOf, tensorShape } from "../model.ts";
import type { ExactModel } from "../model.ts";
import { dimsOf, tensorName } from "./builder.ts";
import { sessionOptions } from "./ort.ts";
import type { OrtModule, OrtSession } from "./ort.ts";
import { toOnnx } from "./to-onnx.ts";
import type { Segment } from "./to-onnx.ts";

/** A segment that ONNX Runtime has loaded. */
export interface SegmentSession {
  /** Runs it on tensors by their numbers and puts its outputs there. */
  run(tensors: (Uint8Array | undefined)[]): Promise<void>;
  release(): Promise<void>;
}

/** How a segment is loaded. */
export interface SegmentOptions {
  /** Threads inside an operator. */
  readonly threads: number;
  /** See {@link toOnnx}. */
  readonly fused?: ReadonlySet<number>;
}

/**
 * Loads a segment.
 * @throws whatever ONNX Runtime throws, and what {@link toOnnx} does
 */
export async function openSegment(
  model: ExactModel,
  segment: Segment,
  ort: OrtModule,
  { threads, fused }: SegmentOptions,
): Promise<SegmentSession> {
  const session: OrtSession = await ort.InferenceSession.create(toOnnx(model, segment, fused), sessionOptions(threads));
  return {
    release: () => session.release(),
    async run(tensors) {
      const feeds = segment.inputs.map((tensor) => {
        const dims = dimsOf(tensorShape(model, tensor));
        return [tensorName(tensor), new ort.Tensor("uint8", tensors[tensor] ?? new Uint8Array(), dims)] as const;
      });
      const results = await session.run(Object.fromEntries(feeds));
      for (const tensor of segment.outputs)
        tensors[tensor] = checkBytes(results[tensorName(tensor)]?.data, sizeOf(tensorShape(model, tensor)));
    },
  };
}

function checkBytes(data: unknown, size: number): Uint8Array {
  if (data instanceof Uint8Array && data.length === size) return data;
  throw new GliaError("EXACT_RUNTIME_FAILED", `ONNX Runtime did not give a u8 tensor of ${size} elements.`, {
    kind: "internal",
    hint: "Use onnxruntime-node 1.30.0.",
  });
}
