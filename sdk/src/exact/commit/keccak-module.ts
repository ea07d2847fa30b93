/**
 * A WebAssembly module, put together here, that hashes the leaves and the inner nodes of our trees: two messages at a time, one in each
 * half of a 128-bit vector. Both kinds fit one block of keccak (136 bytes), so a hash is one permutation. It takes a third of the
 * time that a general hasher called once per node takes, and hashing is what committing costs.
 */

/** Where things lie in the module's memory: round constants, leaves of a chunk, hashes. */
export const MEMORY = { constants: 0, leaves: 1024, hashes: 65536, pages: 2 } as const;

/** Round constants of keccak-f[1600] (FIPS 202, 3.2.5). */
export const ROUND_CONSTANTS: readonly bigint[] = [
  0x1n,
  0x8082n,
  0x800000000000808an,
  0x8000000080008000n,
  0x808bn,
  0x80000001n,
  0x8000000080008081n,
  0x8000000000008009n,
  0x8an,
  0x88n,
  0x80008009n,
  0x8000000an,
  0x8000808bn,
  0x800000000000008bn,
  0x8000000000008089n,
  0x8000000000008003n,
  0x8000000000008002n,
  0x8000000000000080n,
  0x800an,
  0x800000008000000an,
  0x8000000080008081n,
  0x8000000000008080n,
  0x80000001n,
  0x8000000080008008n,
];

/** Rotation of lane x + 5y (FIPS 202, 3.2.2). */
const ROTATIONS = [0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14];
const LANES = 25;
/** Lanes of a block; a message of `length` bytes behind its tag ends with 0x01 and the block with 0x80. */
const RATE_LANES = 17;

type Code = number[];

const I32 = 0x7f;
const V128 = 0x7b;
const unsigned = (value: number): Code => (value < 128 ? [value] : [(value % 128) + 128, ...unsigned(value >> 7)]);
/** Signed LEB128, for i32.const. */
const signed = (value: number): Code =>
  value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];

const get = (local: number): Code => [0x20, ...unsigned(local)];
const set = (local: number): Code => [0x21, ...unsigned(local)];
const tee = (local: number): Code => [0x22, ...unsigned(local)];
const i32 = (value: number): Code => [0x41, ...signed(value)];
const ADD = 0x6a;
const SUB = 0x6b;
const LESS = 0x49;
const loop = (body: Code): Code => [0x03, 0x40, ...body, 0x0b];
const AGAIN = [0x0d, 0];

const simd = (operation: number, ...more: Code): Code => [0xfd, ...unsigned(operation), ...more];
const AND = simd(0x4e);
const AND_NOT = simd(0x4f);
const OR = simd(0x50);
const XOR = simd(0x51);
const SHIFT_LEFT = simd(0xcb);
const SHIFT_RIGHT = simd(0xcd);
const loadSplat = (offset: number): Code => simd(0x0a, 0, ...unsigned(offset));
const loadFirst = (offset: number): Code => simd(0x5d, 0, ...unsigned(offset));
const loadSecond = (offset: number): Code => simd(0x57, 0, ...unsigned(offset), 1);
const store = (offset: number, half: number): Code => simd(0x5b, 0, ...unsigned(offset), half);
/** The same 64 bits in both halves. */
function constant(value: bigint): Code {
  const bytes = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
  return simd(0x0c, ...bytes, ...bytes);
}

const [SOURCE, TARGET, COUNT, ROUND] = [0, 1, 2, 3];
const STATE = Array.from({ length: LANES }, (_, i) => 4 + i);
const OTHER = Array.from({ length: LANES }, (_, i) => 4 + LANES + i);
const FIRST_SCRATCH = 4 + 2 * LANES;
/** Column parities, then what theta adds to each column, then a row for chi, then one for rotating. */
const [PARITY, THETA, ROW, SCRATCH] = [0, 5, 10, 15].map((at) => FIRST_SCRATCH + at) as [
  number,
  number,
  number,
  number,
];
const VECTORS = 2 * LANES + 16;

function rotate(bits: number): Code {
  if (bits === 0) return [];
  return [...tee(SCRATCH), ...i32(bits), ...SHIFT_LEFT, ...get(SCRATCH), ...i32(64 - bits), ...SHIFT_RIGHT, ...OR];
}

