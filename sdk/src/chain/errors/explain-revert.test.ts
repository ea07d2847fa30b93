import assert from "node:assert/strict";
import {
  BaseError,
  createPublicClient,
  custom,
  encodeErrorResult,
  http,
  stringToHex,
  UserRejectedRequestError,
} from "viem";
import type { EIP1193RequestFn, Hex } from "viem";
import { GliaError } from "../../errors.ts";
import { jobMarketAbi } from "../abis.ts";
import { codeOf, explainRevert, explainRevertData } from "./explain-revert.ts";

/** A client whose RPC answers every request with this error, as nodes word it. */
function failing(error: { code: number; message: string; data?: unknown }) {
  const request = (() => Promise.reject(Object.assign(new Error(error.message), error))) as EIP1193RequestFn;
  return createPublicClient({ transport: custom({ request }, { retryCount: 0 }) });
}

async function thrown(promise: Promise<unknown>): Promise<GliaError> {
  try {
    await promise;
  } catch (error) {
    return explainRevert(error);
  }
  throw new Error("nothing was thrown");
}

const to = "0x00000000000000000000000000000000000000A1";
const wrongStatus = encodeErrorResult({
  abi: jobMarketAbi,
  errorName: "WrongStatus",
  args: [`0x${"11".repeat(32)}`, 5, `0x${"0c".padStart(64, "0")}`],
});

describe("explainRevert", () => {
  it("names the statuses of a WrongStatus", () => {
    const error = explainRevertData(wrongStatus);
    assert.equal(error.code, "WRONG_STATUS");
    assert.match(error.message, /is Settled; .* while it is Assigned or Committed/);
  });

  it("reads the field of an OutOfBounds", () => {
    const data = encodeErrorResult({
      abi: jobMarketAbi,
      errorName: "OutOfBounds",
      args: [stringToHex("checkBps", { size: 32 }), 1n, 200n, 10_000n],
    });
    assert.match(explainRevertData(data).message, /checkBps is 1; it must be between 200 and 10000/);
  });

  for (const [name, error] of [
    ["geth", { code: 3, message: "execution reverted", data: wrongStatus }],
    ["a node that nests it", { code: -32603, message: "Internal error", data: { data: wrongStatus } }],
    ["a node that nests it deeper", { code: -32000, message: "reverted", data: { error: { data: wrongStatus } } }],
  ] as const) {
    it(`finds revert data where ${name} puts it`, async () => {
      const client = failing(error);
      assert.equal((await thrown(client.call({ to, data: "0x12345678" }))).code, "WRONG_STATUS");
      assert.equal((await thrown(client.estimateGas({ account: to, to }))).code, "WRONG_STATUS");
    });
  }

  it("tames a hostile revert reason", () => {
    const data = encodeErrorResult({
      abi: [{ type: "error", name: "Error", inputs: [{ type: "string", name: "reason" }] }],
      args: [`\u001b[2Jpay me\u202e ${"x".repeat(5_000)}`],
    });
    const { message, code } = explainRevertData(data);
    assert.equal(code, "REVERTED");
    assert.ok(message.length < 400);
    assert.doesNotMatch(message, /[\u0000-\u001f\u202e]/);
  });

  it("explains panics and unknown selectors", () => {
    const panic = `0x4e487b71${"11".padStart(64, "0")}` as Hex;
    assert.equal(explainRevertData(panic).code, "CONTRACT_PANIC");
    assert.equal(explainRevertData("0xdeadbeef").code, "UNKNOWN_REVERT");
    assert.equal(explainRevertData("0x12").code, "UNKNOWN_REVERT");
  });

  for (const [code, kind, error] of [
    ["INSUFFICIENT_GAS_MONEY", "funds", { code: -32000, message: "insufficient funds for gas * price + value" }],
    ["NONCE_CONFLICT", "refused", { code: -32000, message: "nonce too low" }],
    ["RPC_ERROR", "network", { code: -32005, message: "limit exceeded" }],
    ["REVERTED", "refused", { code: -32000, message: "execution reverted" }],
    ["USER_REJECTED", "refused", { code: 4001, message: "User denied transaction signature." }],
  ] as const) {
    it(`calls "${error.message}" ${code}`, async () => {
      const explained = await thrown(failing(error).estimateGas({ account: to, to }));
      assert.equal(explained.code, code);
      assert.equal(explained.kind, kind);
      assert.ok((explained.hint ?? "").length > 10);
    });
  }

  it("calls an endpoint that does not answer RPC_UNREACHABLE", async () => {
    const client = createPublicClient({ transport: http("http://127.0.0.1:1", { retryCount: 0, timeout: 2_000 }) });
    const error = await thrown(client.getBlockNumber());
    assert.equal(error.code, "RPC_UNREACHABLE");
    assert.equal(error.retryable, true);
  });

  it("leaves our own errors alone and survives anything else", () => {
    const own = new GliaError("X", "x", { kind: "input" });
    assert.equal(explainRevert(own), own);
    const circular: { cause?: unknown } = {};
    circular.cause = circular;
    for (const odd of [undefined, null, 5, "text", {}, circular, new Error("boom"), new BaseError("odd")]) {
      assert.ok(explainRevert(odd) instanceof GliaError);
    }
    assert.equal(explainRevert(new UserRejectedRequestError(new Error("no"))).code, "USER_REJECTED");
  });

  it("turns names into codes", () => {
    assert.equal(codeOf("InsufficientFreeStake"), "INSUFFICIENT_FREE_STAKE");
    assert.equal(codeOf("ERC20InvalidSender"), "ERC20_INVALID_SENDER");
    assert.equal(codeOf("ECDSAInvalidSignatureS"), "ECDSA_INVALID_SIGNATURE_S");
  });
});
