import { GliaError } from "@glia/sdk";
import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";

import { safeText } from "./text.ts";

/**
 * What the levels mean: `error` an operator must act; `warn` something failed and is repeated or refused; `info` a step of a
 * job or of the node's life; `debug` everything else.
 */
export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";
export type Logger = PinoLogger;

/** Names of values that no log line may carry, at any depth. */
const SECRET = /^(?:password|passphrase|privatekey|private_key|secret|token|authorization|mnemonic|seed)$/i;
const MAX_DEPTH = 6;
const MAX_ENTRIES = 64;

/** A copy of `value` that is safe to log: secrets removed, strings escaped and capped, bigints as text, depth and width limited. */
export function sanitize(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return safeText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return `(${value.byteLength} bytes)`;
  if (depth >= MAX_DEPTH) return "(deeper)";
  if (value instanceof Error) return sanitizeError(value, depth);
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((entry) => sanitize(entry, depth + 1));
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([key, entry]) => [safeText(key, 80), SECRET.test(key) ? "[redacted]" : sanitize(entry, depth + 1)]),
  );
}

function sanitizeError(error: Error, depth: number): unknown {
  return {
    type: error.name,
    ...(error instanceof GliaError
      ? { code: error.code, kind: error.kind, details: sanitize(error.details, depth + 1) }
      : {}),
    message: safeText(error.message),
    ...(error instanceof GliaError ? {} : { stack: safeText(error.stack ?? "", 2_000) }),
    ...(error.cause === undefined ? {} : { cause: sanitize(error.cause, depth + 1) }),
  };
}

/** A JSON logger; one line per event, on standard error unless `destination` says otherwise. */
export function createLog(options: { level: LogLevel; name?: string }, destination?: DestinationStream): Logger {
  return pino(
    {
      level: options.level,
      base: options.name === undefined ? null : { name: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => error },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => sanitize(fields) as Record<string, unknown>,
      },
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