/** One round of keccak-f, from one set of locals to another; the constant lies `offset` bytes behind the round's pointer. */
function round(from: readonly number[], to: readonly number[], offset: number): Code {
  const at = (lane: number): number => from[lane] ?? 0;
  const code: Code = [];
  for (let x = 0; x < 5; x++) {
    code.push(...get(at(x)));
    for (let y = 1; y < 5; y++) code.push(...get(at(x + 5 * y)), ...XOR);
    code.push(...set(PARITY + x));
  }
  for (let x = 0; x < 5; x++) {
    code.push(...get(PARITY + ((x + 1) % 5)), ...rotate(1), ...get(PARITY + ((x + 4) % 5)), ...XOR, ...set(THETA + x));
  }
  for (let y = 0; y < 5; y++) {
    // Rho and pi move lane (x, y') to column y' of row 2x + 3y'; so column `column` of row y was lane (x, column) with x = 3y + column modulo 5.
    for (let column = 0; column < 5; column++) {
      const x = (3 * y + column) % 5;
      const lane = x + 5 * column;
      code.push(...get(at(lane)), ...get(THETA + x), ...XOR, ...rotate(ROTATIONS[lane] ?? 0), ...set(ROW + column));
    }
    for (let x = 0; x < 5; x++) {
      code.push(...get(ROW + x), ...get(ROW + ((x + 2) % 5)), ...get(ROW + ((x + 1) % 5)), ...AND_NOT, ...XOR);
      if (x === 0 && y === 0) code.push(...get(ROUND), ...loadSplat(offset), ...XOR);
      code.push(...set(to[x + 5 * y] ?? 0));
    }
  }
  return code;
}

/** Lane of two messages `tag ‖ data ‖ padding`, whose data lie one behind the other. */
function messageLane(lane: number, tag: number, length: number): Code {
  const last = length / 8;
  const end = lane === RATE_LANES - 1 ? 1n << 63n : 0n;
  if (lane > last) return constant(lane < RATE_LANES ? end : 0n);
  const offset = Math.max(0, 8 * lane - 1);
  const code = [...get(SOURCE), ...get(SOURCE), ...loadFirst(offset), ...loadSecond(offset + length)];
  if (lane === 0) return [...code, ...i32(8), ...SHIFT_LEFT, ...constant(BigInt(tag)), ...OR];
  if (lane === last) return [...code, ...constant(255n), ...AND, ...constant(0x100n | end), ...OR];
  return code;
}

/** (source, target, count): hashes 2·count messages, which lie without gaps, and writes their hashes without gaps. */
function hashFunction(tag: number, length: number): Code {
  const absorb = STATE.flatMap((local, lane) => [...messageLane(lane, tag, length), ...set(local)]);
  const rounds = loop([
    ...round(STATE, OTHER, 0),
    ...round(OTHER, STATE, 8),
    ...[...get(ROUND), ...i32(16), ADD, ...tee(ROUND)],
    ...[...i32(MEMORY.constants + 8 * ROUND_CONSTANTS.length), LESS, ...AGAIN],
  ]);
  const squeeze = STATE.slice(0, 4).flatMap((local, lane) =>
    [0, 1].flatMap((half) => [...get(TARGET), ...get(local), ...store(32 * half + 8 * lane, half)]),
  );
  const body = loop([
    ...[...absorb, ...i32(MEMORY.constants), ...set(ROUND), ...rounds, ...squeeze],
    ...[...get(SOURCE), ...i32(2 * length), ADD, ...set(SOURCE)],
    ...[...get(TARGET), ...i32(64), ADD, ...set(TARGET)],
    ...[...get(COUNT), ...i32(1), SUB, ...tee(COUNT), ...AGAIN],
  ]);
  const code = [2, 1, I32, ...unsigned(VECTORS), V128, ...body, 0x0b];
  return [...unsigned(code.length), ...code];
}

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const name = (text: string): Code => [text.length, ...Array.from(text, (letter) => letter.charCodeAt(0))];

/** The module's bytes. It exports `memory` and, each (source, target, count) for 2·count messages, `leaves` and `pairs`. */
export function keccakModule(): Uint8Array<ArrayBuffer> {
  const functions = [hashFunction(0, 128), hashFunction(1, 64)];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I32, I32, I32, 0]),
    ...section(3, [2, 0, 0]),
    ...section(5, [1, 0, MEMORY.pages]),
    ...section(7, [3, ...name("memory"), 2, 0, ...name("leaves"), 0, 0, ...name("pairs"), 0, 1]),
    ...section(10, [2, ...functions.flat()]),
  ]);
}
