import { encodeModel } from "@glia/sdk";

import { CASES } from "../../sdk/src/exact/canonicalise/testing/cases.ts";

/** Small exact models, from 200 bytes to some kilobytes, which together have both forms of files, every operator and every kind of node. */
export const FUZZ_SEEDS: readonly Uint8Array[] = CASES.map(({ sketch }) => encodeModel(sketch.model()));
