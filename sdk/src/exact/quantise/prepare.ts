import { affineToDepthwise } from "./depthwise.ts";
import { foldAffine } from "./fold-affine.ts";
import { readGraph } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";
import { dropIdentities, dropUnread, foldConstants } from "./simplify.ts";
import { upgradeGraph } from "./upgrade.ts";

/**
 * Reads a float model and brings it into the form that is quantised: operator set 13 or later, constants folded, normalisation and factors per
 * channel folded into contractions.
 * @throws GliaError `EXACT_QUANTISE_…` and what reading an ONNX file throws
 */
export function prepareGraph(file: Uint8Array): FloatGraph {
  const simple = dropUnread(dropIdentities(foldConstants(upgradeGraph(readGraph(file)))));
  return dropUnread(affineToDepthwise(foldAffine(simple)));
}
