import { z } from "zod";
import { getAddress } from "viem";
import type { Address, Hex } from "viem";
import { GliaError } from "../errors.ts";

/** Wire forms of the protocol's values: integers above 48 bits as decimal strings, bytes as lower-case 0x hex, addresses in any case. */

/** A decimal string of an unsigned integer of at most `bits` bits ↔ bigint. */
export function uint(bits: number) {
  return z
    .string()
    .regex(/^(0|[1-9][0-9]{0,77})$/, "must be an unsigned integer as a decimal string")
    .transform((text) => BigInt(text))
    .refine((value) => value >> BigInt(bits) === 0n, `must fit into ${bits} bits`);
}

/** A JSON number that is an unsigned integer of at most 48 bits. */
export function smallUint(bits: number) {
  return z
    .number()
    .int()
    .min(0)
    .max(2 ** bits - 1);
}

/** Exactly `bytes` bytes as 0x hex. */
export function fixedBytes(bytes: number) {
  return z
    .string()
    .regex(new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`), `must be ${bytes} bytes as 0x hex`)
    .transform((text) => text.toLowerCase() as Hex);
}

/** At most `bytes` bytes as 0x hex. */
export function someBytes(bytes: number) {
  return z
    .string()
    .max(2 + bytes * 2)
    .regex(/^0x([0-9a-fA-F]{2})*$/, "must be bytes as 0x hex")
    .transform((text) => text.toLowerCase() as Hex);
}

export const bytes32 = fixedBytes(32);

/** A 20-byte address; normalised to its checksummed form. */
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "must be a 20-byte address as 0x hex")
  .transform((text): Address => getAddress(text.toLowerCase()));

/** JSON text in which every bigint is a decimal string; the inverse of parsing with the schemas of `api.ts`. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? part.toString() : part), indent);
}

/**
 * Parses untrusted data with a schema.
 * @throws GliaError `code` (kind as given) that names the first offending member and what it must be.
 */
export function parseWith<T extends z.ZodType>(
  schema: T,
  value: unknown,
  { code, kind, what }: { code: string; kind: "input" | "network"; what: string },
): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue === undefined || issue.path.length === 0 ? "the document" : issue.path.map(String).join(".");
  throw new GliaError(code, `${what} is malformed: ${path}: ${issue?.message ?? "unreadable"}.`, {
    kind,
    hint: "docs/PROTOCOL.md and sdk/src/market/api.ts describe the format.",
    details: { path },
  });
}
