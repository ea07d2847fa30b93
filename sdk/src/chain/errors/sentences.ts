import { HOLDING_SENTENCES } from "./holding-sentences.ts";
import { MARKET_SENTENCES } from "./market-sentences.ts";
import { OPENZEPPELIN_SENTENCES } from "./openzeppelin-sentences.ts";
import type { SentenceTable } from "./sentence.ts";

/** A sentence and the next step for every custom error of every ABI; `sentences.test.ts` proves that none is missing. */
export const SENTENCES: SentenceTable = { ...OPENZEPPELIN_SENTENCES, ...HOLDING_SENTENCES, ...MARKET_SENTENCES };
