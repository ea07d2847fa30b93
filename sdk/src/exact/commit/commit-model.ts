import { bytesToHex, concatBytes, encodeAbiParameters, keccak256, stringToBytes } from "viem";
import type { Hex } from "viem";
import { tagHash } from "../../commitments/tags.ts";
import { LIMITS, tensorShape } from "../model.ts";
import type { ExactModel, Port } from "../model.ts";
import { floatBits, invalidModel, packFields, shapeFields } from "./fields.ts";
import { loadKeccak } from "./keccak.ts";
import type { Keccak } from "./keccak.ts";
import { nodeRecord } from "./record.ts";
import { readyNodes, rootOf } from "./tree.ts";

const TAG = tagHash("glia.exact.v1");
const LAYOUT = [
  { type: "bytes32" },
  { type: "bytes32" },
  { type: "uint256" },
  { type: "uint256" },
  { type: "uint256" },
  { type: "bytes32" },
  { type: "bytes32" },
] as const;

/** What a model is on chain, and what its records are proven with. */
export interface ModelCommitment {
  readonly modelId: Hex;
  /** Root of the tree of all node records. */
  readonly nodesRoot: Hex;
  /** One per node, in order. */
  readonly records: readonly Uint8Array[];
  /** The joined ports, of which the id holds the hashes. */
  readonly inputPorts: Uint8Array;
  readonly outputPorts: Uint8Array;
}

/**
 * Commits to a model: records of its nodes, their root, the id. Time goes into hashing filters, less than a microsecond for each 128 bytes.
 * @throws GliaError `EXACT_MODEL_INVALID`, `EXACT_SHAPE_INVALID`, `EXACT_HASH_UNAVAILABLE`.
 */
export async function commitModel(model: ExactModel): Promise<ModelCommitment> {
  checkPorts(model);
  const keccak = await loadKeccak();
  const records = model.nodes.map((_, number) => nodeRecord(keccak, model, number));
  const nodesRoot = bytesToHex(rootOf(keccak, readyNodes(records.map((record) => recordHash(keccak, record)))));
  const inputPorts = concatBytes(model.inputs.map((port) => portBytes(model, port)));
  const outputPorts = concatBytes(model.outputs.map((port) => portBytes(model, port)));
  const counts = [BigInt(records.length), BigInt(model.inputs.length), BigInt(model.outputs.length)] as const;
  const modelId = keccak256(
    encodeAbiParameters(LAYOUT, [TAG, nodesRoot, ...counts, keccak256(inputPorts), keccak256(outputPorts)]),
  );
  return { modelId, nodesRoot, records, inputPorts, outputPorts };
}

/**
 * The id of an exact model: the same from every file and engine that means the same nodes.
 * @throws GliaError as {@link commitModel}.
 */
export async function exactModelId(model: ExactModel): Promise<Hex> {
  return (await commitModel(model)).modelId;
}

/** `keccak256(0x02 ‖ record)`. */
export function recordHash(keccak: Keccak, record: Uint8Array): Uint8Array {
  return keccak.hash(concatBytes([Uint8Array.of(2), record]));
}

/**
 * The leaf of a record under `nodesRoot`, `keccak256(0x02 ‖ record)`: what `openHash` opens and `verifyHash` verifies.
 * @throws GliaError `EXACT_HASH_UNAVAILABLE`.
 */
export async function recordLeaf(record: Uint8Array): Promise<Hex> {
  return bytesToHex(recordHash(await loadKeccak(), record));
}

function portBytes(model: ExactModel, { tensor, shape, scale, zero, dims, name }: Port): Uint8Array {
  const own = shapeFields(tensorShape(model, tensor));
  if (shapeFields(shape).some((size, axis) => size !== own[axis]))
    throw invalidModel(`The port "${name}" and its tensor, ${tensor}, differ in shape.`);
  const fields = [tensor, ...shapeFields(shape), floatBits(scale), zero, dims.length, ...dims];
  return packFields(fields, keccak256(stringToBytes(name), "bytes"));
}

function checkPorts({ nodes, inputs, outputs }: ExactModel): void {
  const counts = { nodes: nodes.length, inputs: inputs.length, outputs: outputs.length };
  for (const part of ["nodes", "inputs", "outputs"] as const)
    if (counts[part] > LIMITS[part])
      throw invalidModel(`A model has at most ${LIMITS[part]} ${part}, not ${counts[part]}.`);
  if (counts.inputs === 0 || counts.outputs === 0) throw invalidModel("A model has at least one input and one output.");
  const tensors = inputs.length + nodes.length;
  if (inputs.some(({ tensor }, i) => tensor !== i))
    throw invalidModel("The inputs are the first tensors, in their order.");
  if (outputs.some(({ tensor }) => !Number.isInteger(tensor) || tensor < 0 || tensor >= tensors))
    throw invalidModel(`The outputs are tensors of the model, 0 to ${tensors - 1}.`);
}
