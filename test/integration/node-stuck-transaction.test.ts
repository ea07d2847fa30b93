/** The operator's transactions on a chain whose fees rise while they wait. */
import assert from "node:assert/strict";

import { createTestClient, http, type PublicClient, type TestClient } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

import { createSender, type Outcome, type Sender } from "../../provider/src/adapters/chain/sender.ts";
import { type Journal, openJournal } from "../../provider/src/adapters/store/journal.ts";
import type { TransactionRecord } from "../../provider/src/adapters/store/transactions.ts";
import { createLog } from "../../provider/src/util/log.ts";
import { type Devnet, startDevnet } from "./sdk-devnet.ts";

const GWEI = 10n ** 9n;
const JOB = `0x${"ab".repeat(32)}` as const;

describe("a transaction that is stuck", function () {
  this.timeout(60_000);
  const operator = privateKeyToAccount(generatePrivateKey());
  let devnet: Devnet;
  let publicClient: PublicClient;
  let chain: TestClient;
  let journal: Journal;
  let outcomes: { hash: string; outcome: Outcome }[];

  before(async () => {
    devnet = await startDevnet();
    publicClient = devnet.publicClient;
    const transport = http(publicClient.transport["url"] as string);
    chain = createTestClient({ mode: "hardhat", transport });
    await devnet.setBalance(operator.address, 10n ** 20n);
    await chain.setAutomine(false);
  });
  after(() => devnet.stop());
  beforeEach(() => {
    journal = openJournal(":memory:");
    outcomes = [];
  });
  afterEach(() => journal.close());

  function makeSender(): Sender {
    return createSender({
      chainId: devnet.deployment.chainId,
      publicClient,
      operator,
      journal,
      log: createLog({ level: "silent" }),
      onPoint: () => undefined,
      isStillRight: () => Promise.resolve(true),
      onOutcome: ({ hash }, outcome) => outcomes.push({ hash, outcome }),
      resendMs: 0,
    });
  }

  async function submit(sender: Sender): Promise<TransactionRecord> {
    const call = { to: devnet.token, data: "0x06fdde03", what: "ask for the token's name" } as const;
    await sender.submit({ purpose: "settle", jobIds: [JOB], call, onRecorded: () => undefined });
    const [first] = journal.transactions.listUnmined();
    assert.ok(first !== undefined);
    return first;
  }

  async function raiseBaseFee(): Promise<void> {
    const { baseFeePerGas } = await publicClient.getBlock();
    await chain.setNextBlockBaseFeePerGas({ baseFeePerGas: (baseFeePerGas ?? 0n) * 10n + 100n * GWEI });
    await chain.mine({ blocks: 1 });
  }

  it("is sent again with the same nonce and the same call at a higher fee, and ends once", async () => {
    const sender = makeSender();
    const first = await submit(sender);
    await raiseBaseFee();
    await assert.rejects(publicClient.getTransactionReceipt({ hash: first.hash }));
    await sender.tend();
    const [same, replacement] = journal.transactions.listUnmined();
    assert.equal(same?.hash, first.hash);
    assert.ok(replacement !== undefined);
    assert.deepEqual([replacement.nonce, replacement.jobIds], [first.nonce, [JOB]]);
    await chain.mine({ blocks: 1 });
    await sender.tend();
    assert.deepEqual(outcomes, [{ hash: replacement.hash, outcome: "mined" }]);
    const mined = await publicClient.getTransaction({ hash: replacement.hash });
    assert.deepEqual([mined.nonce, mined.input, mined.to], [first.nonce, "0x06fdde03", devnet.token.toLowerCase()]);
    assert.deepEqual(
      journal.transactions.listOfJob(JOB, "settle").map(({ state }) => state),
      ["replaced", "mined"],
    );
  });

  it("is left alone while its fee is enough", async () => {
    const sender = makeSender();
    const first = await submit(sender);
    await sender.tend();
    assert.deepEqual(
      journal.transactions.listUnmined().map(({ hash }) => hash),
      [first.hash],
    );
    await chain.mine({ blocks: 1 });
    await sender.tend();
    assert.deepEqual(outcomes, [{ hash: first.hash, outcome: "mined" }]);
  });

  it("is settled by the first version, if that is mined after all", async () => {
    const sender = makeSender();
    const first = await submit(sender);
    // The replacement was recorded, and the node ended before it was sent.
    const lost = { hash: `0x${"cd".repeat(32)}`, raw: first.raw } as const;
    journal.transactions.record({ ...lost, nonce: first.nonce, purpose: "settle", jobIds: [JOB] });
    await chain.mine({ blocks: 1 });
    await sender.tend();
    assert.deepEqual(outcomes, [{ hash: first.hash, outcome: "mined" }]);
    assert.deepEqual(journal.transactions.listUnmined(), []);
  });
});
