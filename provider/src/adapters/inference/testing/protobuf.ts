/** One field in protobuf's wire format, exactly as given: hostile files are made of fields that a proper writer would not write. */
export type FieldBytes = Uint8Array;

export function varint(value: bigint | number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A field of integers. */
export function int(number: number, value: bigint | number): FieldBytes {
  return join([varint(number * 8), varint(value)]);
}

/** A field of text, bytes or a message. */
export function data(number: number, value: string | Uint8Array): FieldBytes {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return join([varint(number * 8 + 2), varint(bytes.length), bytes]);
}
