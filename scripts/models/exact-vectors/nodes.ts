import { bytesToHex } from "viem";
import { lawElement } from "../../../sdk/src/exact/law/index.ts";
import { sizeOf } from "../../../sdk/src/exact/model.ts";
import type { ExactNode, Shape } from "../../../sdk/src/exact/model.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";
import { randomModel, randomTensors } from "../../../test/exact/commit-models.ts";
import { modelOf, nodeTexts } from "./parts.ts";
import { shapeText } from "./text.ts";

const MODELS = 8;
const ELEMENTS = 6;
const MOST_PARAMETERS = 6000;

/** nodes.json: nodes of every kind, their inputs, and several elements of their outputs as the law has them. */
export async function nodeVectors(): Promise<object> {
  const random = createRandom(0x5eed04);
  const nodes: object[] = [];
  for (let done = 0; done < MODELS;) {
    const model = randomModel(random, 400);
    if (model.nodes.some((node) => node.kind === "Contract" && node.weights.length > MOST_PARAMETERS)) continue;
    done++;
    const shapes = [...model.inputs, ...model.nodes].map(({ shape }) => shape);
    const tensors = randomTensors(random, model);
    for (const node of model.nodes) {
      const own = node.inputs.map((input): Shape => shapes[input] ?? node.shape);
      const bytes = node.inputs.map((input) => tensors[input] ?? new Uint8Array());
      // On its own a node reads tensors 0, 1, …; one tensor read twice becomes two of equal content.
      const alone: ExactNode = { ...node, inputs: own.map((_, i) => i) };
      const [text] = await nodeTexts(modelOf(alone, own, random), own);
      const size = sizeOf(node.shape);
      const places = [0, size - 1, ...Array.from({ length: ELEMENTS }, () => random.below(size))];
      const elements = [...new Set(places)].map((index) => [index, lawElement(alone, own, bytes, index)]);
      const inputs = own.map((shape, i) => ({
        shape: shapeText(shape),
        bytes: bytesToHex(bytes[i] ?? new Uint8Array()),
      }));
      nodes.push({ ...text, inputs, elements });
    }
  }
  return {
    comment:
      "docs/EXACT.md: record of a node, the words under the root at its end, inputs (n, h, w, c and bytes in that order), elements of the output as [index, value].",
    nodes,
  };
}
