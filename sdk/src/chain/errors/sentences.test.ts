import assert from "node:assert/strict";
import * as contracts from "@glia/contracts";
import { encodeErrorResult } from "viem";
import type { Abi, AbiParameter } from "viem";
import { errorAbi } from "./error-abi.ts";
import { codeOf, explainRevertData } from "./explain-revert.ts";
import { SENTENCES, sentenceFor } from "./sentences.ts";

/** A plausible value for any argument of an error. */
function sample({ type, name = "" }: AbiParameter): unknown {
  if (type === "address") return "0x00000000000000000000000000000000000000A1";
  if (type === "bool") return true;
  if (type === "string") return "text";
  if (type === "bytes") return "0x01";
  if (type.startsWith("bytes"))
    return `0x${(name === "allowed" ? "0c" : "01").padStart(Number(type.slice(5)) * 2, "0")}`;
  if (/^u?int(8|16|24|32|40|48)$/.test(type)) return 3;
  if (/^u?int/.test(type)) return 7n;
  throw new Error(`no sample for ${type}`);
}

function typesOf({ inputs }: { readonly inputs: readonly AbiParameter[] }): string[] {
  return inputs.map(({ type }) => type);
}

/** The doubles of the test suite are no part of what users meet. */
const MOCKS = new Set(["testTokenAbi"]);

/** All errors of all ABIs that the contracts package publishes, whatever they are called. */
function publishedErrors(): { abi: string; item: Extract<Abi[number], { type: "error" }> }[] {
  return Object.entries(contracts)
    .filter(([name, value]) => name.endsWith("Abi") && !MOCKS.has(name) && Array.isArray(value))
    .flatMap(([abi, value]) => (value as Abi).filter((item) => item.type === "error").map((item) => ({ abi, item })));
}

describe("sentences for custom errors", () => {
  it("has one for every error of every published ABI, inherited ones included", () => {
    const errors = publishedErrors();
    assert.ok(errors.length > 60, `only ${errors.length} errors were found`);
    const missing = errors.filter(({ item }) => sentenceFor(item.name, typesOf(item)) === undefined);
    assert.deepEqual([...new Set(missing.map(({ abi, item }) => `${abi}.${item.name}`))], []);
    const undecodable = errors.filter(({ item }) => !errorAbi.some((known) => known.name === item.name));
    assert.deepEqual(undecodable, []);
  });

  it("has none for errors that do not exist", () => {
    const names = new Set(errorAbi.flatMap((item) => [item.name, `${item.name}(${typesOf(item).join(",")})`]));
    assert.deepEqual(
      Object.keys(SENTENCES).filter((name) => !names.has(name)),
      [],
    );
  });

  for (const item of errorAbi) {
    it(`explains ${item.name}(${typesOf(item).join()}) with its arguments and a next step`, () => {
      const args = item.inputs.map(sample);
      const data = encodeErrorResult({ abi: [item], errorName: item.name, args });
      const error = explainRevertData(data);
      assert.equal(error.code, codeOf(item.name));
      assert.doesNotMatch(error.message + (error.hint ?? ""), /\{|\}|unknown|undefined|\[object/);
      assert.match(error.message, /\.$/);
      assert.ok((error.hint ?? "").length > 10);
      assert.doesNotThrow(() => JSON.stringify(error));
    });
  }
});
