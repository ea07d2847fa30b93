import type { Address, Hash, Hex, PublicClient } from "viem";
import { assertChain } from "../chain/assert-chain.ts";
import { decodeAssuranceLog } from "../chain/decode-assurance-log.ts";
import { decodeMarketLog } from "../chain/decode-market-log.ts";
import type { MarketEvent } from "../chain/decode-market-log.ts";
import { explainRevert } from "../chain/errors/explain-revert.ts";
import { hashJobSpec } from "../chain/hash-job-spec.ts";
import { hashQuote, hashResultStatement } from "../chain/hash-signed.ts";
import { verifySignature } from "../chain/verify-signature.ts";
import { GliaError } from "../errors.ts";
import { digestToCid } from "../storage/cid.ts";
import type { RandomAccess } from "../tensors/index.ts";
import type { CommittedModel } from "./committed-model.ts";
import type { Receipt } from "./receipt.ts";
import { assertSame, verifyBatch, verifyModel } from "./verify-content.ts";

/** What is at hand besides the receipt; what is missing is not checked and said to be so. */
export interface ReceiptEvidence {
  readonly model?: RandomAccess;
  readonly inputs?: RandomAccess;
  readonly outputs?: RandomAccess;
  /** Any RPC endpoint of the receipt's chain. */
  readonly publicClient?: PublicClient;
}

/** One thing that was looked at; `assurance` only where the receipt names an audit. */
export interface ReceiptCheck {
  readonly name: "receipt" | "quote" | "statement" | "model" | "inputs" | "outputs" | "chain" | "assurance";
  readonly result: "ok" | "failed" | "skipped";
  /** Why it failed, or what is missing. */
  readonly reason?: string;
}

/** `ok` means that nothing failed and the receipt holds together; look at `checks` for what was skipped. */
export interface ReceiptReport {
  readonly ok: boolean;
  readonly checks: readonly ReceiptCheck[];
}

/**
 * Checks a receipt without the marketplace: hashes, job id and signatures offline; the files that are given; the chain where an RPC
 * endpoint is given. Signatures of contract wallets need the endpoint too. Never throws for a wrong receipt.
 */
export async function verifyReceipt(receipt: Receipt, evidence: ReceiptEvidence = {}): Promise<ReceiptReport> {
  const { spec, quote, statement, outputs } = receipt;
  const { model, inputs, publicClient } = evidence;
  let committed: CommittedModel | undefined;
  const checks = [
    await check("receipt", "", () => checkConsistency(receipt)),
    await check("quote", quote === undefined && "the receipt has no quote", () =>
      checkQuoteSignature(receipt, publicClient),
    ),
    await check("statement", statement === undefined && "the provider signed no statement", () =>
      checkStatement(receipt, publicClient),
    ),
    await check("model", model === undefined && "no model file was given", async () => {
      if (model !== undefined) committed = await verifyModel(model, spec);
    }),
    await check("inputs", inputs === undefined && "no input file was given", async () => {
      const expected = { root: spec.batchRoot, digest: spec.inputDigest, items: spec.items };
      if (inputs !== undefined) await verifyBatch(inputs, "inputs", expected, committed);
    }),
    await check("outputs", evidence.outputs === undefined && "no output file was given", async () => {
      if (evidence.outputs !== undefined) await verifyBatch(evidence.outputs, "outputs", outputs, committed);
    }),
    await check("chain", publicClient === undefined && "no RPC endpoint was given", async () => {
      if (publicClient !== undefined) await checkChain(receipt, publicClient);
    }),
  ];
  if (receipt.assurance !== undefined) {
    const audited = check("assurance", publicClient === undefined && "no RPC endpoint was given", async () => {
      if (publicClient !== undefined) await checkAssurance(receipt, publicClient);
    });
    checks.push(await audited);
  }
  return { ok: checks.every(({ result }) => result !== "failed"), checks };
}

