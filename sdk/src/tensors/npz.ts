import { Unzip, UnzipInflate, zipSync } from "fflate";
import { GliaError } from "../errors.ts";
import { fromNpy, toNpy } from "./npy.ts";
import type { Tensor } from "./tensor.ts";

/** Caps against archives that are small on disk and huge in memory. */
export interface NpzLimits {
  /** Most bytes that all members may have together when unpacked; 1 GiB unless given. */
  readonly maxBytes?: number;
  /** Most members; 1,024 unless given. */
  readonly maxMembers?: number;
}

const DEFAULT_MAX_BYTES = 2 ** 30;
const DEFAULT_MAX_MEMBERS = 1024;
/** Compressed bytes fed at a time: what a bomb can unpack beyond the cap is bounded by 1,032 times this. */
const STEP = 16 * 1024;

/**
 * Reads a NumPy `.npz` archive: array name (without `.npy`) → tensor, in the archive's order.
 * Sizes are counted while unpacking, since the sizes that the archive states are whatever its author wrote.
 * @throws GliaError `NPZ_INVALID`, `NPZ_TOO_LARGE`, or what {@link fromNpy} says about a member.
 */
export function fromNpz(
  file: Uint8Array,
  { maxBytes = DEFAULT_MAX_BYTES, maxMembers = DEFAULT_MAX_MEMBERS }: NpzLimits = {},
): Map<string, Tensor> {
  const members = unpack(file, maxBytes, maxMembers);
  if (members.size === 0) throw invalid("it holds no arrays");
  const tensors = new Map<string, Tensor>();
  for (const [name, chunks] of members) {
    if (!chunks.ended) throw invalid(`its member ${name} is cut off`);
    tensors.set(name.slice(0, -".npy".length), fromNpy(join(chunks.parts)));
  }
  return tensors;
}

/** Writes an uncompressed `.npz` archive, as numpy.savez does. */
export function toNpz(tensors: ReadonlyMap<string, Tensor>): Uint8Array {
  // A fixed date makes the file a function of its content. fflate reads the date in local time, as it writes it.
  const mtime = new Date(1980, 0, 1);
  return zipSync(Object.fromEntries([...tensors].map(([name, tensor]) => [`${name}.npy`, toNpy(tensor)])), {
    level: 0,
    mtime,
  });
}

interface Member {
  readonly parts: Uint8Array[];
  ended: boolean;
}

function unpack(file: Uint8Array, maxBytes: number, maxMembers: number): Map<string, Member> {
  const members = new Map<string, Member>();
  let total = 0;
  let failure: GliaError | undefined;
  const unzip = new Unzip((entry) => {
    if (failure !== undefined) return;
    if (!entry.name.endsWith(".npy"))
      failure = invalid(`it holds ${JSON.stringify(entry.name.slice(0, 80))}, which is no .npy file`);
    else if (members.has(entry.name)) failure = invalid(`it holds ${JSON.stringify(entry.name.slice(0, 80))} twice`);
    else if (members.size >= maxMembers) failure = tooLarge(`more than ${maxMembers} arrays`);
    if (failure !== undefined) return;
    const member: Member = { parts: [], ended: false };
    members.set(entry.name, member);
    entry.ondata = (error, data, final) => {
      if (error !== null) failure ??= invalid(error.message, error);
      total += data.length;
      if (total > maxBytes) failure ??= tooLarge(`more than ${maxBytes} bytes when unpacked`);
      if (failure !== undefined) return;
      // Copied, because fflate may hand out views of a buffer that it goes on using.
      member.parts.push(data.slice());
      member.ended ||= final;
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  try {
    for (let offset = 0; offset < file.length && failure === undefined; offset += STEP) {
      unzip.push(file.subarray(offset, offset + STEP), offset + STEP >= file.length);
    }
  } catch (cause) {
    failure ??= invalid("its compressed data is damaged", cause);
  }
  if (failure !== undefined) throw failure;
  return members;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function invalid(reason: string, cause?: unknown): GliaError {
  return new GliaError("NPZ_INVALID", `This is no valid .npz archive: ${reason}.`, {
    kind: "input",
    hint: "Write such files with numpy.savez.",
    ...(cause === undefined ? {} : { cause }),
  });
}

function tooLarge(what: string): GliaError {
  return new GliaError("NPZ_TOO_LARGE", `The .npz archive has ${what}; that is refused.`, {
    kind: "input",
    hint: "Split the inputs over several files.",
  });
}
