import { bytesToHex, concatBytes, hexToBytes, keccak256 } from "viem";
import type { Hex } from "viem";
import { GliaError } from "../../errors.ts";
import { tagHash } from "../../commitments/tags.ts";
import { tensorShape } from "../model.ts";
import type { ExactModel, Port, Shape } from "../model.ts";
import { loadKeccak } from "./keccak.ts";
import type { Keccak } from "./keccak.ts";
import { tensorWords } from "./layout.ts";
import { leafNodes, readyNodes, rootOf } from "./tree.ts";

const TAG = hexToBytes(tagHash("glia.exact.item.v1"));

/**
 * Root of a tensor; `bytes` are its elements in physical order n, h, w, c.
 * @throws GliaError `EXACT_SHAPE_INVALID`, `EXACT_TENSOR_SIZE`, `EXACT_HASH_UNAVAILABLE`.
 */
export async function tensorRoot(shape: Shape, bytes: Uint8Array): Promise<Hex> {
  return bytesToHex(bytesRoot(await loadKeccak(), shape, bytes));
}

/**
 * Commitment to the tensors at a model's inputs or outputs: `itemInputRoot` and `itemOutputRoot` of an exact model.
 * `tensors` are physical, one per port, in the ports' order.
 * @throws GliaError `EXACT_TENSOR_COUNT`, `EXACT_SHAPE_INVALID`, `EXACT_TENSOR_SIZE`, `EXACT_HASH_UNAVAILABLE`.
 */
export async function exactItemRoot(ports: readonly Port[], tensors: readonly Uint8Array[]): Promise<Hex> {
  const keccak = await loadKeccak();
  const shapes = ports.map(({ shape }) => shape);
  return bytesToHex(joinRoots(keccak.hash, rootsOf(keccak, shapes, tensors)));
}

/** The item root from the roots of its tensors: opening an item is naming these. */
export function itemRootOfRoots(roots: readonly Hex[]): Hex {
  const bytes = roots.map((root) => hexToBytes(root));
  return bytesToHex(joinRoots((data) => keccak256(data, "bytes"), bytes));
}

function joinRoots(hash: Keccak["hash"], roots: readonly Uint8Array[]): Uint8Array {
  return hash(concatBytes([TAG, hash(concatBytes(roots))]));
}

/**
 * Roots of all node outputs, in the nodes' order. `tensors` are all tensors of one inference by number, inputs first, physical.
 * @throws GliaError `EXACT_TENSOR_COUNT`, `EXACT_SHAPE_INVALID`, `EXACT_TENSOR_SIZE`, `EXACT_HASH_UNAVAILABLE`.
 */
export async function traceRoots(model: ExactModel, tensors: readonly Uint8Array[]): Promise<Hex[]> {
  const keccak = await loadKeccak();
  const { inputs, nodes } = model;
  checkCount(inputs.length + nodes.length, tensors.length);
  const shapes = nodes.map((_, j) => tensorShape(model, inputs.length + j));
  return rootsOf(keccak, shapes, tensors.slice(inputs.length)).map((root) => bytesToHex(root));
}

/**
 * Root of a trace: of the tree whose leaves are the roots of all node outputs.
 * @throws GliaError `EXACT_HASH_UNAVAILABLE`.
 */
export async function traceRoot(roots: readonly Hex[]): Promise<Hex> {
  return bytesToHex(rootOf(await loadKeccak(), readyNodes(roots.map((root) => hexToBytes(root)))));
}

function rootsOf(keccak: Keccak, shapes: readonly Shape[], tensors: readonly Uint8Array[]): Uint8Array[] {
  checkCount(shapes.length, tensors.length);
  return shapes.map((shape, i) => bytesRoot(keccak, shape, tensors[i] ?? new Uint8Array(0)));
}

function bytesRoot(keccak: Keccak, shape: Shape, bytes: Uint8Array): Uint8Array {
  return rootOf(keccak, leafNodes(tensorWords(shape, bytes)));
}

function checkCount(wanted: number, given: number): void {
  if (wanted === given) return;
  throw new GliaError("EXACT_TENSOR_COUNT", `${wanted} tensors are to be committed to, not ${given}.`, {
    kind: "input",
    hint: "Pass one physical tensor for each port, or for a trace every tensor of the inference, inputs first.",
  });
}
