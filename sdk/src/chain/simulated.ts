import { explainRevert } from "./errors/explain-revert.ts";
import { sleep } from "./sleep.ts";

/** Looks at a torn answer before it is passed on, and milliseconds between them: a node is done with a block long before. */
const LOOKS = 20;
const PAUSE = 50;

/**
 * Runs a simulation, and again where the node ran it while it took over a block: anvil then has the new state and still the old clock,
 * so whatever writes a checkpoint (moving GLIA does) seems to write it before the last one. On chain that cannot happen.
 * @throws GliaError
 */
export async function simulated<value>(simulate: () => Promise<value>): Promise<value> {
  for (let look = 1; ; look++) {
    try {
      return await simulate();
    } catch (error) {
      const explained = explainRevert(error);
      if (explained.code !== "CHECKPOINT_UNORDERED_INSERTION" || look === LOOKS) throw explained;
      await sleep(PAUSE);
    }
  }
}
