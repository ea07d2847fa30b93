/** What a reader of proofs computes, from docs/EXACT.md alone; see dispute-naive.ts. */
import type { Claim, MaxQuestion, SumsQuestion } from "../../sdk/src/exact/dispute/index.ts";
import { Malformed, NaiveProof, WrongKind, WrongRoot, byteOf, layoutBytes, leavesOf, stride } from "./dispute-naive.ts";
import type { Fields, Input, Shape } from "./dispute-naive.ts";

const [CONTRACT, ADD_MUL, TABLE, MAX_POOL, ARG_MAX, MOVE] = [1, 2, 3, 4, 5, 6];

/** Nearest whole number of the product rounded to single precision, the even one of two, plus zero, as a byte. */
function requantise(acc: number, m: number, zero: number): number {
  const value = Math.fround(acc * m);
  const floor = Math.floor(value);
  const up = value - floor > 0.5 || (value - floor === 0.5 && Math.abs(floor % 2) === 1);
  return Math.max(0, Math.min(255, (Number.isFinite(value) && up ? floor + 1 : floor) + zero));
}

function coordinates({ h, w, c }: Shape, element: number): [number, number, number, number] {
  const pixel = Math.floor(element / c);
  return [Math.floor(pixel / (w * h)), Math.floor(pixel / w) % h, pixel % w, element % c];
}

/** First byte of the pixel of each tap of a window, `undefined` outside the image. */
function pixels(fields: Fields, output: Shape, from: Shape, element: number): (number | undefined)[] {
  const [kh = 0, kw = 0, sh = 0, sw = 0, dh = 0, dw = 0, top = 0, left = 0] = fields.many(8);
  const [n, row, column] = coordinates(output, element);
  const found: (number | undefined)[] = [];
  for (let i = 0; i < kh; i++)
    for (let j = 0; j < kw; j++) {
      const y = row * sh - top + i * dh;
      const x = column * sw - left + j * dw;
      const inside = y >= 0 && y < from.h && x >= 0 && x < from.w;
      found.push(inside ? ((n * from.h + y) * from.w + x) * stride(from.c) : undefined);
    }
  return found;
}

/** What the record of a Contract says about one element. */
function contraction(p: NaiveProof, element: number) {
  const { shape } = p.input(0);
  const groups = p.rest.next();
  const taps = pixels(p.rest, p.output, shape, element);
  const [xZero = 0, wZero = 0, yZero = 0] = p.rest.many(3);
  const root = p.rest.hash();
  const channel = element % p.output.c;
  const perGroup = shape.c / groups;
  const start = Math.floor(channel / (p.output.c / groups)) * perGroup;
  const words = shape.c < 32 ? 1 : Math.floor((start + perGroup - 1) / 32) - Math.floor(start / 32) + 1;
  const skipped = shape.c < 32 ? 0 : Math.floor(start / 32) * 32;
  const run = 32 * (1 + taps.length * words);
  return { taps, xZero, wZero, yZero, root, words, skipped, run, from: channel * run, size: p.output.c * run };
}

function byteAt(bytes: ReadonlyMap<number, number>, at: number): number {
  const byte = bytes.get(at);
  if (byte === undefined) throw new Malformed(`byte ${at} was not opened`);
  return byte;
}

function header(filters: ReadonlyMap<number, number>, at: number) {
  const bytes = Uint8Array.from({ length: 12 }, (_, i) => byteAt(filters, at + i));
  const view = new DataView(bytes.buffer);
  return { bias: view.getBigInt64(0), m: view.getFloat32(8), bits: view.getUint32(8) };
}

/** `Σ x·w − wZero·Σ x` of one word; `pixel` is the byte where its first lane lies, behind the end of its word nothing is read. */
function stepOf(
  x: (lane: number) => number,
  filters: ReadonlyMap<number, number>,
  at: number,
  wZero: number,
  lanes: number,
): number {
  let sum = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const l = Math.floor(lane / 4);
    sum += x(lane) * (byteAt(filters, at + 4 * (7 - l) + (lane % 4)) - wZero);
  }
  return sum;
}

function contractElement(p: NaiveProof): number {
  const c = contraction(p, p.element);
  const filters = p.parameter(c.root, c.size, c.from, c.from + c.run - 1);
  const starts = c.taps.map((pixel) => (pixel === undefined ? undefined : pixel + c.skipped));
  const wanted = starts.flatMap((start) =>
    start === undefined ? [] : Array.from({ length: c.words }, (_, i) => start + 32 * i),
  );
  const x = wanted.length > 0 ? p.tensor(p.input(0), wanted) : new Map<number, number>();
  const { bias, m } = header(filters, c.from);
  let acc = Number(bias);
  starts.forEach((start, tap) => {
    for (let word = 0; word < c.words; word++) {
      const weights = c.from + 32 * (1 + tap * c.words + word);
      const at = (start ?? 0) + 32 * word;
      const value = (lane: number) => (start === undefined ? c.xZero : byteAt(x, at + lane));
      acc += stepOf(value, filters, weights, c.wZero, start === undefined ? 32 : 32 - (at % 32));
    }
  });
  return requantise(acc, m, c.yZero);
}

