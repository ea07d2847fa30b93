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
  const answer = asked.then(() => ask(question));
  asked = answer.catch(() => "");
  if (/^y(es)?$/i.test((await answer).trim())) return;
  throw new GliaError("NOT_CONFIRMED", "Stopped, as you said; nothing was signed or paid.", { kind: "refused" });
}

/** The last question: whoever watches several jobs asks one at a time. */
let asked: Promise<string> = Promise.resolve("");

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(`${question} [y/N] `);
  } finally {
    terminal.close();
  }
}
