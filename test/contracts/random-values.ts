/** Seeded values of any ABI type, so that two encoders can be compared over all functions. */
import type { AbiParameter } from "viem";

/** A generator of 32-bit numbers (mulberry32); the same seed gives the same numbers. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return (word ^ (word >>> 14)) >>> 0;
  };
}

/** `bits` random bits; a third of the values are the smallest or the largest. */
export function randomBits(next: () => number, bits: number): bigint {
  const kind = next() % 6;
  if (kind === 0) return 0n;
  if (kind === 1) return (1n << BigInt(bits)) - 1n;
  let word = 0n;
  for (let i = 0; i < 8; i++) word = (word << 32n) | BigInt(next());
  return BigInt.asUintN(bits, word);
}

/** `length` random bytes as 0x hex. */
export function randomBytes(next: () => number, length: number): `0x${string}` {
  let text = "0x";
  for (let i = 0; i < length; i++) text += (next() % 256).toString(16).padStart(2, "0");
  return text as `0x${string}`;
}

/** A value of the ABI type, in the form that both viem and ethers take. */
export function randomValue(next: () => number, parameter: AbiParameter): unknown {
  const { type } = parameter;
  if (type.endsWith("[]")) {
    const element = { ...parameter, type: type.slice(0, -2) };
    return Array.from({ length: next() % 4 }, () => randomValue(next, element));
  }
  if (type === "tuple" && "components" in parameter) {
    return Object.fromEntries(parameter.components.map((member) => [member.name, randomValue(next, member)]));
  }
  if (type === "address") return randomBytes(next, 20);
  if (type === "bool") return next() % 2 === 0;
  if (type === "string") return "é".repeat(next() % 40);
  if (type === "bytes") return randomBytes(next, next() % 100);
  if (type.startsWith("bytes")) return randomBytes(next, Number(type.slice(5)));
  const bits = Number(type.replace(/u?int/, ""));
  const value = type.startsWith("int") ? BigInt.asIntN(bits, randomBits(next, bits)) : randomBits(next, bits);
  // viem takes JavaScript numbers up to 48 bits.
  return bits <= 48 ? Number(value) : value;
}
