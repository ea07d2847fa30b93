import { GliaError } from "../errors.ts";
import type { DType } from "./dtype.ts";
import { MAX_RANK } from "./tensor.ts";

/** What the header of a `.npy` file says. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the raw numbers start, in bytes from the start of the file. */
  readonly dataOffset: number;
}

/** First bytes of every `.npy` file. */
export const NPY_MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);

const MAX_HEADER = 64 * 1024;
const KINDS: Readonly<Record<string, DType>> = {
  f2: "float16",
  f4: "float32",
  f8: "float64",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  b1: "bool",
};

/**
 * Parses the header without evaluating anything: the dictionary is matched member by member.
 * @throws GliaError `NPY_INVALID`, `TENSOR_DTYPE_UNSUPPORTED`.
 */
export function parseNpyHeader(file: Uint8Array): NpyHeader {
  if (file.length < 10 || NPY_MAGIC.some((byte, i) => file[i] !== byte)) throw invalid("does not start as one");
  const major = file[6] ?? 0;
  if (major < 1 || major > 3) throw invalid(`has format version ${major}; 1 to 3 are known`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = major === 1 ? 10 : 12;
  if (file.length < start) throw invalid("ends within its header");
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER) throw invalid(`has a header of ${length} bytes; at most ${MAX_HEADER} are read`);
  if (file.length < start + length) throw invalid("ends within its header");
  const text = decodeHeader(file.subarray(start, start + length), major);
  const body = /^\{(.*)\}\s*$/s.exec(text)?.[1];
  if (body === undefined) throw invalid("has a header that is no dictionary");
  const descr = member(body, "descr", /'([^']*)'|"([^"]*)"/);
  const fortran = member(body, "fortran_order", /True|False/);
  const shape = member(body, "shape", /\(([\d\sL,]*)\)/);
  return {
    ...parseDescr(descr.slice(1, -1)),
    fortranOrder: fortran === "True",
    shape: parseShape(shape.slice(1, -1)),
    dataOffset: start + length,
  };
}

function decodeHeader(bytes: Uint8Array, major: number): string {
  try {
    return major === 3
      ? new TextDecoder("utf-8", { fatal: true }).decode(bytes)
      : new TextDecoder("latin1").decode(bytes);
  } catch (cause) {
    throw invalid("has a header that is not UTF-8", cause);
  }
}

function member(body: string, name: string, value: RegExp): string {
  const found = new RegExp(`(?:^|,)\\s*['"]${name}['"]\\s*:\\s*(${value.source})`).exec(body)?.[1];
  if (found === undefined) throw invalid(`has no readable '${name}' in its header`);
  return found;
}

function parseDescr(descr: string): { dtype: DType; bigEndian: boolean } {
  const [order, kind] = [descr.slice(0, 1), descr.slice(1)];
  const dtype = KINDS[kind];
  if (dtype === undefined || !"<>|=".includes(order)) {
    throw new GliaError(
      "TENSOR_DTYPE_UNSUPPORTED",
      `The .npy file holds NumPy type '${descr}'; numbers and bool are supported.`,
      {
        kind: "input",
        hint: "Convert it first, for example with array.astype(numpy.float32).",
        details: { descr },
      },
    );
  }
  return { dtype, bigEndian: order === ">" };
}

function parseShape(text: string): number[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  if (parts.length > MAX_RANK || parts.some((part) => !/^\d{1,15}L?$/.test(part)))
    throw invalid(`has an unreadable shape (${text.slice(0, 100)})`);
  return parts.map((part) => Number.parseInt(part, 10));
}

function invalid(reason: string, cause?: unknown): GliaError {
  return new GliaError("NPY_INVALID", `This is no valid .npy file: it ${reason}.`, {
    kind: "input",
    hint: "Write such files with numpy.save.",
    ...(cause === undefined ? {} : { cause }),
  });
}
