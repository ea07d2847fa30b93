import protobuf from "protobufjs/minimal.js";
import { GliaError } from "../errors.ts";
import { malformed, overLimit } from "./errors.ts";
import { toSigned64 } from "./long.ts";
import { isPackedKind, packedWireType, readPacked } from "./packed.ts";
import { fieldsOf, isMessageName, ONE_OF, SCHEMA } from "./schema.ts";
import type { Field, MessageName, ScalarKind } from "./schema.ts";
import type { ModelProto } from "./types.ts";

/** Bounds on what a stranger's file may make the reader do. */
export interface DecodeLimits {
  /** Bytes of the file. */
  readonly maxBytes: number;
  /** Levels of messages inside messages; a subgraph inside a node takes three. */
  readonly maxDepth: number;
  /** Messages in all: nodes, tensors, shapes and so on; each costs some hundred bytes of memory. */
  readonly maxMessages: number;
  /** Strings and single numbers in all; the contents of tensors are not counted, since they take little more than their bytes. */
  readonly maxValues: number;
}

/** What {@link decodeModel} allows when told nothing else; protobuf itself ends at 2 GiB. */
export const DEFAULT_DECODE_LIMITS: DecodeLimits = {
  maxBytes: 2 ** 31 - 1,
  maxDepth: 64,
  maxMessages: 500_000,
  maxValues: 2_000_000,
};

const LENGTH_DELIMITED = 2;
const WIRE_TYPE: Readonly<Record<ScalarKind, number>> = { int32: 0, int64: 0, float: 5, string: 2, bytes: 2 };
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

type Raw = Record<string, unknown>;

/** One list for all absent fields: an empty message of two bytes must not cost ten arrays. */
const NOTHING: readonly never[] = Object.freeze([]);

const BY_NUMBER = new Map(
  (Object.keys(SCHEMA) as MessageName[]).map((name) => [
    name,
    new Map(fieldsOf(name).map((entry) => [entry[1][0], entry])),
  ]),
);

/**
 * Reads an ONNX file. Fields that our part of the schema does not have are skipped; bytes of tensors are views of `bytes`.
 * Where protobuf readers may differ (a message given twice, text that is not UTF-8, two members of a choice) it refuses,
 * so that nobody's reader sees another model than ours.
 * @throws GliaError `ONNX_MALFORMED`, `ONNX_TOO_LARGE`, `ONNX_TOO_DEEP`, `ONNX_TOO_COMPLEX`; never anything else, whatever the bytes.
 */
export function decodeModel(bytes: Uint8Array, limits: Partial<DecodeLimits> = {}): ModelProto {
  const decoder = new Decoder({ ...DEFAULT_DECODE_LIMITS, ...limits });
  // The table that the decoder walks over is the one that the type is derived from.
  // A plain array even of a Buffer, whose slice() does not copy as a Uint8Array's does.
  return decoder.model(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)) as unknown as ModelProto;
}

class Decoder {
  private readonly limits: DecodeLimits;
  private messages = 0;
  private values = 0;

  constructor(limits: DecodeLimits) {
    this.limits = limits;
  }

  model(bytes: Uint8Array): Raw {
    if (bytes.length > this.limits.maxBytes) throw overLimit("ONNX_TOO_LARGE", "bytes", this.limits.maxBytes);
    const model = this.message("Model", bytes, 0, 1);
    if (model["graph"] === undefined) throw malformed("it has no graph", bytes.length);
    return model;
  }

  /** Reads the message that fills `bytes`; `origin` is where they begin in the file. */
  private message(name: MessageName, bytes: Uint8Array, origin: number, depth: number): Raw {
    const { maxDepth, maxMessages } = this.limits;
    if (depth > maxDepth) throw overLimit("ONNX_TOO_DEEP", "levels of nested messages", maxDepth);
    if (++this.messages > maxMessages) throw overLimit("ONNX_TOO_COMPLEX", "messages", maxMessages);
    const fields = BY_NUMBER.get(name);
    const raw: Raw = {};
    const reader = new protobuf.Reader(bytes);
    while (reader.pos < reader.len) {
      const at = origin + reader.pos;
      try {
        const tag = reader.tag();
        const entry = fields?.get(tag >>> 3);
        if (entry === undefined) skip(reader, tag);
        else this.field(name, raw, entry, tag & 7, reader, { origin, depth });
      } catch (error) {
        if (error instanceof GliaError) throw error;
        throw malformed(`${name} holds a broken field`, at, error);
      }
    }
    try {
      complete(name, raw);
    } catch (error) {
      throw malformed(`${name} holds broken numbers`, origin, error);
    }
    return raw;
  }

