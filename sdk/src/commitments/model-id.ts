import { encodeAbiParameters, keccak256, sha256 } from "viem";
import type { Hex } from "viem";
import { tagHash } from "./tags.ts";

const TAG = tagHash("glia.onnx.v1");
const LAYOUT = [{ type: "bytes32" }, { type: "bytes32" }] as const;

/** Id of a model outside the exact profile: it names the ONNX file byte for byte. */
export function opaqueModelId(file: Uint8Array): Hex {
  return opaqueModelIdFromSha256(sha256(file));
}

/** As {@link opaqueModelId}, for a file that was hashed while it streamed by. */
export function opaqueModelIdFromSha256(fileSha256: Hex): Hex {
  return keccak256(encodeAbiParameters(LAYOUT, [TAG, fileSha256]));
}
