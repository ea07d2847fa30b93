import { createInterface } from "node:readline/promises";

import { GliaError } from "@glia/sdk";

/** @throws GliaError `CONFIRMATION_NEEDED` where a question will have to be asked and there is no terminal; to be known early. */
export function requireTerminal(yes: boolean): void {
  if (yes || process.stdin.isTTY) return;
  throw new GliaError("CONFIRMATION_NEEDED", "This spends money, and there is no terminal to ask on.", {
    kind: "usage",
    hint: "Add --yes to go ahead without a question.",
  });
}

/**
 * Asks a yes-or-no question on the terminal.
 * @throws GliaError `NOT_CONFIRMED` on anything but yes, `CONFIRMATION_NEEDED` where there is no terminal to ask on.
 */
export async function confirm(question: string, yes: boolean): Promise<void> {
  if (yes) return;
  requireTerminal(yes);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  throw new GliaError("NOT_CONFIRMED", "Stopped, as you said; nothing was signed or paid.", { kind: "refused" });
}
