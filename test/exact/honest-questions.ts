import assert from "node:assert/strict";
import { hexToBytes } from "viem";
import type { Hex } from "viem";
import {
  answerMaximum,
  answerSums,
  askMax,
  askSums,
  childrenOf,
  claimOf,
  locateTensor,
  locateTrace,
  proveBeaten,
  proveElement,
  proveFiller,
  proveLeaf,
  proveStep,
  sumsOfBytes,
  sumsQuestionOf,
} from "../../sdk/src/exact/dispute/index.ts";
import type { FullTrace, TreePlace } from "../../sdk/src/exact/dispute/index.ts";
import { sizeOf } from "../../sdk/src/exact/model.ts";
import type { ExactNode, MaxPoolNode } from "../../sdk/src/exact/model.ts";
import type { Random } from "../../sdk/src/exact/random.ts";
import { windowElements } from "../../sdk/src/exact/dispute/windows.ts";
import { inputShapes } from "../../sdk/src/exact/dispute/claimed-trace.ts";
import type { Judge } from "./dispute-game.ts";

/** Nodes of a model that are asked about, at most. */
const MOST_NODES = 10;

/**
 * Asks every question of the nodes of a right trace, at places drawn by chance: none refutes it, and each has an answer that is taken.
 * @returns how many questions were asked
 */
export async function askHonest(judge: Judge, right: FullTrace, random: Random): Promise<number> {
  const claim = claimOf(right);
  let asked = 0;
  const stands = async (proof: Hex, what: string): Promise<void> => {
    assert.equal(await judge.refutes(claim, proof), false, what);
    asked++;
  };
  const first = random.below(Math.max(1, right.model.nodes.length - MOST_NODES + 1));
  for (const [i, law] of right.model.nodes.slice(first, first + MOST_NODES).entries()) {
    const node = first + i;
    const size = sizeOf(law.shape);
    for (const element of new Set([0, size - 1, random.below(size)])) {
      const what = `element ${element} of node ${node}, a ${law.kind}`;
      if (law.kind !== "ArgMax") await stands(proveElement(right, node, element), what);
      for (const position of rivals(right, law, element, random))
        await stands(proveBeaten(right, { node, element, position }), `${what}, beaten by ${position}`);
      if (law.kind === "Contract") asked += await askForSums(judge, right, node, element, random);
      if (law.kind === "MaxPool") {
        const question = await judge.maxQuestion(claim, askMax(right, node, element));
        assert.ok(await judge.answersMax(claim, question, answerMaximum(right, question)), what);
        asked++;
      }
    }
    asked += await askForTree(judge, right, node, random, stands);
  }
  const { depth } = right.trace;
  if (depth > 0) asked += await shown(judge, right, () => locateTrace(right, somewhere(random, depth, 1)));
  return asked;
}

function rivals(right: FullTrace, law: ExactNode, element: number, random: Random): number[] {
  if (law.kind === "ArgMax") return [0, law.length - 1, random.below(law.length)];
  return law.kind === "MaxPool" ? [random.pick(windowOf(right, law, element))] : [];
}

function windowOf(right: FullTrace, law: MaxPoolNode, element: number): number[] {
  const [from = law.shape] = inputShapes(right.model, law);
  return windowElements(law, from, element);
}

async function askForSums(judge: Judge, right: FullTrace, node: number, element: number, random: Random) {
  const claim = claimOf(right);
  const question = await judge.sumsQuestion(claim, askSums(right, node, element));
  assert.deepEqual(question, sumsQuestionOf(right, node, element));
  const bytes = answerSums(right, question);
  const root = await judge.sumsRoot(question, bytes);
  const steps = new Set([0, question.steps - 1, random.below(question.steps)]);
  for (const step of steps) {
    const proof = proveStep(right, { node, element, step, sums: sumsOfBytes(bytes) });
    assert.equal(await judge.refutesStep(claim, question, root, proof), false, `step ${step} of node ${node}`);
  }
  return 1 + steps.size;
}

async function askForTree(
  judge: Judge,
  right: FullTrace,
  node: number,
  random: Random,
  stands: (proof: Hex, what: string) => Promise<void>,
): Promise<number> {
  const tree = right.tensor(right.model.inputs.length + node);
  const { leaves, fillers } = emptyPlaces(right, node);
  if (fillers.length > 0) await stands(proveFiller(right, node, random.pick(fillers)), `a filler of node ${node}`);
  if (leaves.length > 0) await stands(proveLeaf(right, node, random.pick(leaves)), `a leaf behind node ${node}`);
  const place = somewhere(random, tree.depth, 0);
  if (place.height === 0 && leaves.includes(place.index)) return 0;
  return shown(judge, right, () => locateTensor(right, node, place));
}

/** Leaves behind the last one, and bytes of the layout that are no element's. */
function emptyPlaces(right: FullTrace, node: number): { leaves: number[]; fillers: number[] } {
  const tree = right.tensor(right.model.inputs.length + node);
  const leaves: number[] = [];
  const fillers: number[] = [];
  for (let leaf = 0; leaf < 2 ** tree.depth; leaf++) {
    if (tree.leaf(leaf) === undefined) leaves.push(leaf);
    else
      for (let byte = 128 * leaf; byte < 128 * (leaf + 1); byte++)
        if (!holdsElement(right.model.nodes[node]?.shape.c ?? 1, sizeOf(right.model.nodes[node]?.shape ?? ONE), byte))
          fillers.push(byte);
  }
  return { leaves, fillers };
}

const ONE = { n: 1, h: 1, w: 1, c: 1 };

function holdsElement(c: number, size: number, byte: number): boolean {
  const stride = [1, 2, 4, 8, 16].find((power) => c <= power) ?? 32 * Math.ceil(c / 32);
  return byte % stride < c && Math.floor(byte / stride) < size / c;
}

function somewhere(random: Random, depth: number, lowest: number): TreePlace {
  const height = lowest + random.below(depth - lowest + 1);
  return { height, index: random.below(2 ** (depth - height)) };
}

async function shown(judge: Judge, right: FullTrace, ask: () => { proof: Hex; hash: Hex; levels: number }) {
  const { proof, hash, levels } = ask();
  const understood = await judge.locate(claimOf(right), proof);
  assert.deepEqual(understood, { hash, levels });
  const children = childrenOf(right, hash, levels);
  assert.equal(children.length, levels === 0 ? 4 : 2 ** levels);
  for (const child of children) assert.equal(hexToBytes(child).length, 32);
  return 1;
}
