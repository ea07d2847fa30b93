import type { Hex } from "viem";
import type { Judge } from "./dispute-game.ts";
import {
  naiveAnswersMax,
  naiveMaxQuestion,
  naiveRefutes,
  naiveRefutesStep,
  naiveSumsHold,
  naiveSumsQuestion,
} from "./dispute-naive-laws.ts";
import { Malformed, naiveLocate, naiveSumsRoot } from "./dispute-naive.ts";

/** The naive reader as a judge. */
export const NAIVE_JUDGE: Judge = {
  refutes: (claim, proof) => said(() => naiveRefutes(claim, proof)),
  locate: (claim, proof) =>
    said(() => {
      const { hash, levels } = naiveLocate(claim, proof);
      return { hash: hash as Hex, levels };
    }),
  sumsQuestion: (claim, proof) => said(() => naiveSumsQuestion(claim, proof)),
  sumsRoot: (question, sums) =>
    said(() => {
      if (!naiveSumsHold(question, sums)) throw new Malformed("sums that lead elsewhere");
      return naiveSumsRoot(sums) as Hex;
    }),
  refutesStep: (claim, question, root, proof) => said(() => naiveRefutesStep(claim, question, root, proof)),
  maxQuestion: (claim, proof) => said(() => naiveMaxQuestion(claim, proof)),
  answersMax: (claim, question, proof) => said(() => naiveAnswersMax(claim, question, proof)),
};

async function said<T>(judgement: () => T): Promise<T> {
  await Promise.resolve();
  return judgement();
}
