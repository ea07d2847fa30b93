/** A 64-bit integer as protobufjs has it. */
export interface Long {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

/** The value as a signed integer. */
export function toSigned64(long: Long): bigint {
  return BigInt.asIntN(64, toUnsigned64(long));
}

/** The value as an unsigned integer. */
export function toUnsigned64(long: Long): bigint {
  return (BigInt(long.high >>> 0) << 32n) | BigInt(long.low >>> 0);
}

/** The low 64 bits of a value, in two's complement. */
export function fromBigInt(value: bigint): Long {
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: false };
}
