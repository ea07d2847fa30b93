import { EXIT_CODES, explainRevert, GliaError, toJson } from "@glia/sdk";

import { safeText } from "../util/text.ts";

/** How a command talks: people's text on stdout, or with `--json` one document there and people's text on stderr. */
export interface Output {
  readonly json: boolean;
  /** A line for people. */
  say(line: string): void;
  /** The command's answer: one JSON document with `--json`, else the lines. */
  answer(document: object, lines: readonly string[]): void;
}

/** Creates the {@link Output} of one command. */
export function createOutput(json: boolean): Output {
  return {
    json,
    say: (line) => void (json ? process.stderr : process.stdout).write(`${line}\n`),
    answer(document, lines) {
      process.stdout.write(json ? `${toJson(document)}\n` : `${lines.join("\n")}\n`);
    },
  };
}

/** Tells an error in the form that was asked for and sets the exit code that its kind stands for. */
export function fail(error: unknown, json: boolean): void {
  const known = error instanceof GliaError ? error : explainUnknown(error);
  process.exitCode = EXIT_CODES[known.kind];
  if (json) process.stdout.write(`${toJson({ ok: false, error: known.toJSON() })}\n`);
  else
    process.stderr.write(
      `Error ${known.code}: ${safeText(known.message, 2_000)}\n${known.hint === undefined ? "" : `${known.hint}\n`}`,
    );
}

/** A cancelled prompt is the user's choice; anything else that has no code of ours comes from viem or is our own fault. */
function explainUnknown(error: unknown): GliaError {
  if (error instanceof Error && error.name === "ExitPromptError") {
    return new GliaError("CANCELLED", "Cancelled; nothing was changed", { kind: "usage" });
  }
  if (error instanceof Error && !("shortMessage" in error)) {
    return new GliaError("INTERNAL", error.message, { kind: "internal", cause: error });
  }
  return explainRevert(error);
}
