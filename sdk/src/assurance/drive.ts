import { explainRevert } from "../chain/errors/explain-revert.ts";
import type { MarketClient } from "../chain/market-client.ts";
import type { SendOptions } from "../chain/send-call.ts";
import { sendCall } from "../chain/send-call.ts";
import { sleep } from "../chain/sleep.ts";
import { challengerMove } from "./challenger.ts";
import type { ChallengerArgs } from "./challenger.ts";
import type { ChallengeOutcome, ChallengerMove, MoveSender, ResponderMove, SendMove } from "./move.ts";
import { responderMoves } from "./responder.ts";
import type { ResponderArgs } from "./responder.ts";

export interface DriveOptions<move> {
  /** Sees every move before it is made, and every new reason to wait. */
  readonly onMove?: (move: move) => void;
  /** Milliseconds between looks at the chain; 4,000 by default. */
  readonly interval?: number;
}

/** Looks for which an endpoint may still show the chain as it was before a move that was mined, before the move is made again. */
const LAG = 10;

/** Sends moves with the client's own wallet, one transaction each. */
export function walletSender(client: MarketClient, hooks: (move: SendMove) => SendOptions = () => ({})): MoveSender {
  return async (move) => {
    await sendCall(client, move.call, hooks(move));
  };
}

/**
 * Plays a challenge to its end. May be stopped and started again at any time, with the same arguments: the chain says where it stands.
 * @throws GliaError as `challengerMove` and `send`.
 */
export async function runChallenger(
  args: ChallengerArgs,
  send: MoveSender,
  { onMove, interval = 4_000 }: DriveOptions<ChallengerMove> = {},
): Promise<{ readonly outcome: ChallengeOutcome; readonly challenge?: bigint }> {
  const once = sentOnce(send);
  const news = changes(onMove);
  const failed = new Set<string>();
  for (;;) {
    args.signal?.throwIfAborted();
    const move = await challengerMove(args);
    if (move.do === "done") {
      news(move);
      const { outcome, challenge } = move;
      return { outcome, ...(challenge === undefined ? {} : { challenge }) };
    }
    if (move.do === "wait") news(move);
    else if (await sentUnlessMoved(move, () => once(move, news), failed)) continue;
    await sleep(interval, args.signal);
  }
}

export interface ResponderOptions extends DriveOptions<ResponderMove> {
  /** Whether a move is to be made now: who stands in for another lets that one go first. By default each at once. */
  readonly isDue?: (move: SendMove) => boolean | Promise<boolean>;
}

/**
 * Answers everything that is asked about a job until it is over. May be stopped and started again at any time.
 * @throws GliaError as `responderMoves`; an answer that cannot be made or sent is told to `onMove` and tried again.
 */
export async function runResponder(
  args: ResponderArgs,
  send: MoveSender,
  { onMove, interval = 4_000, isDue = () => true }: ResponderOptions = {},
): Promise<void> {
  const once = sentOnce(send);
  const news = changes(onMove);
  for (;;) {
    args.signal?.throwIfAborted();
    const moves = await responderMoves(args);
    if (moves.length === 0) return;
    let sent = false;
    for (const move of moves) {
      if (move.do !== "send") {
        news(move);
        continue;
      }
      if (!(await isDue(move))) continue;
      try {
        sent = (await once(move, news)) || sent;
      } catch (error) {
        args.signal?.throwIfAborted();
        // Others may still be answered, and this one is tried again: silence loses the job.
        news({ do: "stuck", key: move.key, until: move.until ?? 0, error: explainRevert(error) });
      }
    }
    if (!sent) await sleep(interval, args.signal);
  }
}

/** Anyone may make some moves: one that is refused is looked at again before it is given up. */
async function sentUnlessMoved({ key }: SendMove, send: () => Promise<boolean>, failed: Set<string>): Promise<boolean> {
  try {
    return await send();
  } catch (error) {
    const explained = explainRevert(error);
    if (explained.kind !== "refused" || failed.has(key)) throw explained;
    failed.add(key);
    return false;
  }
}

/** Sends a move unless it was just mined and the endpoint does not show that yet. Whether it was sent. */
function sentOnce(send: MoveSender) {
  const looks = new Map<string, number>();
  return async (move: SendMove, tell: (move: SendMove) => void): Promise<boolean> => {
    const seen = looks.get(move.key);
    if (seen !== undefined && seen < LAG) {
      looks.set(move.key, seen + 1);
      return false;
    }
    tell(move);
    await send(move);
    looks.set(move.key, 0);
    return true;
  };
}

/** Tells a move only once as long as it stays the same. */
function changes<move extends { readonly do: string }>(onMove: ((move: move) => void) | undefined) {
  const told = new Set<string>();
  return (move: move): void => {
    const { do: kind } = move;
    const text = kind === "wait" ? JSON.stringify(move) : "key" in move ? `${kind} ${String(move.key)}` : kind;
    if (kind !== "send" && told.has(text)) return;
    told.add(text);
    onMove?.(move);
  };
}
