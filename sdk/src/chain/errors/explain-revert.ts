import { decodeErrorResult } from "viem";
import type { Hex } from "viem";
import { GliaError } from "../../errors.ts";
import { errorAbi } from "./error-abi.ts";
import { explainTransport } from "./explain-transport.ts";
import { fill, tame } from "./fill.ts";
import { revertData } from "./revert-data.ts";
import { sentenceFor } from "./sentences.ts";

/** Panic codes of the Solidity compiler that a caller can meet. */
const PANICS: Readonly<Record<string, string>> = {
  "1": "an assertion failed",
  "17": "a number overflowed",
  "18": "a division by zero",
  "33": "a number outside its enum",
  "50": "an index outside its array",
};

/** Turns whatever viem, a wallet or an RPC threw into one sentence with the next step. Never throws. */
export function explainRevert(error: unknown): GliaError {
  if (error instanceof GliaError) return error;
  const data = revertData(error);
  if (data !== undefined) return explainRevertData(data, error);
  return explainTransport(error);
}

/** Like {@link explainRevert}, for bare revert data. */
export function explainRevertData(data: Hex, cause?: unknown): GliaError {
  let name: string;
  let args: readonly unknown[];
  let inputs: readonly { readonly name?: string | undefined; readonly type: string }[];
  try {
    const decoded = decodeErrorResult({ abi: errorAbi, data });
    name = decoded.errorName;
    args = decoded.args ?? [];
    inputs = "inputs" in decoded.abiItem ? decoded.abiItem.inputs : [];
  } catch {
    return new GliaError(
      "UNKNOWN_REVERT",
      `The contract refused with an error that this version does not know: ${data.slice(0, 10)}.`,
      {
        kind: "refused",
        hint: "Update Glia; if that does not help, the address may be another contract.",
        details: { data: data.slice(0, 522) },
        cause,
      },
    );
  }
  if (name === "Error") return plainReason(String(args[0]), cause);
  if (name === "Panic") return panic(String(args[0]), cause);
  const values: Record<string, unknown> = {};
  inputs.forEach((input, index) => {
    values[input.name ?? String(index)] = args[index];
  });
  const sentence = sentenceFor(
    name,
    inputs.map(({ type }) => type),
  );
  if (sentence === undefined) return plainReason(name, cause);
  return new GliaError(codeOf(name), fill(sentence.says, values), {
    kind: sentence.kind,
    hint: fill(sentence.next, values),
    retryable: sentence.retryable ?? false,
    details: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, plain(value)])),
    cause,
  });
}

/** `InsufficientFreeStake` → `INSUFFICIENT_FREE_STAKE`; acronyms stay whole (`ERC20InvalidSender` → `ERC20_INVALID_SENDER`). */
export function codeOf(errorName: string): string {
  return errorName
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toUpperCase();
}

function plainReason(reason: string, cause: unknown): GliaError {
  return new GliaError("REVERTED", `The contract refused: ${tame(reason) || "no reason given"}.`, {
    kind: "refused",
    hint: "Check the job's status and the amounts, then try again.",
    cause,
  });
}

function panic(code: string, cause: unknown): GliaError {
  return new GliaError("CONTRACT_PANIC", `The contract stopped: ${PANICS[code] ?? `panic ${code}`}.`, {
    kind: "refused",
    hint: "Check that amounts and times are in range; if they are, report this with the transaction's data.",
    details: { panic: code },
    cause,
  });
}

/** Details must survive JSON. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return typeof value === "string" ? tame(value) : value;
}
