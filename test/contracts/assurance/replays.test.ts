/** What was said on one chain says nothing on another, where the same contracts have the same addresses and the same parties the same keys. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { jobMarketAbi } from "@glia/contracts";
import { hashJobSpec, signQuote } from "@glia/sdk";
import { encodeFunctionData } from "viem";
import { COLLATERAL, fold, labelled, PRICE, RIGHT, startAuditWorld } from "./audit-world.ts";
import type { AuditWorld } from "./audit-world.ts";

describe("Replays on another chain", () => {
  let here: AuditWorld;
  let there: AuditWorld;

  before(async function () {
    this.timeout(120_000);
    [here, there] = [await startAuditWorld(), await startAuditWorld({}, undefined, 77_777)];
  });
  after(async () => {
    await here.chain.close();
    await there.chain.close();
  });

  /** The same spec on both chains, hired. */
  async function twins() {
    const [mine, theirs] = [await here.hire(), await there.hire()];
    assert.deepEqual(mine.spec, theirs.spec);
    assert.notEqual(mine.id, theirs.id);
    return { mine, theirs };
  }

  it("find the same contracts at the same addresses", () => {
    assert.equal(here.contracts.market, there.contracts.market);
    assert.equal(here.contracts.assurance, there.contracts.assurance);
    assert.notEqual(here.chain.chainId, there.chain.chainId);
  });

  it("of a signed transaction are refused by the chain itself", async () => {
    const { mine } = await twins();
    const data = encodeFunctionData({ abi: jobMarketAbi, functionName: "statusOf", args: [mine.id] });
    const count = await there.chain.publicClient.getTransactionCount({ address: there.buyer.address });
    const signed = await there.buyer.signTransaction({
      type: "eip1559",
      chainId: there.chain.chainId,
      to: there.contracts.market,
      data,
      nonce: count,
      gas: 100_000n,
      maxFeePerGas: 10n ** 11n,
    });
    await assert.rejects(here.chain.publicClient.sendRawTransaction({ serializedTransaction: signed }), /chain ?id/i);
    await there.chain.publicClient.sendRawTransaction({ serializedTransaction: signed });
  });

  it("of a quote hire nobody", async () => {
    const { mine } = await twins();
    const spec = { ...mine.spec, salt: labelled("not hired yet") };
    const domainOf = ({ chain, contracts }: AuditWorld) => ({ chainId: chain.chainId, market: contracts.market });
    const jobId = hashJobSpec(spec, domainOf(here));
    const provider = here.provider.address;
    const quote = { provider, jobId, price: PRICE, collateral: COLLATERAL, expiry: 2n ** 40n, nonce: 0 };
    const elsewhere = await signQuote(here.operator, quote, domainOf(there));
    await here.marketRefuses(here.buyer, "hire", [spec, quote, elsewhere], "InvalidSignature");
    await here.market(here.buyer, "hire", [spec, quote, await signQuote(here.operator, quote, domainOf(here))]);
  });

  it("of a commitment bind to nothing that could be revealed", async () => {
    const { mine, theirs } = await twins();
    const commitment = there.commitmentOf(theirs);
    assert.notEqual(commitment, here.commitmentOf(mine));
    const receipt = await here.act(here.operator, "commit", [mine.spec, mine.job, commitment]);
    const committed = { ...mine, job: fold(mine.job, receipt) };
    await here.seedOf(committed);
    const what = await here.revealOf(committed, RIGHT);
    await here.refuses(here.stranger, "reveal", [committed.id, committed.job, what], "WrongOpening");
  });

  it("of an attestation cannot be opened", async () => {
    const { mine, theirs } = await twins();
    const [job, other] = [await here.commit(mine), await there.commit(theirs)];
    const [auditor] = here.auditors;
    const [, , , elsewhere] = await there.attestArgs(other, auditor, RIGHT);
    await here.seedOf(job);
    await here.act(auditor, "attest", [job.id, job.job, auditor.address, elsewhere, "0x"]);
    const next = await here.reveal(job);
    await here.refuses(auditor, "claimAudit", await here.claimArgs(next, auditor, RIGHT), "WrongOpening");
  });

  it("of a reveal reveal nothing: the job is another", async () => {
    const { mine, theirs } = await twins();
    const [job, other] = [await here.commit(mine), await there.commit(theirs)];
    await here.seedOf(job);
    await there.seedOf(other);
    const what = await there.revealOf(other, RIGHT);
    await here.refuses(here.stranger, "reveal", [other.id, other.job, what], "NotCommitted");
  });
});