function addMulElement(p: NaiveProof): number {
  const [operation, aFactor = 0, bFactor = 0, aZero = 0, bZero = 0, yZero = 0] = p.rest.many(6);
  const m = p.rest.float();
  const at = coordinates(p.output, p.element);
  const operand = (input: Input): number => {
    const { n, h, w, c } = input.shape;
    const [i, j, k, l] = [n, h, w, c].map((size, axis) => (size === 1 ? 0 : (at[axis] ?? 0)));
    return p.value(input, (((i ?? 0) * h + (j ?? 0)) * w + (k ?? 0)) * c + (l ?? 0));
  };
  const a = operand(p.input(0)) - aZero;
  const b = operand(p.input(1)) - bZero;
  return requantise(operation === 0 ? aFactor * a + bFactor * b : a * b, m, yZero);
}

function tableElement(p: NaiveProof): number {
  const x = p.value(p.input(0), p.element);
  return byteAt(p.parameter(p.rest.hash(), 256, x, x), x);
}

function maxPoolElement(p: NaiveProof): number {
  const input = p.input(0);
  const channel = p.element % p.output.c;
  const taps = pixels(p.rest, p.output, input.shape, p.element).flatMap((at) =>
    at === undefined ? [] : [at + channel],
  );
  const x = p.tensor(input, taps);
  return Math.max(...taps.map((at) => byteAt(x, at)));
}

function moveElement(p: NaiveProof): number {
  if (p.rest.next() === 0) {
    let place = p.rest.next();
    const digits = Array.from({ length: p.rest.next() }, () => ({ radix: p.rest.next(), step: p.rest.signed() }));
    let left = p.element;
    for (const { radix, step } of digits.reverse()) {
      place += (left % radix) * step;
      left = Math.floor(left / radix);
    }
    return p.value(p.input(0), place);
  }
  const [outer = 1, length = 1, inner = 1, fill = 0] = p.rest.many(4);
  const position = Math.floor(p.element / inner) % length;
  const sources = p.parameter(p.rest.hash(), 4 * length, 4 * position, 4 * position + 3);
  const [k = 0, ...place] = [0, 1, 2, 3].map((i) => byteAt(sources, 4 * position + i));
  const row = place.reduce((number, byte) => number * 256 + byte, 0);
  if (k === 255 && row === 2 ** 24 - 1) return fill;
  const from = p.input(k);
  const own = layoutElements(from.shape) / outer / inner;
  const block = Math.floor(p.element / inner / length);
  return p.value(from, (block * own + row) * inner + (p.element % inner));
}

const layoutElements = ({ n, h, w, c }: Shape): number => n * h * w * c;

/** Question 1. */
function beaten(p: NaiveProof, claimed: number): boolean {
  const input = p.input(0);
  if (p.kind === MAX_POOL) {
    const channel = p.element % p.output.c;
    const window = pixels(p.rest, p.output, input.shape, p.element);
    if (!window.some((at) => at !== undefined && at + channel === byteOf(input.shape, p.position)))
      throw new Malformed("not in the window");
    return p.value(input, p.position) > claimed;
  }
  if (p.kind !== ARG_MAX) throw new WrongKind("no maximum");
  const [, length = 0, inner = 0, last] = p.rest.many(4);
  if (claimed >= length) return true;
  const at = (position: number) =>
    byteOf(input.shape, (Math.floor(p.element / inner) * length + position) * inner + (p.element % inner));
  const [mine, other] = [at(claimed), at(p.position)].map((byte) => {
    const { bytes, root } = p.range(layoutBytes(input.shape), byte, byte);
    return { value: byteAt(bytes, byte), root };
  });
  if (other === undefined || mine?.root !== other.root) throw new WrongRoot("of one tensor");
  p.tie(input.tensor, other.root);
  const preferred = last === 1 ? p.position > claimed : p.position < claimed;
  return other.value > mine.value || (other.value === mine.value && preferred);
}

/** Whether the claim is refuted; questions 0 to 3. */
export function naiveRefutes(claim: Claim, proof: string): boolean {
  const p = new NaiveProof(claim, proof);
  const result = answer(p);
  p.end();
  return result;
}

