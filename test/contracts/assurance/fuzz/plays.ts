/** What the parties of a challenge do when they know what they do, and what they do when they mean harm. */
import assert from "node:assert/strict";
import type { Hex } from "viem";
import { GliaError } from "../../../../sdk/src/errors.ts";
import {
  askMax,
  askSums,
  childrenIn,
  locateTensor,
  locateTrace,
  nextResultMove,
  proveElement,
} from "../../../../sdk/src/exact/dispute/index.ts";
import { answerTo, callOf, demanded, gameOf, learn } from "../game.ts";
import type { Game as Play } from "../game.ts";
import type { Receipt } from "../chain.ts";
import { answer, ask, chooseItem, dismiss, prove, respond, treeOf } from "./dispute-rules.ts";
import { NO_ITEM } from "./state.ts";
import type { ChallengeState, Party } from "./state.ts";
import type { Action, GameWorld } from "./world.ts";

function playOf(c: ChallengeState, delivered = c.delivered): Play {
  const { id, job, item, maxBytes } = c;
  const revealed = { id: job.id, spec: job.spec, job: job.job, scene: job.scene, deadline: job.deadline };
  const sizes = maxBytes === undefined ? {} : { maxBytes };
  return gameOf({ id, challenger: c.challenger.account, job: revealed, item, ...sizes }, { delivered });
}

/** The next move of a challenger that seeks what is wrong. */
export function seek(world: GameWorld, c: ChallengeState, by: Party = c.challenger): Action {
  const { job } = c;
  if (c.item === NO_ITEM) {
    const { provable, rightRoots, resultRoot } = job.scene;
    const move = nextResultMove(provable.keccak, rightRoots, resultRoot, c.shown);
    if (move.kind === "concede") return dismiss(world, c, by);
    if (move.kind === "chooseItem") return chooseItem(world, c, by, move.item);
    const { height, index, hash, siblings } = move;
    return ask(world, c, by, { name: "demandResult", args: [c.id, job.spec, job.job, height, index, hash, siblings] });
  }
  const [name, args] = callOf((c.play ??= playOf(c)));
  if (name === "dismiss") return dismiss(world, c, by);
  if (name === "prove" || name === "proveStep") return prove(world, c, by, { name, args, right: true });
  assert.ok(name === "demand" || name === "demandSums" || name === "demandMax", name);
  return ask(world, c, by, { name, args });
}

/** The proof of whoever has seen all there is to see: a copier, or a friend who has second thoughts. */
export function copyProof(world: GameWorld, c: ChallengeState, by: Party): Action | undefined {
  const [name, args] = callOf({ ...playOf(c, true), id: c.id });
  return name === "prove" ? prove(world, c, by, { name, args, right: true }) : undefined;
}

/** A proof that proves nothing, about an item of which all is right. */
export function bluff(world: GameWorld, c: ChallengeState, by: Party): Action {
  const { honest, model } = c.job.scene;
  const trace = honest[c.item] ?? assert.fail(`item ${c.item}`);
  const node = world.random.below(model.nodes.length);
  const args = [c.id, proveElement(trace, node, world.random.below(5))];
  return prove(world, c, by, { name: "prove", args, right: false });
}

/** A question that serves no purpose but to make work. */
export function pester(world: GameWorld, c: ChallengeState, by: Party): Action {
  const { claimed, model } = c.job.scene;
  const trace = claimed[c.item] ?? assert.fail(`item ${c.item}`);
  const node = world.random.below(model.nodes.length);
  const { kind } = model.nodes[node] ?? assert.fail(`node ${node}`);
  const put = (name: "demand" | "demandSums" | "demandMax", proof: Hex) =>
    ask(world, c, by, { name, args: [c.id, proof] });
  const choice = world.random.below(3);
  if (choice === 0 && kind === "Contract") return put("demandSums", askSums(trace, node, world.random.below(40)));
  if (choice === 0 && kind === "MaxPool") return put("demandMax", askMax(trace, node, world.random.below(40)));
  if (choice === 1) return put("demand", locateTrace(trace, { height: trace.trace.depth, index: 0 }).proof);
  return put("demand", locateTensor(trace, node, { height: 0, index: 0 }).proof);
}

/** What answers an open question, or responds; undefined if there is no answer. */
export function reply(world: GameWorld, c: ChallengeState, by: Party): Action | undefined {
  const { job, asked } = c;
  if (c.question === "none" || asked === undefined) return respond(world, job, by, { item: c.item, challenged: true });
  if (c.item === NO_ITEM) {
    const { hash, levels } = demanded(asked);
    const children = childrenIn(treeOf(job), hash, levels) ?? assert.fail(`${hash} stands in the result's tree`);
    const learned = () => {
      c.shown.learn(hash, children);
    };
    return answer(world, c, by, { name: "show", args: [c.id, hash, levels, children], learned });
  }
  const play = (c.play ??= playOf(c));
  try {
    const [name, args] = answerTo(play, asked);
    const learned = (receipt: Receipt) => {
      learn(play, asked, receipt);
    };
    return answer(world, c, by, { name, args, learned });
  } catch (error) {
    if (error instanceof GliaError && error.code === "DISPUTE_NO_ANSWER") return undefined;
    throw error;
  }
}

/** The same answer with something else in it. */
export function spoil(action: Action): Action | undefined {
  if (action.name !== "show") return undefined;
  const children = action.args[3] as readonly Hex[];
  const other = [...children.slice(1), action.args[1] as Hex];
  return {
    ...action,
    args: [...action.args.slice(0, 3), other],
    refusal: (at) => action.refusal(at) ?? "WrongAnswer",
  };
}
