import type { ContractNode, Shape } from "../model.ts";
import { invalidModel } from "./fields.ts";
import { WORD } from "./words.ts";
import type { Words } from "./words.ts";

/** Which words of a pixel a channel's group takes, and where the group begins in them. */
export interface GroupWords {
  /** First word of the pixel, words, counted from the pixel's own first; 0 if several pixels share a word. */
  readonly first: number;
  readonly count: number;
  /** Byte lane of the group's first channel in the first of these words. */
  readonly lane: number;
}

/** Input channels of one group. */
export function groupChannels(node: ContractNode, input: Shape): number {
  return input.c / node.groups;
}

/** The words of group `group`'s channels in a pixel. */
export function groupWords(node: ContractNode, input: Shape, group: number): GroupWords {
  const channels = groupChannels(node, input);
  const from = group * channels;
  if (input.c < WORD) return { first: 0, count: 1, lane: from };
  const first = Math.floor(from / WORD);
  return { first, count: Math.floor((from + channels - 1) / WORD) - first + 1, lane: from % WORD };
}

/** Words of one output channel's run: the header, then those of each tap. Every run of a node has as many. */
export function runWords(node: ContractNode, input: Shape): number {
  return 1 + node.kernelH * node.kernelW * groupWords(node, input, 0).count;
}

/** Lane of a word of activations → byte of a word of weights: the eight groups of 4 bytes stand in reverse order. */
export function weightByte(lane: number): number {
  return WORD - 4 - (lane & ~3) + (lane & 3);
}

/**
 * Words of a contraction's filters, one run per output channel.
 * @throws GliaError `EXACT_MODEL_INVALID` if groups, weights, bias or multipliers do not fit the shapes.
 */
export function filterWords(node: ContractNode, input: Shape): Words {
  checkFilters(node, input);
  const run = runWords(node, input);
  const taps = node.kernelH * node.kernelW;
  const channels = groupChannels(node, input);
  const outputsPerGroup = node.shape.c / node.groups;
  const readWord = (index: number, into: Uint8Array, at: number) => {
    const output = Math.floor(index / run);
    const inRun = index - output * run;
    if (inRun === 0) {
      writeHeader(node, output, taps * channels, into, at);
      return;
    }
    const { count, lane } = groupWords(node, input, Math.floor(output / outputsPerGroup));
    const tap = Math.floor((inRun - 1) / count);
    const firstLane = ((inRun - 1) % count) * WORD;
    const from = (output * taps + tap) * channels;
    into.fill(node.wZero, at, at + WORD);
    const end = Math.min(channels, firstLane + WORD - lane);
    for (let channel = Math.max(0, firstLane - lane); channel < end; channel++)
      into[at + weightByte(lane + channel - firstLane)] = node.weights[from + channel] ?? 0;
  };
  const read: Words["read"] = (first, count, into, at) => {
    for (let i = 0; i < count; i++) readWord(first + i, into, at + i * WORD);
  };
  return { count: run * node.shape.c, read };
}

/** int64 `bias − xZero · Σ (w − wZero)` ‖ float32 multiplier ‖ zeros. */
function writeHeader(node: ContractNode, output: number, weights: number, into: Uint8Array, at: number): void {
  let sum = 0;
  for (let i = output * weights; i < (output + 1) * weights; i++) sum += (node.weights[i] ?? 0) - node.wZero;
  const view = new DataView(into.buffer, into.byteOffset);
  view.setBigInt64(at, BigInt((node.bias[output] ?? 0) - node.xZero * sum), false);
  view.setFloat32(at + 8, node.multipliers[output] ?? 0, false);
}

function checkFilters(node: ContractNode, input: Shape): void {
  const { groups, kernelH, kernelW, shape } = node;
  if (!Number.isInteger(groups) || groups < 1 || input.c % groups !== 0 || shape.c % groups !== 0)
    throw invalidModel(`Contract: ${groups} groups do not divide ${input.c} input and ${shape.c} output channels.`);
  const channels = input.c / groups;
  if (groups > 1 && input.c >= WORD && WORD % channels !== 0 && channels % WORD !== 0)
    throw invalidModel(`Contract: groups of ${channels} channels straddle words of 32; make the convolution dense.`);
  const weights = shape.c * kernelH * kernelW * channels;
  if (node.weights.length !== weights)
    throw invalidModel(`Contract: ${weights} weights belong to these shapes, not ${node.weights.length}.`);
  if (node.bias.length !== shape.c || node.multipliers.length !== shape.c)
    throw invalidModel(`Contract: ${shape.c} output channels need as many biases and multipliers.`);
}
