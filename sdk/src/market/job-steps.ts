import type { Hex, TransactionReceipt } from "viem";
import { jobFromEvents } from "../chain/job-from-events.ts";
import { jobCall } from "../chain/market-calls.ts";
import type { SimpleJobCall } from "../chain/market-calls.ts";
import type { MarketClient } from "../chain/market-client.ts";
import { sendCall } from "../chain/send-call.ts";
import type { SendOptions } from "../chain/send-call.ts";

/** Reads the job's latest struct and makes one call about it. */
async function step(
  client: MarketClient,
  name: SimpleJobCall,
  jobId: Hex,
  options: SendOptions | undefined,
): Promise<TransactionReceipt> {
  const { job } = await jobFromEvents(client, jobId);
  return sendCall(client, jobCall(client.deployment.market, name, { id: jobId, job }), options);
}

/** The buyer accepts a revealed result: the provider is paid at once. Verify before. */
export function accept(client: MarketClient, jobId: Hex, options?: SendOptions): Promise<TransactionReceipt> {
  return step(client, "accept", jobId, options);
}

/** Anyone settles a revealed job after its challenge window. */
export function settle(client: MarketClient, jobId: Hex, options?: SendOptions): Promise<TransactionReceipt> {
  return step(client, "settle", jobId, options);
}

/** The buyer withdraws an auction that nobody took; full refund. */
export function cancel(client: MarketClient, jobId: Hex, options?: SendOptions): Promise<TransactionReceipt> {
  return step(client, "cancel", jobId, options);
}

/** Anyone ends an auction whose time is over; full refund. */
export function expire(client: MarketClient, jobId: Hex, options?: SendOptions): Promise<TransactionReceipt> {
  return step(client, "expire", jobId, options);
}

/** Anyone ends a job that its provider missed: the payer is refunded, the provider loses part of its collateral. */
export function defaultJob(client: MarketClient, jobId: Hex, options?: SendOptions): Promise<TransactionReceipt> {
  return step(client, "defaultJob", jobId, options);
}
