import type { GliaError } from "../../errors.ts";
import { runWords } from "../commit/filters.ts";
import { refuseModel } from "../errors.ts";
import { LIMITS, sizeOf, tensorShape } from "../model.ts";
import type { ExactModel, ExactNode } from "../model.ts";

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
  const steps = nodes.reduce((sum, node) => sum + stepsOf(node), 0);
  check("multiply-adds and comparisons in one inference", steps, LIMITS.multiplyAdds);
  const words = nodes.map((node) => windowWords(model, node));
  check("words of activations in one window of a contraction", Math.max(0, ...words), LIMITS.windowWords);
}

/** Words of activations that one element of a contraction reads: 32 channels each, or all of a pixel's if it has fewer. */
function windowWords(model: ExactModel, node: ExactNode): number {
  if (node.kind !== "Contract") return 0;
  return runWords(node, tensorShape(model, node.inputs[0] ?? 0)) - 1;
}

/** Multiply-adds of a product, comparisons of a largest element. */
function stepsOf(node: ExactNode): number {
  if (node.kind === "Contract") return sizeOf(node.shape) * (node.weights.length / node.bias.length);
  return node.kind === "MaxPool" ? sizeOf(node.shape) * node.kernelH * node.kernelW : 0;
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
