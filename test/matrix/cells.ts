/** The matrix of wrong results: what kind of node is wrong, in which way, and by which route the chain finds out. Data; `matrix.test.ts` plays it. */

export const KINDS = [
  "matrix product",
  "convolution",
  "depthwise convolution",
  "AddMul",
  "Table",
  "MaxPool",
  "ArgMax",
  "view",
  "select",
] as const;
export type Kind = (typeof KINDS)[number];

export const FAULTS = [
  "a wrong output",
  "a wrong trace with the right output",
  "the trace of another item",
  "the right trace of another model",
  "an index behind the end",
  "junk in a filler byte",
  "a leaf behind the last",
  "an inner node in a leaf's place",
  "a random leaf",
  "a random inner hash",
  "a random tensor root",
  "a random hash in the trace",
  "a random item root",
  "a random result root",
] as const;
export type Fault = (typeof FAULTS)[number];

export const ROUTES = ["delivered data", "hidden data", "silent party", "long dot product"] as const;
export type Route = (typeof ROUTES)[number];

export interface Cell {
  readonly kind: Kind;
  readonly fault: Fault;
  readonly route: Route;
}

/** Why cells that it names are empty; what it does not name, it does not restrict. */
export interface Empty {
  readonly kinds?: readonly Kind[];
  readonly faults?: readonly Fault[];
  readonly routes?: readonly Route[];
  readonly because: string;
}

/** Faults of which no bytes exist: somewhere there is a hash that stands for nothing. Only silence answers a question for them. */
export const WITHOUT_PREIMAGE: readonly Fault[] = [
  "an inner node in a leaf's place",
  "a random leaf",
  "a random inner hash",
  "a random tensor root",
  "a random hash in the trace",
  "a random item root",
  "a random result root",
];

/** Faults in what fills a tensor's tree up, where no node computes anything. */
const IN_PADDING: readonly Fault[] = ["junk in a filler byte", "a leaf behind the last"];

/** Kinds with an element that no transaction can recompute: too many products, or too large a window. */
export const LONG_KINDS: readonly Kind[] = ["matrix product", "convolution", "depthwise convolution", "MaxPool"];

/** Faults in hashes over bytes that are right. */
export const FORGED: readonly Fault[] = [...IN_PADDING, ...WITHOUT_PREIMAGE];

const otherThan = <T>(all: readonly T[], some: readonly T[]): T[] => all.filter((one) => !some.includes(one));

export const EMPTY: readonly Empty[] = [
  {
    kinds: otherThan(KINDS, ["ArgMax"]),
    faults: ["an index behind the end"],
    because: "Only an ArgMax's value is an index.",
  },
  {
    faults: WITHOUT_PREIMAGE,
    routes: ["delivered data"],
    because: "What is delivered is checked against its root, and a hash without a preimage is the root of nothing.",
  },
  {
    faults: IN_PADDING,
    routes: ["delivered data"],
    because: "What is delivered are elements; what fills their tree up shows itself only where hashes are asked for.",
  },
  {
    faults: ["a wrong trace with the right output"],
    routes: ["delivered data"],
    because: "The delivered output is right.",
  },
  {
    kinds: otherThan(KINDS, LONG_KINDS),
    routes: ["long dot product"],
    because: "An element of this kind follows from a few bytes, however large its tensors are.",
  },
  {
    kinds: ["MaxPool"],
    faults: ["the right trace of another model"],
    routes: ["long dot product"],
    because: "The long window is the whole image: another model's maximum is too small, and one element beats it.",
  },
  {
    faults: FORGED,
    routes: ["long dot product"],
    because: "Nothing is recomputed to find this fault.",
  },
];

/** Every cell there is. */
export const CELLS: readonly Cell[] = KINDS.flatMap((kind) =>
  FAULTS.flatMap((fault) => ROUTES.map((route): Cell => ({ kind, fault, route }))),
);

/** Why a cell is empty; undefined if it is to be played. */
export function emptyBecause({ kind, fault, route }: Cell): string | undefined {
  const says = ({ kinds, faults, routes }: Empty): boolean =>
    (kinds?.includes(kind) ?? true) && (faults?.includes(fault) ?? true) && (routes?.includes(route) ?? true);
  return EMPTY.find(says)?.because;
}

export function nameOf({ kind, fault, route }: Cell): string {
  return `${kind}, ${fault}, ${route}`;
}
