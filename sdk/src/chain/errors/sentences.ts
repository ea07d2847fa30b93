import { ASSURANCE_SENTENCES } from "./assurance-sentences.ts";
import { DISPUTE_SENTENCES } from "./dispute-sentences.ts";
import { GOVERNANCE_SENTENCES } from "./governance-sentences.ts";
import { HOLDING_SENTENCES } from "./holding-sentences.ts";
import { MARKET_SENTENCES } from "./market-sentences.ts";
import { OPENZEPPELIN_SENTENCES } from "./openzeppelin-sentences.ts";
import type { Sentence, SentenceTable } from "./sentence.ts";

/**
 * A sentence and the next step for every custom error of every ABI, by name, or by signature where two errors share a name.
 * `sentences.test.ts` proves that none is missing.
 */
export const SENTENCES: SentenceTable = {
  ...GOVERNANCE_SENTENCES,
  ...OPENZEPPELIN_SENTENCES,
  ...HOLDING_SENTENCES,
  ...MARKET_SENTENCES,
  ...ASSURANCE_SENTENCES,
  ...DISPUTE_SENTENCES,
};

/** The sentence of one error: `types` are those of its arguments. */
export function sentenceFor(name: string, types: readonly string[]): Sentence | undefined {
  return SENTENCES[`${name}(${types.join(",")})`] ?? SENTENCES[name];
}
