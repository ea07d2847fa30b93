import { tensorShape } from "../model.ts";
import type { ExactModel, ExactNode, Shape, Window } from "../model.ts";
import { floatBits, invalidModel, packFields, shapeFields, signedField } from "./fields.ts";
import { filterWords } from "./filters.ts";
import type { Keccak } from "./keccak.ts";
import { checkShape } from "./layout.ts";
import { leafNodes, rootOf } from "./tree.ts";
import { byteWords, uint32Words } from "./words.ts";
import type { Words } from "./words.ts";

const KINDS = { Contract: 1, AddMul: 2, Table: 3, MaxPool: 4, ArgMax: 5, Move: 6 } as const;

/**
 * The constants that a node's record names by their root: filters of a Contract, a Table's table, sources of a select.
 * `undefined` if its record holds all of it.
 * @throws GliaError `EXACT_MODEL_INVALID`.
 */
export function parameterWords(node: ExactNode, inputs: readonly Shape[]): Words | undefined {
  if (node.kind === "Contract") return filterWords(node, firstOf(node, inputs));
  if (node.kind === "Table") {
    if (node.table.length !== 256) throw invalidModel(`A table has 256 bytes, not ${node.table.length}.`);
    return byteWords(node.table);
  }
  return node.kind === "Move" && node.mode === "select" ? uint32Words(node.sources) : undefined;
}

/**
 * The record that stands for node `number` of a model; what of it is not in the record is under the root at its end.
 * @throws GliaError `EXACT_MODEL_INVALID`, `EXACT_SHAPE_INVALID`.
 */
export function nodeRecord(keccak: Keccak, model: ExactModel, number: number): Uint8Array {
  const node = model.nodes[number];
  if (node === undefined) throw invalidModel(`The model has no node ${number}.`);
  const own = model.inputs.length + number;
  if (node.inputs.some((input) => !Number.isInteger(input) || input < 0 || input >= own))
    throw invalidModel(
      `Node ${number} reads tensors ${node.inputs.join(", ")}; it may read those before its own, ${own}.`,
    );
  const inputs = node.inputs.map((input) => tensorShape(model, input));
  checkShape(node.shape);
  inputs.forEach(checkShape);
  const words = parameterWords(node, inputs);
  const common = [
    KINDS[node.kind],
    ...shapeFields(node.shape),
    inputs.length,
    ...inputs.flatMap((shape, i) => [node.inputs[i] ?? 0, ...shapeFields(shape)]),
  ];
  return packFields([...common, ...kindFields(node)], words && rootOf(keccak, leafNodes(words)));
}

function kindFields(node: ExactNode): number[] {
  switch (node.kind) {
    case "Contract":
      node.multipliers.forEach(floatBits);
      return [node.groups, ...windowFields(node), node.xZero, node.wZero, node.yZero];
    case "AddMul": {
      const operation = node.operation === "add" ? 0 : 1;
      const { aFactor, bFactor, aZero, bZero, yZero, multiplier } = node;
      return [operation, aFactor, bFactor, aZero, bZero, yZero, floatBits(multiplier)];
    }
    case "Table":
      return [];
    case "MaxPool":
      return windowFields(node);
    case "ArgMax":
      return [node.outer, node.length, node.inner, node.last ? 1 : 0];
    case "Move":
      return node.mode === "view"
        ? [
            0,
            node.base,
            node.digits.length,
            ...node.digits.flatMap(({ radix, stride }) => [radix, signedField(stride)]),
          ]
        : [1, node.outer, node.sources.length, node.inner, node.fill];
  }
}

function windowFields(window: Window): number[] {
  const { kernelH, kernelW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = window;
  return [kernelH, kernelW, strideH, strideW, dilationH, dilationW, padTop, padLeft];
}

function firstOf(node: ExactNode, inputs: readonly Shape[]): Shape {
  const [first] = inputs;
  if (first === undefined) throw invalidModel(`A ${node.kind} node reads one tensor, not none.`);
  return first;
}