async function check(
  name: ReceiptCheck["name"],
  missing: string | false,
  work: () => void | Promise<void>,
): Promise<ReceiptCheck> {
  if (typeof missing === "string" && missing !== "") return { name, result: "skipped", reason: missing };
  try {
    await work();
    return { name, result: "ok" };
  } catch (error) {
    return { name, result: "failed", reason: explainRevert(error).message };
  }
}

/** Every hash and name that the receipt says twice must be the same, and the job id must follow from the spec. */
function checkConsistency(receipt: Receipt): void {
  const { spec, model, inputs, outputs } = receipt;
  const same = (what: string, expected: string, actual: string): void => {
    assertSame("RECEIPT_MISMATCH", what, expected, actual);
  };
  same("job id", hashJobSpec(spec, receipt), receipt.jobId);
  same("model id", spec.modelId, model.id);
  same("model digest", spec.modelDigest, model.digest);
  same("inputs root", spec.batchRoot, inputs.root);
  same("inputs digest", spec.inputDigest, inputs.digest);
  same("number of inputs", String(spec.items), String(inputs.items));
  same("number of outputs", String(spec.items), String(outputs.items));
  if (receipt.assurance !== undefined) same("assurance level", String(spec.level), String(receipt.assurance.level));
  const endings = [receipt.settlement, receipt.refuted].filter((ending) => ending !== undefined).length;
  same("number of endings", "1", String(endings));
  same("determinism class", String(spec.determinism), String(receipt.determinism));
  for (const [what, part] of Object.entries({ model, inputs, outputs })) {
    same(`CID of the ${what}`, digestToCid(part.digest).toString(), part.cid);
  }
}

async function checkQuoteSignature(receipt: Receipt, publicClient: PublicClient | undefined): Promise<void> {
  if (receipt.quote === undefined) return;
  const { quote, signature } = receipt.quote;
  assertSame("RECEIPT_MISMATCH", "quote's job", receipt.jobId, quote.jobId);
  assertSame("RECEIPT_MISMATCH", "quote's provider", receipt.provider, quote.provider);
  await assertSigned("quote", hashQuote(quote, receipt), signature, receipt, publicClient);
}

async function checkStatement(receipt: Receipt, publicClient: PublicClient | undefined): Promise<void> {
  const { statement, jobId, outputs } = receipt;
  if (statement === undefined) return;
  assertSame("RECEIPT_MISMATCH", "stated result root", outputs.root, statement.resultRoot);
  assertSame("RECEIPT_MISMATCH", "stated output digest", outputs.digest, statement.outputDigest);
  await assertSigned(
    "statement",
    hashResultStatement({ ...statement, jobId }, receipt),
    statement.signature,
    receipt,
    publicClient,
  );
}

async function assertSigned(
  what: string,
  hash: Hash,
  signature: Hex,
  { operator, provider }: { readonly operator: Address; readonly provider: Address },
  publicClient: PublicClient | undefined,
): Promise<void> {
  for (const signer of [operator, provider]) if (await verifySignature(signer, hash, signature, publicClient)) return;
  throw new GliaError(
    "RECEIPT_SIGNATURE",
    `The ${what} is signed neither by the operator ${operator} nor by ${provider}.`,
    {
      kind: "verification",
      hint: "Do not trust this receipt.",
    },
  );
}

