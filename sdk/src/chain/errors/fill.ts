import { hexToString, isHex } from "viem";
import { jobStatusName, statusNames } from "../job-status.ts";

const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Text from a stranger (a revert reason, a provider's message) made fit for a terminal or a page: one line, capped. */
export function tame(text: string, cap = 300): string {
  const clean = text.replace(CONTROL, " ").trim();
  return clean.length > cap ? `${clean.slice(0, cap)}…` : clean;
}

/** Puts an error's arguments into a sentence; statuses and sets of statuses by their names. */
export function fill(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (_whole, name: string) => show(name, values[name]));
}

function show(name: string, value: unknown): string {
  if (name === "status" && (typeof value === "number" || typeof value === "bigint"))
    return jobStatusName(Number(value));
  if (name === "allowed" && typeof value === "string" && value.startsWith("0x")) {
    const names = statusNames(BigInt(value));
    return names.length === 0 ? "no status" : names.join(" or ");
  }
  if (name === "field" && isHex(value)) return tame(hexToString(value, { size: 32 }));
  if (typeof value === "string") return tame(value);
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") return String(value);
  return "(unknown)";
}