function answer(p: NaiveProof): boolean {
  const size = layoutBytes(p.output);
  if (p.question === 0) {
    const claimed = p.value(p.own, p.element);
    const laws: Record<number, (proof: NaiveProof) => number> = {
      [CONTRACT ?? 1]: contractElement,
      [ADD_MUL ?? 2]: addMulElement,
      [TABLE ?? 3]: tableElement,
      [MAX_POOL ?? 4]: maxPoolElement,
      [MOVE ?? 6]: moveElement,
    };
    const law = laws[p.kind];
    if (law === undefined) throw new WrongKind("an ArgMax names its witness");
    return law(p) !== claimed;
  }
  if (p.question === 1) return beaten(p, p.value(p.own, p.element));
  if (p.question === 2) {
    const byte = byteAt(p.tensor(p.own, [p.element]), p.element);
    const lane = p.element % stride(p.output.c);
    if (p.element < size && lane < p.output.c) throw new Malformed("no filler");
    return byte !== 0;
  }
  if (p.question !== 3) throw new Malformed("another question");
  if (p.element < leavesOf(size)) throw new Malformed("a leaf that is there");
  const hash = p.word();
  let depth = 0;
  while (2 ** depth < leavesOf(size)) depth++;
  p.tie(p.own.tensor, p.climb(depth, p.element, [hash]));
  return !/^0x0+$/.test(hash);
}

/** Question 6. */
export function naiveSumsQuestion(claim: Claim, proof: string): SumsQuestion {
  const p = new NaiveProof(claim, proof);
  if (p.question !== 6 || p.kind !== CONTRACT) throw new WrongKind("no sums");
  const claimed = p.value(p.own, p.element);
  const c = contraction(p, p.element);
  const { bias, bits } = header(p.parameter(c.root, c.size, c.from, c.from + 11), c.from);
  p.end();
  const { node, element } = p;
  return { node, element, steps: c.taps.length * c.words, multiplier: bits, bias, yZero: c.yZero, claimed };
}

/** Whether posted sums lead to the claimed value. */
export function naiveSumsHold({ bias, multiplier, yZero, claimed, steps }: SumsQuestion, bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const bits = new DataView(new ArrayBuffer(4));
  bits.setUint32(0, multiplier);
  const acc = Number(bias) + view.getInt32(bytes.length - 4);
  return bytes.length === 4 * steps && requantise(acc, bits.getFloat32(0), yZero) === claimed;
}

/** Question 7. */
export function naiveRefutesStep(claim: Claim, question: SumsQuestion, root: string, proof: string): boolean {
  const p = new NaiveProof(claim, proof);
  if (p.question !== 7 || p.node !== question.node || p.element !== question.element) throw new Malformed("another");
  const step = p.position;
  const sum = (index: number): number => {
    const bytes = p.parameter(root, 4 * question.steps, 4 * index, 4 * index + 3);
    return [0, 1, 2, 3].reduce((number, i) => number * 256 + byteAt(bytes, 4 * index + i), 0) | 0;
  };
  const before = step === 0 ? 0 : sum(step - 1);
  const after = sum(step);
  const c = contraction(p, p.element);
  const at = c.from + 32 * (1 + step);
  const filters = p.parameter(c.root, c.size, at, at + 31);
  const pixel = c.taps[Math.floor(step / c.words)];
  const start = (pixel ?? 0) + c.skipped + 32 * (step % c.words);
  const x = pixel === undefined ? undefined : p.tensor(p.input(0), [start]);
  const lanes = x === undefined ? 32 : 32 - (start % 32);
  const added = stepOf((lane) => (x === undefined ? c.xZero : byteAt(x, start + lane)), filters, at, c.wZero, lanes);
  p.end();
  return after - before !== added;
}

/** Question 8. */
export function naiveMaxQuestion(claim: Claim, proof: string): MaxQuestion {
  const p = new NaiveProof(claim, proof);
  if (p.question !== 8 || p.kind !== MAX_POOL) throw new WrongKind("no maximum");
  const claimed = p.value(p.own, p.element);
  p.end();
  return { node: p.node, element: p.element, claimed };
}

/** Question 9. */
export function naiveAnswersMax(claim: Claim, question: MaxQuestion, proof: string): boolean {
  const p = new NaiveProof(claim, proof);
  if (p.question !== 9 || p.node !== question.node || p.element !== question.element) throw new Malformed("another");
  const input = p.input(0);
  const channel = p.element % p.output.c;
  const window = pixels(p.rest, p.output, input.shape, p.element);
  if (!window.some((at) => at !== undefined && at + channel === byteOf(input.shape, p.position)))
    throw new Malformed("not in the window");
  const value = p.value(input, p.position);
  p.end();
  return value === question.claimed;
}