/** The market itself must have said, in the named transactions, what the receipt says. */
async function checkChain(receipt: Receipt, publicClient: PublicClient): Promise<void> {
  await assertChain(publicClient, receipt.chainId);
  const { assigned, revealed, settlement, refuted, outputs } = receipt;
  const given = await eventIn(publicClient, receipt, assigned.transactionHash, ["JobAssigned", "JobTaken"]);
  const operator = given.eventName === "JobAssigned" ? given.args.operator : given.args.job.operator;
  assertSame("RECEIPT_MISMATCH", "provider", given.args.provider, receipt.provider);
  assertSame("RECEIPT_MISMATCH", "operator", operator, receipt.operator);
  assertSame("RECEIPT_MISMATCH", "block of the assignment", given.blockHash, assigned.blockHash);
  const shown = await eventIn(publicClient, receipt, revealed.transactionHash, ["JobRevealed"]);
  assertSame("RECEIPT_MISMATCH", "revealed result root", shown.args.resultRoot, outputs.root);
  assertSame("RECEIPT_MISMATCH", "revealed output digest", shown.args.outputDigest, outputs.digest);
  assertSame("RECEIPT_MISMATCH", "block of the reveal", shown.blockHash, revealed.blockHash);
  if (settlement !== undefined) {
    const settled = await eventIn(publicClient, receipt, settlement.transactionHash, ["JobSettled"]);
    assertSame("RECEIPT_MISMATCH", "payment", String(settled.args.paid), String(settlement.paid));
    assertSame("RECEIPT_MISMATCH", "fee", String(settled.args.fee), String(settlement.fee));
    assertSame("RECEIPT_MISMATCH", "block of the settlement", settled.blockHash, settlement.blockHash);
  }
  if (refuted !== undefined) {
    const fallen = await eventIn(publicClient, receipt, refuted.transactionHash, ["JobRefuted"]);
    assertSame("RECEIPT_MISMATCH", "burned collateral", String(fallen.args.burned), String(refuted.burned));
    assertSame("RECEIPT_MISMATCH", "reward", String(fallen.args.reward), String(refuted.reward));
    assertSame("RECEIPT_MISMATCH", "block of the refutation", fallen.blockHash, refuted.blockHash);
  }
}

/** The job's own module must have said, with the reveal, whether the job was drawn and how many attested. */
async function checkAssurance(receipt: Receipt, publicClient: PublicClient): Promise<void> {
  const { assigned, revealed, assurance, jobId } = receipt;
  const given = await eventIn(publicClient, receipt, assigned.transactionHash, ["JobAssigned", "JobTaken"]);
  const module = given.eventName === "JobAssigned" ? given.args.module : given.args.job.module;
  const { logs } = await publicClient.getTransactionReceipt({ hash: revealed.transactionHash });
  for (const log of logs) {
    const event = log.address.toLowerCase() === module.toLowerCase() ? decodeAssuranceLog(log) : undefined;
    if (event?.eventName !== "Revealed" || event.args.jobId !== jobId) continue;
    assertSame("RECEIPT_MISMATCH", "draw", String(event.args.drawn), String(assurance?.drawn));
    assertSame(
      "RECEIPT_MISMATCH",
      "number of attestations",
      String(event.args.attestations),
      String(assurance?.attestations),
    );
    return;
  }
  throw new GliaError(
    "RECEIPT_MISMATCH",
    `The transaction ${revealed.transactionHash} has no Revealed of job ${jobId} from its module.`,
    {
      kind: "verification",
      hint: "Do not trust this receipt.",
    },
  );
}

async function eventIn<name extends MarketEvent["eventName"]>(
  publicClient: PublicClient,
  { market, jobId }: Receipt,
  hash: Hash,
  names: readonly name[],
): Promise<Extract<MarketEvent, { eventName: name }>> {
  const { logs } = await publicClient.getTransactionReceipt({ hash });
  for (const log of logs) {
    if (log.address.toLowerCase() !== market.toLowerCase()) continue;
    const event = decodeMarketLog(log);
    if (event !== undefined && isOneOf(event, names) && "jobId" in event.args && event.args.jobId === jobId)
      return event;
  }
  throw new GliaError(
    "RECEIPT_MISMATCH",
    `The transaction ${hash} has no ${names.join(" or ")} of job ${jobId} from ${market}.`,
    {
      kind: "verification",
      hint: "Do not trust this receipt.",
    },
  );
}

function isOneOf<name extends MarketEvent["eventName"]>(
  event: MarketEvent,
  names: readonly name[],
): event is Extract<MarketEvent, { eventName: name }> {
  return names.some((name) => name === event.eventName);
}
