import { EXIT_CODES, explainRevert, toJson, type GliaError } from "@glia/sdk";

import { hintFor } from "./hints.ts";
import { printable } from "./printable.ts";

/** Where a command's results and remarks go. With `--json`, stdout carries one JSON document and nothing else. */
export interface Output {
  readonly json: boolean;
  /** The command's result: `human()` on stdout, or `document` as JSON. Called once. */
  result(document: unknown, human: () => string): void;
  /** One of many results that come one after another: a line on stdout, as JSON or for a person. */
  event(document: unknown, line: string): void;
  /** A remark for a person; stderr, so that pipes stay clean. */
  note(text: string): void;
}

/** Makes the output of one command run. */
export function createOutput(json: boolean): Output {
  return {
    json,
    result(document, human) {
      process.stdout.write(json ? `${toJson(document)}\n` : `${human()}\n`);
    },
    event(document, line) {
      process.stdout.write(`${json ? toJson(document) : line}\n`);
    },
    note(text) {
      process.stderr.write(`${text}\n`);
    },
  };
}

/** Writes an error as a person or a program wants it, and returns the exit code that belongs to it. */
export function reportError(error: unknown, json: boolean): number {
  const known = explainRevert(error);
  const hint = hintFor(known.code, known.hint);
  if (json) reportJson(known);
  else {
    process.stderr.write(`error: ${printable(known.message, 2_000)} [${known.code}]\n`);
    if (hint !== undefined) process.stderr.write(`  next: ${printable(hint, 2_000)}\n`);
  }
  if (known.kind === "internal" && process.env["GLIA_DEBUG"] === "1") console.error(error);
  return EXIT_CODES[known.kind];
}

/** Writes the one JSON document of a command that failed. */
export function reportJson(error: GliaError): void {
  const hint = hintFor(error.code, error.hint);
  const shown = { ...error.toJSON(), ...(hint === undefined ? {} : { hint }) };
  process.stdout.write(`${toJson({ ok: false, error: shown })}\n`);
}
