import type { CallCost, ContractCall } from "@glia/sdk";

import { showWei } from "./amounts.ts";
import { confirm } from "./confirm.ts";

/** Shows what a transaction may cost before it is signed: as a question, or as a remark on stderr where `yes` has answered it. */
export async function confirmGas(call: ContractCall, cost: CallCost, yes: boolean): Promise<void> {
  const text = `to ${call.what}: up to ${showWei(cost.total)} of gas`;
  if (yes) process.stderr.write(`  signing  ${text}\n`);
  await confirm(`Sign ${text}?`, yes);
}
