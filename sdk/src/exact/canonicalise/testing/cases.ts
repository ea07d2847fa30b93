import { Sketch } from "./sketch.ts";
import { Y } from "./case.ts";
import type { Case } from "./case.ts";
import { CONTRACTIONS } from "./contractions.ts";
import { ELEMENTWISE } from "./elementwise.ts";
import { MOVEMENT } from "./movement.ts";
import { POOLS } from "./pools.ts";

/** ArgMax gives int64 in the file, so that its test compares numbers. */
const POSITIONS: readonly Case[] = [
  argMax("ArgMax", "ArgMax", { axis: 1n }),
  argMax("ArgMax, last of equals, without the axis", "ArgMax Move", { axis: 3n, keepdims: 0n, select_last_index: 1n }),
];

function argMax(name: string, kinds: string, attributes: Readonly<Record<string, bigint>>): Case {
  const s = new Sketch();
  s.node("ArgMax", [s.input("x", [2, 3, 4, 5], "uint8")], attributes, Y);
  s.output("y", [], "int64");
  return { name, kinds, sketch: s, within: 0 };
}

/** One or more accepted models for each operator of the profile. */
export const CASES: readonly Case[] = [...CONTRACTIONS, ...POOLS, ...ELEMENTWISE, ...MOVEMENT, ...POSITIONS];
