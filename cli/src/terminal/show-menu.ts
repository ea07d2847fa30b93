import type { MenuRow } from "@glia/sdk";
import Table from "cli-table3";
import { formatEther } from "viem";

import { showAmount, type Unit } from "./amounts.ts";
import { showChance, showDelay } from "./measures.ts";

/** The levels beside each other, the chosen one marked, and in words what that one promises and cannot. */
export function showMenu(rows: readonly MenuRow[], chosen: number, token: Unit): string {
  const shown = rows.filter(({ available, level }) => available || level === chosen);
  const table = new Table({
    head: ["", ...shown.map(({ name, level }) => (level === chosen ? `${name} (chosen)` : name))],
    style: { head: [], border: [] },
  });
  const line = (what: string, tell: (row: MenuRow) => string): void => {
    table.push([what, ...shown.map(tell)]);
  };
  line("protocol catches a forged batch", ({ chanceBatchCaught }) => showChance(chanceBatchCaught));
  line("protocol catches one forged item", ({ chanceItemCaught }) => showChance(chanceItemCaught));
  line("costs on top, on average", ({ extraCost }) => showAmount(extraCost.expected, token));
  line("held in escrow for it", ({ extraCost }) => showAmount(extraCost.most, token));
  line("gas of hiring and accepting", ({ gas }) => gas.toLocaleString("en-US"));
  line("result comes later by", ({ delay }) => showDelay(delay.result));
  line("paid without you after", ({ delay }) => showDelay(delay.payment));
  line("provider loses if refuted", ({ providerLoses }) => glia(providerLoses.ifRefuted));
  line("provider loses if late", ({ providerLoses }) => glia(providerLoses.ifMissed));
  const words = shown.filter(({ level }) => level === chosen).map(({ promises, limits }) => `${promises}\n${limits}`);
  return [table.toString(), ...words].join("\n");
}

function glia(units: bigint): string {
  return units === 0n ? "nothing" : `${formatEther(units)} GLIA`;
}
