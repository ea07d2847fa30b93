import { bytesToHex } from "viem";
import type { Hex } from "viem";
import { batchTree } from "../../../sdk/src/commitments/index.ts";
import {
  commitModel,
  exactItemRoot,
  openHash,
  recordLeaf,
  traceRoot,
  traceRoots,
} from "../../../sdk/src/exact/commit/index.ts";
import { runLaw } from "../../../sdk/src/exact/law/index.ts";
import { sizeOf } from "../../../sdk/src/exact/model.ts";
import type { ExactModel, Port } from "../../../sdk/src/exact/model.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";
import type { Random } from "../../../sdk/src/exact/random.ts";
import { randomModel } from "../../../test/exact/commit-models.ts";
import { nodeTexts } from "./parts.ts";
import { floatHex, shapeText } from "./text.ts";

const MODELS = 4;
const ITEMS = 3;
const MOST_PARAMETERS = 4000;

/** models.json: whole models, batches of inputs, their outputs and traces. */
export async function modelVectors(): Promise<object> {
  const random = createRandom(0x5eed05);
  const models: object[] = [];
  while (models.length < MODELS) {
    const model = randomModel(random, 300);
    if (model.nodes.some((node) => node.kind === "Contract" && node.weights.length > MOST_PARAMETERS)) continue;
    models.push(await modelVector(model, random));
  }
  return {
    comment:
      "docs/EXACT.md, Commitments: models with their ports, records and ids; a batch of items each with input and output tensors in the ports' order, roots of all node outputs and the roots over them. batchRoot and resultRoot: docs/PROTOCOL.md.",
    models,
  };
}

async function modelVector(model: ExactModel, random: Random): Promise<object> {
  const { modelId, nodesRoot, records, inputPorts, outputPorts } = await commitModel(model);
  const shapes = [...model.inputs, ...model.nodes].map(({ shape }) => shape);
  const leaves = await Promise.all(records.map((record) => recordLeaf(record)));
  const proofs = await Promise.all(leaves.map((_, number) => openHash(leaves, number)));
  const items = [];
  for (let i = 0; i < ITEMS; i++) items.push(await itemVector(model, random));
  return {
    modelId,
    nodesRoot,
    inputs: model.inputs.map(portText),
    outputs: model.outputs.map(portText),
    inputPorts: bytesToHex(inputPorts),
    outputPorts: bytesToHex(outputPorts),
    nodes: (await nodeTexts(model, shapes)).map((text, number) => ({ ...text, proof: proofs[number] })),
    batchRoot: batchTree(items.map(({ inputRoot }) => inputRoot)).root,
    resultRoot: batchTree(items.map(({ outputRoot }) => outputRoot)).root,
    items,
  };
}

function portText({ name, tensor, dims, shape, scale, zero }: Port): object {
  return { name, tensor, dims, shape: shapeText(shape), scale: floatHex(scale), zero };
}

interface ItemText {
  readonly inputs: readonly Hex[];
  readonly outputs: readonly Hex[];
  readonly inputRoot: Hex;
  readonly outputRoot: Hex;
  readonly trace: readonly Hex[];
  readonly traceRoot: Hex;
}

async function itemVector(model: ExactModel, random: Random): Promise<ItemText> {
  const inputs = model.inputs.map(({ shape }) => random.bytes(sizeOf(shape)));
  const tensors = runLaw(model, inputs);
  const outputs = model.outputs.map(({ tensor }) => tensors[tensor] ?? new Uint8Array());
  const trace = await traceRoots(model, tensors);
  return {
    inputs: inputs.map((bytes) => bytesToHex(bytes)),
    outputs: outputs.map((bytes) => bytesToHex(bytes)),
    inputRoot: await exactItemRoot(model.inputs, inputs),
    outputRoot: await exactItemRoot(model.outputs, outputs),
    trace,
    traceRoot: await traceRoot(trace),
  };
}
