/** Both sides of a challenge, played from what the chain says: the challenger with its own computation, the provider with what it claimed. */
import assert from "node:assert/strict";
import { bytesToHex } from "viem";
import type { Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import {
  answerMaximum,
  answerSums,
  childrenOf,
  claimOf,
  claimedItem,
  nextMove,
} from "../../../sdk/src/exact/dispute/index.ts";
import type {
  Answers,
  Claim,
  ClaimedItem,
  FullTrace,
  MaxQuestion,
  SumsQuestion,
} from "../../../sdk/src/exact/dispute/index.ts";
import { requantise } from "../../../sdk/src/exact/law/index.ts";
import { eventOf } from "./world.ts";
import type { Move, Revealed, World } from "./world.ts";
import type { Receipt } from "./chain.ts";

/** A challenge of an item that was responded to. */
export interface Game {
  readonly id: bigint;
  readonly challenger: HDAccount;
  readonly job: Revealed;
  readonly item: number;
  readonly own: FullTrace;
  readonly claim: Claim;
  /** What the challenger knows of the claim. */
  readonly claimed: ClaimedItem;
  answers: Answers;
  /** Proofs larger than this are avoided by asking for sums, or where a maximum stands. */
  readonly maxBytes?: number;
}

/** The provider's operator responds for an item. */
export async function respond(world: World, job: Revealed, item: number, move: Move = {}): Promise<Receipt> {
  return world.act(world.operator, "respond", [job.spec, job.job, job.scene.response(item)], move);
}

export function traceAt(traces: readonly FullTrace[], item: number): FullTrace {
  return traces[item] ?? assert.fail(`an item ${item}`);
}

/**
 * A game about an item that was responded to.
 * @param delivered the challenger holds the provider's tensors: delivered outputs, a served trace
 */
export function gameOf(
  parts: Pick<Game, "id" | "challenger" | "job" | "item" | "maxBytes">,
  { delivered }: { readonly delivered: boolean },
): Game {
  const { job, item } = parts;
  const own = traceAt(job.scene.honest, item);
  const claimedTrace = traceAt(job.scene.claimed, item);
  const { inputRoots, traceTop } = job.scene.response(item);
  const claim = claimOf(claimedTrace);
  const claimed = claimedItem(own, { claim, inputRoots, traceTop });
  if (delivered)
    job.scene.tensors[item]?.forEach((bytes, number) => {
      if (number >= job.scene.model.inputs.length) assert.ok(claimed.learnTensor(number, bytes));
    });
  return { ...parts, own, claim, claimed, answers: {} };
}

/** What the challenger does next. */
export function plan(game: Game): ReturnType<typeof nextMove> {
  return nextMove(game.own, game.claimed, game.answers, game.maxBytes);
}

/** The call that does it: name and arguments. */
export function callOf(game: Game): readonly [string, readonly unknown[]] {
  const move = plan(game);
  const { id } = game;
  if (move.kind === "proveStep") return ["proveStep", [id, move.question, move.sumsRoot, move.proof]];
  if (move.kind === "concede") return ["dismiss", [id, game.job.job]];
  return [move.kind, [id, move.proof]];
}

/** Makes the challenger's next move. */
export async function ask(world: World, game: Game, move: Move = {}): Promise<Receipt> {
  const [name, args] = callOf(game);
  return world.act(game.challenger, name, args, move);
}

/** The call that answers what a transaction of the challenger asked. */
export function answerTo(game: Game, asked: Receipt): readonly [string, readonly unknown[]] {
  const trace = traceAt(game.job.scene.claimed, game.item);
  for (const { name, args } of asked.events) {
    if (name === "Demanded") {
      const { hash, levels } = args as { hash: Hex; levels: number };
      return ["show", [game.id, hash, levels, childrenOf(trace, hash, levels)]];
    }
    if (name === "SumsDemanded") {
      const { question } = args as { question: SumsQuestion };
      return ["postSums", [game.id, game.job.job, question, bytesToHex(sumsFor(trace, question))]];
    }
    if (name === "MaxDemanded") {
      const { question } = args as { question: MaxQuestion };
      return ["answerMax", [game.id, question, answerMaximum(trace, question)]];
    }
  }
  return assert.fail(`a question among ${asked.events.map(({ name }) => name).join()}`);
}

/** The true sums if they lead to the claimed byte; a liar's are shifted from their middle on, so that they do. */
function sumsFor(trace: FullTrace, question: SumsQuestion): Uint8Array {
  const bytes = answerSums(trace, question);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const last = view.getInt32(bytes.length - 4);
  const bits = new DataView(new ArrayBuffer(4));
  bits.setUint32(0, question.multiplier);
  const leads = (by: number) =>
    requantise(Number(question.bias) + last + by, bits.getFloat32(0), question.yZero) === question.claimed;
  let by = 0;
  while (!leads(by)) by = by > 0 ? -by : 1 - by;
  for (let at = 4 * Math.floor(bytes.length / 8); at < bytes.length; at += 4) view.setInt32(at, view.getInt32(at) + by);
  return bytes;
}

/** Answers from the claimed trace, and lets the challenger learn from it. */
export async function answer(world: World, game: Game, asked: Receipt, move: Move = {}): Promise<Receipt> {
  const [name, args] = answerTo(game, asked);
  const receipt = await world.act(world.operator, name, args, move);
  learn(game, asked, receipt);
  return receipt;
}

/** The challenger learns from an answer to what it asked. */
export function learn(game: Game, asked: Receipt, { events }: Receipt): void {
  for (const { name, args } of events) {
    if (name === "Shown") {
      const { hash, levels } = demanded(asked);
      game.claimed.learn(hash, levels, args["children"] as readonly Hex[]);
    }
    if (name === "SumsPosted") {
      const { question, sums } = args as { question: SumsQuestion; sums: Hex };
      game.answers = { sums: { question, bytes: Buffer.from(sums.slice(2), "hex") } };
    }
  }
}

/** Plays to the end; gives the calls that were made, and what each cost. */
export async function play(world: World, game: Game): Promise<{ name: string; gas: bigint }[]> {
  const made: { name: string; gas: bigint }[] = [];
  for (;;) {
    const [name] = callOf(game);
    const asked = await ask(world, game);
    made.push({ name, gas: asked.gasUsed });
    if (name.startsWith("prove") || name === "dismiss") return made;
    const [answering] = answerTo(game, asked);
    const answered = await answer(world, game, asked);
    made.push({ name: answering, gas: answered.gasUsed });
  }
}

/** What a transaction asked, from its one event. */
export function demanded(receipt: Receipt): { hash: Hex; levels: number } {
  return eventOf(receipt, "Demanded") as { hash: Hex; levels: number };
}
