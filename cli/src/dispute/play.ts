import { runChallenger, walletSender, type ChallengerMove, type JobMaterial, type SendMove } from "@glia/sdk";
import type { Hex } from "viem";

import { accountOf, type Context } from "../context/context.ts";
import { confirm } from "../terminal/confirm.ts";
import { showWei } from "../terminal/amounts.ts";
import { printable } from "../terminal/printable.ts";

/** One transaction of a challenge. */
interface PlayedMove {
  readonly key: string;
  readonly why: string;
  readonly hash: Hex;
  readonly gasUsed: bigint;
  /** Wei. */
  readonly fee: bigint;
}

/** How a challenge went. */
export interface Played {
  readonly outcome: "won" | "lost" | "released" | "closed" | "agreed";
  readonly challenge?: bigint;
  readonly moves: readonly PlayedMove[];
}

/**
 * Plays a challenge of one job to its end with the wallet of `context`, or goes on with the one that it has.
 * @param options.item The wrong item; without one it is looked for in the result's tree.
 * @param options.yes Do not ask before the bond is posted.
 * @throws GliaError as `runChallenger`, `NOT_CONFIRMED`.
 */
export async function playChallenge(
  context: Context,
  options: {
    readonly jobId: Hex;
    readonly material: JobMaterial;
    readonly item?: number;
    readonly yes: boolean;
    /** Sees every move before it is made; by default a line on stderr for each. */
    readonly onMove?: (move: ChallengerMove) => void;
    readonly signal: AbortSignal;
  },
): Promise<Played> {
  const { client, output, parts } = context;
  const { jobId, material, item, yes, signal } = options;
  const moves: PlayedMove[] = [];
  const send = walletSender(client, ({ call, key, why }: SendMove) => {
    let sent: Hex = "0x";
    return {
      signal,
      onPrepared: async ({ cost }) => {
        const { value = 0n } = call;
        const gas = showWei(cost.total - value);
        if (value > 0n) {
          if (yes) output.note(`  bond     up to ${showWei(value)}, lost if you are wrong; up to ${gas} of gas`);
          await confirm(
            `Post a bond of up to ${showWei(value)}, lost if you are wrong and given back if you are right, and pay up to ${gas} of gas?`,
            yes,
          );
        }
      },
      onSent: (hash) => {
        sent = hash;
      },
      onMined: ({ gasUsed, effectiveGasPrice }) => {
        moves.push({ key, why, hash: sent, gasUsed, fee: gasUsed * effectiveGasPrice });
        output.note(`  mined    ${sent} (${call.what}, ${gasUsed} gas)`);
      },
    };
  });
  const result = await runChallenger(
    { client, jobId, account: accountOf(client), material, signal, ...(item === undefined ? {} : { item }) },
    send,
    {
      onMove:
        options.onMove ??
        ((move) => {
          const line = describeMove(move);
          if (line !== undefined) output.note(line);
        }),
      ...(parts.interval === undefined ? {} : { interval: parts.interval }),
    },
  );
  return { ...result, moves };
}

/** A move as a line of progress; undefined for the end, which the command tells itself. */
function describeMove(move: ChallengerMove): string | undefined {
  switch (move.do) {
    case "send":
      return `  move     ${move.call.what}: ${printable(move.why)}`;
    case "wait":
      return `  wait     ${printable(move.why)} Until ${new Date(move.until * 1_000).toISOString()} at the latest.`;
    case "done":
      return undefined;
  }
}
