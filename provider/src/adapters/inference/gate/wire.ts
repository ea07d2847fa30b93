import type { InferenceLimits } from "../limits.ts";
import { GateStop } from "./finding.ts";
import type { GateModel } from "./messages.ts";
import { type Field, type MessageName, SCHEMA } from "./schema.ts";

/** Lists of numbers are kept up to this length; rules need shapes, axes and trip counts, which are shorter. */
export const KEPT_NUMBERS = 256;
/** Fields of all kinds per allowed node, beside a fixed allowance for weights and shapes. */
const FIELDS_PER_NODE = 200;
const FIELDS_FREE = 100_000;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

type Message = Record<string, unknown>;

/** Reads an ONNX file strictly. Throws {@link GateStop}; time and memory are linear in the file, and depth and counts are capped. */
export function readWire(bytes: Uint8Array, limits: Pick<InferenceLimits, "maxDepth" | "maxNodes">): GateModel {
  return new WireReader(bytes, limits).message("Model", 0, bytes.length, 1);
}

class WireReader {
  readonly #bytes: Uint8Array;
  readonly #limits: Pick<InferenceLimits, "maxDepth" | "maxNodes">;
  readonly #text = new TextDecoder("utf-8", { fatal: true });
  #at = 0;
  #nodes = 0;
  #fields = 0;

  constructor(bytes: Uint8Array, limits: Pick<InferenceLimits, "maxDepth" | "maxNodes">) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  message(name: MessageName, start: number, end: number, depth: number): Message {
    this.#count(name, depth);
    const message: Message = {};
    this.#at = start;
    while (this.#at < end) {
      const tag = Number(this.#varint(end));
      if (tag > 0xffffffff) throw malformed("a field's tag is longer than 32 bits");
      const number = tag >>> 3;
      if (++this.#fields > FIELDS_FREE + this.#limits.maxNodes * FIELDS_PER_NODE) {
        throw stop("field-count", "the file consists of too many parts", "fewer attributes, names and shapes");
      }
      const field = SCHEMA[name][number];
      if (field === undefined) throw malformed(`${name} has a field ${number}, which ONNX does not define`);
      const value = this.#value(name, field, tag & 7, end, depth);
      if (field.repeated) append(message, field.name, value);
      else if (message[field.name] === undefined) message[field.name] = value;
      else throw malformed(`${name}.${field.name} is given twice`);
    }
    return message;
  }

  #value(owner: MessageName, field: Field, wireType: number, end: number, depth: number): unknown {
    const { kind } = field;
    if ((kind === "int" || kind === "ints") && wireType === VARINT) return BigInt.asIntN(64, this.#varint(end));
    if (kind === "opaque" && (wireType === FIXED32 || wireType === FIXED64))
      return this.#skip(wireType === FIXED32 ? 4 : 8, end);
    if (kind === "int" || wireType !== LENGTH_DELIMITED)
      throw malformed(`${owner}.${field.name} has wire type ${wireType}`);
    const length = Number(this.#varint(end));
    const start = this.#at;
    this.#skip(length, end);
    if (kind === "opaque") return length;
    if (kind === "ints") return this.#packed(start, start + length);
    const slice = this.#bytes.subarray(start, start + length);
    if (kind === "bytes") return slice;
    if (kind === "string") return this.#decode(slice, `${owner}.${field.name}`);
    const message = this.message(kind.message, start, start + length, depth + 1);
    this.#at = start + length;
    return message;
  }

  #packed(start: number, end: number): bigint[] {
    const values: bigint[] = [];
    this.#at = start;
    while (this.#at < end && values.length < KEPT_NUMBERS) values.push(BigInt.asIntN(64, this.#varint(end)));
    this.#at = end;
    return values;
  }

  #skip(length: number, end: number): number {
    if (length > end - this.#at) throw malformed(`the file ends in the middle of a field of ${length} bytes`);
    this.#at += length;
    return length;
  }

  /** At most ten bytes, as protobuf has it; anything longer is malformed. */
  #varint(end: number): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte(end);
      low += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte(end);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed("a number is longer than ten bytes");
  }

  #byte(end: number): number {
    const byte = this.#at < end ? this.#bytes[this.#at++] : undefined;
    if (byte === undefined) throw malformed("the file ends in the middle of a field");
    return byte;
  }

  #decode(slice: Uint8Array, where: string): string {
    try {
      return this.#text.decode(slice);
    } catch {
      throw malformed(`${where} is no UTF-8`);
    }
  }

  #count(name: MessageName, depth: number): void {
    const { maxDepth, maxNodes } = this.#limits;
    if (depth > maxDepth)
      throw stop("depth", `messages are nested deeper than ${maxDepth}`, `at most ${maxDepth} levels`);
    if (name === "Node" && ++this.#nodes > maxNodes) {
      throw stop("node-count", `the model has more than ${maxNodes} nodes`, `at most ${maxNodes} nodes in all graphs`);
    }
  }
}

function append(message: Message, name: string, value: unknown): void {
  const list = (message[name] ??= []) as unknown[];
  const numbers: unknown[] | undefined = Array.isArray(value) ? value : typeof value === "bigint" ? [value] : undefined;
  if (numbers === undefined) list.push(value);
  else list.push(...numbers.slice(0, KEPT_NUMBERS - list.length));
}

function stop(rule: string, reason: string, expected: string): GateStop {
  return new GateStop({ rule, where: "file", reason, expected });
}

function malformed(reason: string): GateStop {
  return stop("format", reason, "an ONNX file: one ModelProto in protobuf's wire format");
}
