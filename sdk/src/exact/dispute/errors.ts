import { GliaError } from "../../errors.ts";

/** A proof was asked for a place that the model does not have, or of a node of another kind. */
export function invalidPlace(message: string): GliaError {
  return new GliaError("DISPUTE_PLACE_INVALID", message, {
    kind: "input",
    hint: "Nodes, elements and positions follow from the model; elements are counted in physical order.",
  });
}

/** What a proof would have to open has not been shown. */
export function hidden(what: string): GliaError {
  return new GliaError("DISPUTE_HIDDEN", `${what} is not known.`, {
    kind: "input",
    hint: "Demand it first, with the moves of `nextMove`, or fetch the provider's trace.",
  });
}
