/**
 * A model as deep and as wide as those that people run, for measuring what a proof costs: blocks of a vision transformer's MLP (197 tokens, 768
 * and 3,072 channels) and of a residual network's 3×3 convolutions (56×56 pixels, 64 channels). Weights and activations are random bytes: a proof costs
 * the same whether the rest of the trace is right or not, and no byte of it is free because it is 0.
 */
import type {
  AddMulNode,
  ContractNode,
  ExactModel,
  ExactNode,
  Port,
  Shape,
  TableNode,
} from "../../sdk/src/exact/model.ts";
import { sizeOf } from "../../sdk/src/exact/model.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import type { Random } from "../../sdk/src/exact/random.ts";

const TOKENS = 197;
const WIDTH = 768;
const HIDDEN = 3072;
const SIDE = 56;
const CHANNELS = 64;
/** A prime, so that no two words of one tensor are equal by design. */
const POOL = 65_537;

/** What is proven of the model. */
export interface FraudModel {
  readonly model: ExactModel;
  /** All tensors of one inference. */
  readonly tensors: readonly Uint8Array[];
  /** Nodes whose inputs are outputs of others, by the number of products in one element or their window. */
  readonly targets: { readonly k768: number; readonly k3072: number; readonly conv3x3x64: number };
}

/**
 * Draws the model.
 * @param blocks how often an MLP (four nodes) and a convolution with its table (two nodes) are repeated
 */
export function fraudModel(blocks: number): FraudModel {
  const random = createRandom(768);
  const matrix = (c: number): Shape => ({ n: 1, h: TOKENS, w: 1, c });
  const image: Shape = { n: 1, h: SIDE, w: SIDE, c: CHANNELS };
  const bytes = bytesOf(random);
  // From 64 to 191 about a zero point of 128, as the quantiser writes them.
  const weights = (length: number) => bytes(length).map((byte) => 64 + (byte & 127));
  const [wide, narrow, square] = [weights(WIDTH * HIDDEN), weights(WIDTH * HIDDEN), weights(9 * CHANNELS ** 2)];
  const nodes: ExactNode[] = [];
  const add = (node: ExactNode): number => nodes.push(node) + 1;
  let [tokens, pixels] = [0, 1];
  const targets = { k768: 0, k3072: 0, conv3x3x64: 0 };
  for (let block = 0; block < blocks; block++) {
    targets.k768 = nodes.length;
    const hidden = add(contract(random, tokens, matrix(HIDDEN), WIDTH, wide));
    const active = add(table(random, hidden, matrix(HIDDEN)));
    targets.k3072 = nodes.length;
    const back = add(contract(random, active, matrix(WIDTH), HIDDEN, narrow));
    tokens = add(sum(tokens, back, matrix(WIDTH)));
    targets.conv3x3x64 = nodes.length;
    pixels = add(table(random, add(contract(random, pixels, image, CHANNELS, square, 3)), image));
  }
  const inputs = [port(0, matrix(WIDTH)), port(1, image)];
  const outputs = [port(tokens, matrix(WIDTH)), port(pixels, image)];
  const model = { inputs, nodes, outputs };
  return { model, tensors: [...inputs, ...nodes].map(({ shape }) => bytes(sizeOf(shape))), targets };
}

/** Makes bytes of any length quickly: random ones without a 0, over and over from a random place. */
function bytesOf(random: Random): (length: number) => Uint8Array {
  const pool = Uint8Array.from({ length: POOL }, () => 1 + random.below(255));
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0, from = random.below(POOL); at < length; at += POOL - from, from = 0)
      bytes.set(pool.subarray(from, from + length - at), at);
    return bytes;
  };
}

function contract(
  random: Random,
  input: number,
  shape: Shape,
  channels: number,
  weights: Uint8Array,
  kernel = 1,
): ContractNode {
  const pad = (kernel - 1) / 2;
  return {
    kind: "Contract",
    inputs: [input],
    shape,
    kernelH: kernel,
    kernelW: kernel,
    strideH: 1,
    strideW: 1,
    dilationH: 1,
    dilationW: 1,
    padTop: pad,
    padLeft: pad,
    groups: 1,
    xZero: 128,
    wZero: 128,
    yZero: 128,
    weights,
    bias: Int32Array.from({ length: shape.c }, () => random.below(20_001) - 10_000),
    multipliers: new Float32Array(shape.c).fill(160 / (37 * 74 * Math.sqrt(kernel * kernel * channels) * 16)),
  };
}

function table(random: Random, input: number, shape: Shape): TableNode {
  return { kind: "Table", inputs: [input], shape, table: random.bytes(256) };
}

function sum(a: number, b: number, shape: Shape): AddMulNode {
  const zeros = { aZero: 128, bZero: 128, yZero: 128 };
  return {
    kind: "AddMul",
    inputs: [a, b],
    shape,
    operation: "add",
    aFactor: 64,
    bFactor: 57,
    ...zeros,
    multiplier: 2 ** -7,
  };
}

function port(tensor: number, shape: Shape): Port {
  const { n, h, w, c } = shape;
  return { name: `port${tensor}`, tensor, dims: shape.w === 1 ? [h, c] : [n, c, h, w], shape, scale: 1, zero: 0 };
}
