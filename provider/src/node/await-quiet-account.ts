import { GliaError } from "@glia/sdk";
import type { Address, PublicClient } from "viem";

import type { Logger } from "../util/log.ts";
import { sleep } from "../util/sleep.ts";

/**
 * For a node that lost its journal: waits until the network holds no unmined transaction of the operator. One of them may
 * be a reveal that the lost journal had recorded; acting before it is mined could sign a second, different one.
 * @throws GliaError `OPERATOR_HAS_PENDING_TRANSACTIONS` after `timeoutMs`.
 */
export async function awaitQuietAccount(options: {
  readonly publicClient: PublicClient;
  readonly operator: Address;
  readonly pollMs: number;
  readonly timeoutMs: number;
  readonly log: Logger;
}): Promise<void> {
  const { publicClient, operator: address, log } = options;
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    const [mined, pending] = await Promise.all([
      publicClient.getTransactionCount({ address, blockTag: "latest" }),
      publicClient.getTransactionCount({ address, blockTag: "pending" }),
    ]);
    if (pending <= mined) return;
    if (Date.now() > deadline) {
      throw new GliaError(
        "OPERATOR_HAS_PENDING_TRANSACTIONS",
        `${pending - mined} transactions of the operator ${address} are not mined`,
        {
          kind: "refused",
          retryable: true,
          hint: "The journal is new and these may be from a lost one: wait until they are mined or dropped, then start again.",
        },
      );
    }
    log.warn({ pending: pending - mined }, "waiting for transactions that an earlier journal may have sent");
    await sleep(options.pollMs, AbortSignal.timeout(options.timeoutMs));
  }
}
