/** Who plays which cell: the script plays every cell that is not empty, a running node one of each kind and route, and each fault that a node can commit to. Data. */
import { CELLS, emptyBecause, FORGED, KINDS, ROUTES } from "./cells.ts";
import type { Cell, Fault, Kind, Route } from "./cells.ts";

/** Why a node cannot play a cell. */
const FORGED_BECAUSE =
  "A node hashes the bytes that its engine computed: below every hash that it commits to stand bytes, and filler is 0.";
/** Why a node does not play a cell though it could. */
const LIKE_ANOTHER = "The node's code does for it what it does for the cell of this kind and route that it plays.";

/** What a node claims of a kind that is found out by a route. */
export function faultOf(kind: Kind, route: Route): Fault {
  const turn = KINDS.indexOf(kind) % 3;
  switch (route) {
    case "delivered data":
      if (kind === "ArgMax") return "an index behind the end";
      return (["a wrong output", "the trace of another item", "the right trace of another model"] as const)[turn] ?? "a wrong output"; // prettier-ignore
    case "hidden data":
      if (kind === "ArgMax") return "an index behind the end";
      // A file with one table after another has one table.
      return kind === "Table" ? "the right trace of another model" : "a wrong trace with the right output";
    default:
      return "a wrong output";
  }
}

/** The cells that a running node plays. */
export const NODE_CELLS: readonly Cell[] = CELLS.filter(
  (cell) => emptyBecause(cell) === undefined && cell.fault === faultOf(cell.kind, cell.route),
);

/** Faults that a node can commit to. */
export const COMMITTABLE: readonly Fault[] = [...new Set(CELLS.map(({ fault }) => fault))].filter(
  (fault) => !FORGED.includes(fault),
);

/** One line of the list of cells. */
export interface Line {
  readonly cell: Cell;
  readonly players: readonly ("node" | "script")[];
  /** Why it is empty, or why no node plays it; nothing where a node does. */
  readonly because: string | undefined;
}

/** The list of all cells. */
export const LIST: readonly Line[] = CELLS.map((cell) => {
  const because = emptyBecause(cell);
  if (because !== undefined) return { cell, players: [], because };
  if (NODE_CELLS.includes(cell)) return { cell, players: ["node", "script"], because: undefined };
  return { cell, players: ["script"], because: FORGED.includes(cell.fault) ? FORGED_BECAUSE : LIKE_ANOTHER };
});

/** Kinds and routes of which no cell that is not empty has a node among its players. */
export function withoutNode(): string[] {
  const missing: string[] = [];
  for (const kind of KINDS)
    for (const route of ROUTES) {
      const lines = LIST.filter(({ cell }) => cell.kind === kind && cell.route === route);
      const possible = lines.some(({ cell, players }) => players.length > 0 && COMMITTABLE.includes(cell.fault));
      if (possible && !lines.some(({ players }) => players.includes("node"))) missing.push(`${kind}, ${route}`);
    }
  return missing;
}
