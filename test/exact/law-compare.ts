import * as ort from "onnxruntime-node";
import { lawNode } from "../../sdk/src/exact/law/index.ts";
import type { ExactModel, Port, Shape } from "../../sdk/src/exact/model.ts";
import type { Random } from "../../sdk/src/exact/random.ts";
import { openSegment } from "../../sdk/src/exact/runtime/session.ts";
import { segmentOf } from "../../sdk/src/exact/runtime/to-onnx.ts";
import { trialsOf } from "../../sdk/src/exact/runtime/trials.ts";
import type { Case } from "./law-cases.ts";

/** Outputs that were compared, and those of them that differed. */
export interface Tally {
  compared: number;
  different: number;
}

/** Number of bytes that differ. */
export function countDifferent(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.max(a.length, b.length);
  return a.reduce((count, value, index) => (value === b[index] ? count : count + 1), 0);
}

/** A model of one node that reads input k as tensor k. */
export function modelOf({ node, shapes }: Case): ExactModel {
  const port = (tensor: number, shape: Shape): Port => {
    const { n, h, w, c } = shape;
    return { name: `port${tensor}`, tensor, dims: [n, c, h, w], shape, scale: 1, zero: 0 };
  };
  return {
    inputs: shapes.map((shape, k) => port(k, shape)),
    nodes: [node],
    outputs: [port(shapes.length, node.shape)],
  };
}

/** Runs the canonical graph of a node on everything that the self-test tries, and compares all outputs with the law. */
export async function compareNode(of: Case, random: Random, threads: number): Promise<Tally> {
  const tally: Tally = { compared: 0, different: 0 };
  for (const { node, shapes, inputs } of trialsOf(of.node, of.shapes, random)) {
    const model = modelOf({ node, shapes });
    const output = shapes.length;
    const session = await openSegment(model, segmentOf(model, [0], [output]), ort, { threads });
    for (const given of inputs) {
      const tensors: (Uint8Array | undefined)[] = [...given];
      await session.run(tensors);
      const law = lawNode(node, shapes, given);
      tally.compared += law.length;
      tally.different += countDifferent(law, tensors[output] ?? new Uint8Array());
    }
    await session.release();
  }
  return tally;
}
