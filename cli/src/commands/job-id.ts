import { GliaError } from "@glia/sdk";
import { isHex, size, type Hex } from "viem";

/** @throws GliaError `JOB_ID_INVALID`. */
export function checkJobId(text: string): Hex {
  const id = text.toLowerCase();
  if (isHex(id) && size(id) === 32) return id;
  throw new GliaError("JOB_ID_INVALID", `${JSON.stringify(text.slice(0, 80))} is no job id.`, {
    kind: "usage",
    hint: "A job id is 0x and 64 hex digits; `glia jobs` lists yours.",
  });
}
