import type { GliaError } from "../../errors.ts";
import { refuseModel } from "../errors.ts";
import { LIMITS, sizeOf } from "../model.ts";
import type { ExactModel } from "../model.ts";

/**
 * Refuses a model that is more than a verifier has to bear; see {@link LIMITS}.
 * @throws GliaError `EXACT_TOO_LARGE`, `EXACT_NOT_QUANTISED` if it has no input
 */
export function checkLimits(model: ExactModel): void {
  const { inputs, nodes, outputs } = model;
  if (inputs.length === 0)
    throw refuseModel(
      "EXACT_NOT_QUANTISED",
      "The exact part of the model depends on no input.",
      "Quantise the model with `glia exact quantize`.",
    );
  check("inputs", inputs.length, LIMITS.inputs);
  check("outputs", outputs.length, LIMITS.outputs);
  check("nodes", nodes.length, LIMITS.nodes);
  check("inputs of one node", Math.max(0, ...nodes.map((node) => node.inputs.length)), LIMITS.nodeInputs);
  const products = nodes.map((node) =>
    node.kind === "Contract" ? (sizeOf(node.shape) * node.weights.length) / node.bias.length : 0,
  );
  check(
    "multiply-adds in one inference",
    products.reduce((sum, count) => sum + count, 0),
    LIMITS.multiplyAdds,
  );
}

function check(what: string, count: number, limit: number): void {
  if (count > limit) throw tooLarge(what, count, limit);
}

function tooLarge(what: string, count: number, limit: number): GliaError {
  return refuseModel(
    "EXACT_TOO_LARGE",
    `The model has ${count} ${what}; at most ${limit} are allowed.`,
    "Use a smaller model.",
    { count, limit },
  );
}
