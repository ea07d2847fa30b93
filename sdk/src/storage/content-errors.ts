import type { CID } from "multiformats/cid";
import { GliaError } from "../errors.ts";

/** The error for a file larger than its receiver allows. */
export function contentTooLarge(cid: CID, size: number, maxBytes: number): GliaError {
  return new GliaError("CONTENT_TOO_LARGE", `${cid.toString()} has ${size} bytes; at most ${maxBytes} are accepted.`, {
    kind: "refused",
    details: { cid: cid.toString(), size, maxBytes },
  });
}

/** The error for a block that a file needs and that is not here. */
export function blockMissing(cid: CID): GliaError {
  return new GliaError("CONTENT_MISSING", `Block ${cid.toString()} is not in the local store.`, {
    kind: "network",
    hint: "Fetch the content first.",
    retryable: true,
    details: { cid: cid.toString() },
  });
}
