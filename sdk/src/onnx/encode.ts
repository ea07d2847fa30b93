import protobuf from "protobufjs/minimal.js";
import { fromBigInt } from "./long.ts";
import { isPackedKind } from "./packed.ts";
import type { PackedArray } from "./packed.ts";
import { fieldsOf, isMessageName } from "./schema.ts";
import type { MessageName, PackedKind, ScalarKind } from "./schema.ts";
import type { ModelProto } from "./types.ts";

const WIRE_TYPE: Readonly<Record<ScalarKind, number>> = { int32: 0, int64: 0, float: 5, string: 2, bytes: 2 };

/**
 * Writes an ONNX file. Equal models give equal bytes: fields stand in the order of their numbers, absent ones are left out,
 * lists of numbers are packed only where they are a tensor's contents.
 */
export function encodeModel(model: ModelProto): Uint8Array {
  const writer = new protobuf.Writer();
  writeMessage(writer, "Model", model);
  // A copy: the writer's own buffer may be part of a pool.
  return writer.finish().slice();
}

function writeMessage(writer: protobuf.Writer, message: MessageName, value: object): void {
  const values = value as Readonly<Record<string, unknown>>;
  for (const [name, [number, kind, repeated]] of fieldsOf(message)) {
    const member = values[name];
    if (member === undefined) continue;
    if (repeated !== undefined) {
      for (const entry of member as readonly unknown[]) writeOne(writer, number, kind, entry);
    } else if (member !== "" && !(kind === "int32" && member === 0)) {
      writeOne(writer, number, kind, member);
    }
  }
}

function writeOne(writer: protobuf.Writer, number: number, kind: string, value: unknown): void {
  if (isMessageName(kind)) {
    writer.uint32((number << 3) | 2).fork();
    writeMessage(writer, kind, value as object);
    writer.ldelim();
  } else if (isPackedKind(kind)) {
    writePacked(writer, number, kind, value as PackedArray);
  } else {
    writer.uint32((number << 3) | WIRE_TYPE[kind as ScalarKind]);
    writeScalar(writer, kind as ScalarKind, value);
  }
}

function writeScalar(writer: protobuf.Writer, kind: ScalarKind, value: unknown): void {
  if (kind === "int32") writer.int32(value as number);
  else if (kind === "int64") writer.int64(fromBigInt(value as bigint));
  else if (kind === "float") writer.float(value as number);
  else if (kind === "string") writer.string(value as string);
  else writer.bytes(value as Uint8Array);
}

function writePacked(writer: protobuf.Writer, number: number, kind: PackedKind, array: PackedArray): void {
  writer.uint32((number << 3) | 2).fork();
  for (const value of array) {
    if (typeof value === "bigint") writer.int64(fromBigInt(value));
    else if (kind === "int32s") writer.int32(value);
    else if (kind === "floats") writer.float(value);
    else writer.double(value);
  }
  writer.ldelim();
}