  private field(
    message: MessageName,
    raw: Raw,
    [name, [, kind, repeated]]: readonly [string, Field],
    wire: number,
    reader: protobuf.Reader,
    place: { origin: number; depth: number },
  ): void {
    if (isPackedKind(kind)) {
      const inner = wire === LENGTH_DELIMITED ? reader.bytes() : single(reader, wire, packedWireType(kind));
      put(message, raw, name, inner, "repeated");
      this.count();
      return;
    }
    if (isMessageName(kind)) {
      expectWire(wire, LENGTH_DELIMITED);
      const inner = reader.bytes();
      const value = this.message(kind, inner, place.origin + reader.pos - inner.length, place.depth + 1);
      if (repeated === undefined && raw[name] !== undefined) throw new RangeError(`${message}.${name} occurs twice`);
      put(message, raw, name, value, repeated);
      return;
    }
    const scalar = kind as ScalarKind;
    if (repeated !== undefined && wire === LENGTH_DELIMITED && WIRE_TYPE[scalar] !== LENGTH_DELIMITED) {
      const inner = new protobuf.Reader(reader.bytes());
      while (inner.pos < inner.len) put(message, raw, name, this.scalar(scalar, inner), repeated);
      return;
    }
    expectWire(wire, WIRE_TYPE[scalar]);
    put(message, raw, name, this.scalar(scalar, reader), repeated);
  }

  private scalar(kind: ScalarKind, reader: protobuf.Reader): unknown {
    this.count();
    if (kind === "int32") return reader.int32();
    if (kind === "int64") return toSigned64(reader.int64());
    if (kind === "float") return reader.float();
    const bytes = reader.bytes();
    return kind === "bytes" ? bytes : utf8.decode(bytes);
  }

  private count(): void {
    if (++this.values > this.limits.maxValues) {
      throw overLimit("ONNX_TOO_COMPLEX", "strings and numbers outside of tensors", this.limits.maxValues);
    }
  }
}

function put(message: MessageName, raw: Raw, name: string, value: unknown, repeated: "repeated" | undefined): void {
  if (repeated !== undefined) {
    const list = raw[name] as unknown[] | undefined;
    if (list === undefined) raw[name] = [value];
    else list.push(value);
    return;
  }
  const choice = ONE_OF[message];
  if (choice?.includes(name) === true && choice.some((other) => other !== name && raw[other] !== undefined)) {
    throw new RangeError(`${message} holds two members of a choice`);
  }
  raw[name] = value;
}

/** The bytes of one unpacked number. */
function single(reader: protobuf.Reader, wire: number, expected: number): Uint8Array {
  expectWire(wire, expected);
  const start = reader.pos;
  reader.skipType(wire);
  return reader.buf.subarray(start, reader.pos);
}

function expectWire(actual: number, expected: number): void {
  if (actual !== expected) throw new RangeError(`wire type ${actual} instead of ${expected}`);
}

function skip(reader: protobuf.Reader, tag: number): void {
  // Groups nest without a length and no version of ONNX has ever used one.
  if (tag >>> 3 === 0 || (tag & 7) === 3) throw new RangeError(`illegal tag ${tag}`);
  reader.skipType(tag & 7);
}

/** Gives absent fields their defaults and joins the pieces of packed ones: once, since growing an array piece by piece is quadratic. */
function complete(message: MessageName, raw: Raw): void {
  for (const [name, [, kind, repeated]] of fieldsOf(message)) {
    if (raw[name] !== undefined) {
      if (isPackedKind(kind)) raw[name] = readPacked(kind, raw[name] as Uint8Array[]);
    } else if (repeated !== undefined) raw[name] = NOTHING;
    else if (kind === "string") raw[name] = "";
    else if (kind === "int32") raw[name] = 0;
  }
}
