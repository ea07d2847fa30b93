import type { DeployedToken } from "@glia/contracts";
import { GliaError } from "@glia/sdk";

import { accountOf, type Context } from "./context.ts";

/**
 * Sees to it, before anyone is asked, that the account has any of the token: providers make no offer to an account that has none.
 * @throws GliaError `INSUFFICIENT_TOKENS`.
 */
export async function requireTokens({ client }: Context, { address, symbol }: DeployedToken): Promise<void> {
  const account = accountOf(client);
  const [wallet, vault] = await Promise.all([
    client.walletBalance(account, address),
    client.vaultBalance(account, address),
  ]);
  if (wallet + vault > 0n) return;
  throw new GliaError("INSUFFICIENT_TOKENS", `${account} has no ${symbol}, neither in the wallet nor in the Vault.`, {
    kind: "funds",
    hint: `Send ${symbol} to the account, or pay with another token: --token <symbol>`,
    details: { account, token: address },
  });
}
