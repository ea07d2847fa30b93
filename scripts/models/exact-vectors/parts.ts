import { bytesToHex } from "viem";
import type { Hex } from "viem";
import { commitModel, parameterWords } from "../../../sdk/src/exact/commit/index.ts";
import type { ExactModel, ExactNode, Shape } from "../../../sdk/src/exact/model.ts";
import type { Random } from "../../../sdk/src/exact/random.ts";
import { portOf } from "../../../test/exact/commit-models.ts";
import { wordsText } from "./text.ts";

/** A model of one node, which reads as many inputs as the node has. */
export function modelOf(node: ExactNode, shapes: readonly Shape[], random: Random): ExactModel {
  const inputs = shapes.map((shape, tensor) => portOf(tensor, shape, random));
  return { inputs, nodes: [node], outputs: [portOf(shapes.length, node.shape, random)] };
}

/** A node's record and the words under the root at its end, if it has one. */
export interface NodeText {
  readonly kind: string;
  readonly record: Hex;
  readonly parameters?: Hex;
}

export async function nodeTexts(model: ExactModel, shapes: readonly Shape[]): Promise<NodeText[]> {
  const { records } = await commitModel(model);
  return model.nodes.map((node, number) => {
    const words = parameterWords(
      node,
      node.inputs.map((input) => shapes[input] ?? node.shape),
    );
    const record = bytesToHex(records[number] ?? new Uint8Array());
    return { kind: node.kind, record, ...(words === undefined ? {} : { parameters: wordsText(words) }) };
  });
}
