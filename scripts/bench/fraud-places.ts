/** Where in a tensor a proof costs most: its ranges lie across the borders of large subtrees there. */
import { proveElement } from "@glia/sdk/exact";
import type { FullTrace } from "@glia/sdk/exact";
import { hexToBytes } from "viem";
import type { Hex } from "viem";

import { createRandom } from "../../sdk/src/exact/random.ts";
import { sizeOf } from "../../sdk/src/exact/model.ts";

/** EIP-7623: the least gas that a byte of calldata costs. */
const ZERO_BYTE = 10;
const OTHER_BYTE = 40;

const floorOf = (data: Hex): number =>
  hexToBytes(data).reduce((gas, byte) => gas + (byte === 0 ? ZERO_BYTE : OTHER_BYTE), 0);

/**
 * The element of a node's output, of so many drawn at random, whose proof costs most: calldata is all that a proof pays for.
 * @param seed equal ones draw equal places
 */
export function dearestPlace(trace: FullTrace, node: number, places: number, seed = 1): number {
  const random = createRandom(seed);
  const { shape } = trace.model.nodes[node] ?? { shape: { n: 0, h: 0, w: 0, c: 0 } };
  let dearest = { element: 0, gas: 0 };
  for (let n = 0; n < places; n++) {
    const element = random.below(sizeOf(shape));
    const gas = floorOf(proveElement(trace, node, element));
    if (gas > dearest.gas) dearest = { element, gas };
  }
  return dearest.element;
}
