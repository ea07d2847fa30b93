import { BaseError, type Hex, type PublicClient } from "viem";

/** What nodes say of a transaction that they have already, or that is already mined. */
const KNOWN =
  /already known|already imported|already exists|known transaction|nonce too low|nonce has already been used/i;

/** Hands signed bytes to the network; that the network has them already is success too. */
export async function broadcast(publicClient: PublicClient, raw: Hex): Promise<void> {
  try {
    await publicClient.sendRawTransaction({ serializedTransaction: raw });
  } catch (error) {
    const text = error instanceof BaseError ? `${error.shortMessage} ${error.details}` : String(error);
    if (!KNOWN.test(text)) throw error;
  }
}
