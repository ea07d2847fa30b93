import { varint } from "multiformats";
import { GliaError } from "../errors.ts";
import { MAX_BLOCK_SIZE } from "./blocks.ts";

/** Most bytes of a section: a block and its CID; a header is far smaller. */
const MAX_SECTION = MAX_BLOCK_SIZE + 256;
const MAX_VARINT = 5;

/** Cuts a CAR's bytes into its length-prefixed sections, whose lengths are bounded before anything is buffered. */
export async function* carFrames(car: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let available = 0;
  let wanted: number | undefined;
  for await (const chunk of car) {
    if (chunk.length === 0) continue;
    pending.push(chunk);
    available += chunk.length;
    for (;;) {
      if (wanted === undefined) {
        const joined = join(pending, available);
        const prefix = readLength(joined);
        if (prefix === undefined) {
          pending = [joined];
          break;
        }
        wanted = prefix.length;
        pending = [joined.subarray(prefix.bytes)];
        available -= prefix.bytes;
      }
      if (available < wanted) break;
      const joined = join(pending, available);
      yield joined.subarray(0, wanted);
      pending = [joined.subarray(wanted)];
      available -= wanted;
      wanted = undefined;
    }
  }
  if (available > 0 || wanted !== undefined) throw carInvalid("it is cut off", true);
}

/** The error for bytes that are no CAR, or not all of one. */
export function carInvalid(reason: string, retryable = false, cause?: unknown): GliaError {
  return new GliaError("CAR_INVALID", `The CAR cannot be read: ${reason}.`, {
    kind: "network",
    retryable,
    ...(cause === undefined ? {} : { cause }),
  });
}

function readLength(bytes: Uint8Array): { length: number; bytes: number } | undefined {
  const end = bytes.subarray(0, MAX_VARINT).findIndex((byte) => byte < 0x80);
  if (end === -1) {
    if (bytes.length >= MAX_VARINT) throw carInvalid("a section's length is no number");
    return undefined;
  }
  const [length] = varint.decode(bytes);
  if (length === 0 || length > MAX_SECTION)
    throw carInvalid(`a section claims ${length} bytes; 1 to ${MAX_SECTION} are possible`);
  return { length, bytes: end + 1 };
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const joined = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
