import { type Hex, keccak256, type LocalAccount } from "viem";

/** What is signed; the node signs no message that anybody else chose, so nobody else gets this signature. */
const MESSAGE =
  "Glia node secret, version 1. Signing this anywhere but in glia-node gives away results before their reveal.";

/**
 * The node's secret, from which its salts follow: the hash of the operator's own signature, which is the same each time (RFC 6979). Whoever
 * has the operator's keystore has it again after everything else was lost.
 */
export async function nodeSecret(operator: Pick<LocalAccount, "signMessage">): Promise<Hex> {
  return keccak256(await operator.signMessage({ message: MESSAGE }));
}
