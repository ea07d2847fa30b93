import { concat, encodeAbiParameters, keccak256, stringToBytes } from "viem";
import type { Hex } from "viem";
import { DTYPES } from "../tensors/dtype.ts";
import { createTensor } from "../tensors/tensor.ts";
import type { Item, Tensor } from "../tensors/tensor.ts";
import { tagHash } from "./tags.ts";

const TENSOR_TAG = tagHash("glia.tensor.v1");
const ITEM_TAG = tagHash("glia.item.v1");
const TENSOR_LAYOUT = [{ type: "bytes32" }, { type: "uint8" }, { type: "bytes32" }, { type: "bytes32" }] as const;
const ITEM_LAYOUT = [{ type: "bytes32" }, { type: "bytes32" }] as const;

/**
 * Commitment to one tensor: its type, shape and bytes.
 * @throws GliaError `TENSOR_SIZE_MISMATCH` if the bytes do not fit type and shape.
 */
export function tensorHash({ dtype, shape, bytes }: Tensor): Hex {
  createTensor(dtype, shape, bytes);
  const packedShape = new Uint8Array(shape.length * 8);
  const view = new DataView(packedShape.buffer);
  shape.forEach((size, axis) => view.setBigUint64(axis * 8, BigInt(size)));
  return keccak256(
    encodeAbiParameters(TENSOR_LAYOUT, [TENSOR_TAG, DTYPES[dtype].code, keccak256(packedShape), keccak256(bytes)]),
  );
}

/**
 * Commitment to one item: its tensors by name. The order of the map counts and must be the model's declared order.
 * `itemInputRoot` and `itemOutputRoot` of a model outside the exact profile.
 */
export function itemRoot(item: Item): Hex {
  const parts = Array.from(item, ([name, tensor]) => concat([keccak256(stringToBytes(name)), tensorHash(tensor)]));
  return keccak256(encodeAbiParameters(ITEM_LAYOUT, [ITEM_TAG, keccak256(concat(parts))]));
}
