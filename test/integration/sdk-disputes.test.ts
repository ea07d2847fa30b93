/** Challenges of results, played by the SDK's drivers against the real contracts; the provider is a double that lies. */
import assert from "node:assert/strict";
import { assuranceAbi } from "@glia/contracts";
import {
  challengerMove,
  createMarketClient,
  disputesFromEvents,
  jobFromEvents,
  postSumsCall,
  JobStatus,
  requestDataCall,
  responderMoves,
  runChallenger,
  runResponder,
  sendCall,
  Turn,
  walletSender,
} from "@glia/sdk";
import type {
  ChallengerArgs,
  ChallengeOutcome,
  ContractCall,
  JobMaterial,
  MarketClient,
  ResponderMove,
  SendMove,
} from "@glia/sdk";
import {
  canonicalise,
  commitModel,
  prefixSums,
  provableModel,
  requantise,
  sumsBytes,
  sumsQuestionOf,
  traceOf,
} from "@glia/sdk/exact";
import type { SumsQuestion } from "@glia/sdk/exact";
import { createPublicClient, custom, encodeErrorResult, RpcRequestError, toFunctionSelector, toHex } from "viem";

import { longDotFile, longPoolFile, mixedFile } from "./dispute-models.ts";
import { type DisputeWorld, flip, flipThrough, type DisputedJob, startDisputeWorld } from "./dispute-world.ts";

describe("disputes, played by the drivers", function () {
  this.timeout(120_000);
  let world: DisputeWorld;
  let challenger: MarketClient;

  before(async () => {
    world = await startDisputeWorld();
    challenger = world.devnet.clientOf(world.devnet.account());
  });
  after(() => world.stop());

  interface Played {
    readonly outcome: ChallengeOutcome;
    readonly challenge: bigint | undefined;
    /** Names of the calls in their order, the challenger's and the provider's. */
    readonly calls: readonly string[];
  }

  /** Plays both sides move by move; whoever waits for a time that nobody will use up gets it at once. Every move is found anew. */
  async function play(
    job: DisputedJob,
    args: {
      readonly item?: number;
      readonly material: () => Promise<JobMaterial>;
      readonly answers?: number;
      readonly lies?: Lies;
    },
  ): Promise<Played> {
    const calls: string[] = [];
    let answers = 0;
    const account = challenger.requireWallet().account.address;
    for (let step = 0; step < 60; step++) {
      const given: ChallengerArgs = {
        client: challenger,
        jobId: job.jobId,
        account,
        material: await args.material(),
        ...(args.item === undefined ? {} : { item: args.item }),
      };
      const move = await challengerMove(given);
      if (move.do === "done") return { outcome: move.outcome, challenge: move.challenge, calls };
      if (move.do === "send") {
        calls.push(nameOf(move));
        await sendCall(challenger, move.call);
        continue;
      }
      const answered = answers < (args.answers ?? Infinity) ? await answer(job, calls, args.lies) : [];
      answers += answered.length;
      if (answered.length === 0) await world.devnet.pass(move.until - (await now()) + 1);
    }
    assert.fail(`no end: ${calls.join(", ")}`);
  }

  /** Answers in its own way what the driver cannot answer, or would answer honestly. */
  type Lies = (move: ResponderMove) => Promise<ContractCall | undefined>;

  async function answer(job: DisputedJob, calls: string[], lies?: Lies): Promise<SendMove[]> {
    const moves = await responderMoves({ client: world.operator, jobId: job.jobId, material: job.claims });
    const sent: SendMove[] = [];
    for (const move of moves) {
      const lie = await lies?.(move);
      if (move.do === "wait" || (move.do === "stuck" && lie === undefined)) continue;
      const call = lie ?? (move.do === "send" ? move.call : undefined);
      assert.ok(call !== undefined);
      calls.push(nameOf(move));
      await sendCall(world.operator, call);
      sent.push({ do: "send", call, key: move.key, why: "" });
    }
    return sent;
  }

  const nameOf = ({ key }: { readonly key: string }): string => key.split(" ")[2] ?? "";
  const now = async (): Promise<number> => Number((await world.devnet.publicClient.getBlock()).timestamp);
  const statusOf = async (job: DisputedJob): Promise<JobStatus> => (await challenger.statusOf(job.jobId)).status;

  it("proves a flipped byte of a delivered output in one transaction, and gets bond and reward", async () => {
    const file = mixedFile(1);
    const { model } = canonicalise(file);
    const [{ tensor } = { tensor: 0 }] = model.outputs;
    const job = await world.revealed(file, { lie: flip({ item: 1, tensor, element: 7 }) });
    const account = challenger.requireWallet().account.address;
    const [stake, bought] = [
      await challenger.position(account),
      await world.buyer.vaultBalance(job.spec.payer, job.spec.token),
    ];
    const { outcome, calls } = await play(job, { item: 1, material: () => job.truth(true) });
    assert.deepEqual(calls, ["challenge", "respond", "prove", "refute", "release", "claimReward", "withdraw"]);
    assert.equal(outcome, "won");
    assert.equal(await statusOf(job), JobStatus.Refuted);
    const view = await jobFromEvents(challenger, job.jobId);
    assert.ok(view.refuted !== undefined && view.refuted.reward > 0n);
    assert.equal(await challenger.walletBalance(account, world.devnet.deployment.glia), view.refuted.reward);
    assert.deepEqual(await challenger.position(account), stake);
    assert.equal((await world.buyer.vaultBalance(job.spec.payer, job.spec.token)) - bought, 1_000n);
    assert.equal(await job.assurance.owed(account), 0n);
  });

  it("claims the reward although the endpoint was asked between two blocks", async () => {
    const file = mixedFile(1);
    const { model } = canonicalise(file);
    const job = await world.revealed(file, {
      lie: flip({ item: 0, tensor: model.outputs[0]?.tensor ?? 0, element: 2 }),
    });
    const { publicClient, walletClient, deployment } = challenger;
    const claim = toFunctionSelector("claimReward(bytes32)");
    const data = encodeErrorResult({ abi: assuranceAbi, errorName: "CheckpointUnorderedInsertion" });
    const torn = new Set<string>();
    const transport = custom({
      request: ({ method, params }: { method: string; params?: never }) => {
        // The first answer of each kind, as anvil gives it where the state is the new block's and the clock still the old one's.
        if (torn.has(method) || !JSON.stringify(params ?? null).includes(claim))
          return publicClient.request({ method, params } as never);
        torn.add(method);
        return Promise.reject(
          new RpcRequestError({ body: {}, url: "", error: { code: 3, message: "execution reverted", data } }),
        );
      },
    });
    const between = createPublicClient({ transport, pollingInterval: 20, cacheTime: 0, ...(publicClient.chain && { chain: publicClient.chain }) }); // prettier-ignore
    const steady = challenger;
    challenger = createMarketClient({ publicClient: between, deployment, ...(walletClient && { walletClient }) });
    try {
      const { outcome, calls } = await play(job, { item: 0, material: () => job.truth(true) });
      assert.equal(outcome, "won");
      assert.ok(calls.includes("claimReward"));
      assert.deepEqual([...torn].sort(), ["eth_call", "eth_estimateGas"]);
    } finally {
      challenger = steady;
    }
  });

  it("makes a provider that hides its tensors show them, down to the leaf that differs", async () => {
    const file = mixedFile(2);
    const { model } = canonicalise(file);
    for (const tensor of [1, 2, 3]) {
      const job = await world.revealed(file, { lie: flipThrough(model, { item: 2, tensor, element: 65, by: 90 }) });
      const { outcome, calls } = await play(job, { item: 2, material: () => job.truth() });
      assert.equal(outcome, "won");
      assert.equal(await statusOf(job), JobStatus.Refuted);
      const [opening, questions, ending] = [calls.slice(0, 2), calls.slice(2, -5), calls.slice(-5)];
      assert.deepEqual(opening, ["challenge", "respond"]);
      assert.deepEqual(ending, ["prove", "refute", "release", "claimReward", "withdraw"]);
      assert.ok(questions.length >= 4);
      questions.forEach((name, i) => {
        assert.equal(name, i % 2 === 0 ? "demand" : "answer");
      });
    }
  });

  it("wins against a provider that is silent, whenever it falls silent", async () => {
    const file = mixedFile(3);
    const { model } = canonicalise(file);
    const lie = flipThrough(model, { item: 0, tensor: 3, element: 5 });
    const silent = await world.revealed(file, { lie });
    const first = await play(silent, { item: 0, material: () => silent.truth(), answers: 0 });
    assert.deepEqual(first.calls, ["challenge", "claimDefault", "refute", "release", "claimReward", "withdraw"]);
    assert.equal(await statusOf(silent), JobStatus.Refuted);

    const later = await world.revealed(file, { lie });
    const second = await play(later, { item: 0, material: () => later.truth(), answers: 1 });
    assert.deepEqual(second.calls.slice(0, 4), ["challenge", "respond", "demand", "claimDefault"]);
    assert.equal(second.outcome, "won");
  });

  it("finds the wrong step of a dot product that is too long for one transaction", async () => {
    const file = longDotFile(4);
    const job = await world.revealed(file, { count: 1, lie: flip({ item: 0, tensor: 1, element: 0, by: 3 }) });
    const trace = traceOf(
      await provableModel(job.claims.model, await commitModel(job.claims.model)),
      await job.claims.trace(0),
    );
    const question = sumsQuestionOf(trace, 0, 0);
    const { outcome, calls } = await play(job, {
      item: 0,
      material: () => job.truth(true),
      lies: async (move) => {
        if (move.do !== "send" || move.call.what !== "post the prefix sums") return undefined;
        const { challenges } = await disputesFromEvents(world.operator, job.assurance, await jobFromEvents(world.operator, job.jobId)); // prettier-ignore
        const challenge = challenges[0]?.challenge ?? 0n;
        const { job: struct } = await jobFromEvents(world.operator, job.jobId);
        const sums = toHex(sumsBytes(forgedSums(prefixSums(trace, 0, 0), question, 1_000)));
        return postSumsCall(job.assurance.disputes, { challenge, job: struct, question, sums });
      },
    });
    assert.deepEqual(calls.slice(0, 5), ["challenge", "respond", "demandSums", "answer", "proveStep"]);
    assert.equal(outcome, "won");
  });

  it("cannot be answered where the claimed maximum of a long window stands nowhere", async () => {
    const above = (tensors: readonly Uint8Array[]): Uint8Array[] => tensors.map((bytes, tensor) => (tensor === 0 ? bytes : bytes.with(4, 255))); // prettier-ignore
    const job = await world.revealed(longPoolFile(), { count: 1, lie: above, highest: 200 });
    const { outcome, calls } = await play(job, { item: 0, material: () => job.truth(true) });
    assert.deepEqual(calls.slice(0, 4), ["challenge", "respond", "demandMax", "claimDefault"]);
    assert.equal(outcome, "won");
  });

  it("beats too small a maximum of a long window with one element", async () => {
    const job = await world.revealed(longPoolFile(), {
      count: 1,
      lie: flip({ item: 0, tensor: 1, element: 4, by: -1 }),
    });
    const { outcome, calls } = await play(job, { item: 0, material: () => job.truth(true) });
    assert.deepEqual(calls.slice(0, 3), ["challenge", "respond", "prove"]);
    assert.equal(outcome, "won");
  });

  it("answers questions about long windows honestly, so that who asked them gives up", async () => {
    for (const [file, asked] of [
      [longDotFile(9), "demandSums"],
      [longPoolFile(), "demandMax"],
    ] as const) {
      const job = await world.revealed(file, { count: 1 });
      const truth = await job.truth();
      const wrong = flip({ item: 0, tensor: 1, element: 0, by: -2 });
      const { outcome, calls } = await play(job, {
        item: 0,
        material: () => Promise.resolve({ ...truth, trace: async (item) => wrong(await truth.trace(item), item) }),
      });
      assert.deepEqual(calls, ["challenge", "respond", "demand", "answer", asked, "answer", "dismiss"]);
      assert.equal(outcome, "lost");
      assert.equal(await statusOf(job), JobStatus.Revealed);
    }
  });

  it("looks for the wrong item where only the result's root is known to be wrong", async () => {
    const file = mixedFile(5);
    const { model } = canonicalise(file);
    const job = await world.revealed(file, { count: 5, lie: flipThrough(model, { item: 3, tensor: 4, element: 9 }) });
    const { outcome, calls } = await play(job, { material: () => job.truth() });
    assert.deepEqual(calls.slice(0, 5), ["challenge", "demandResult", "answer", "chooseItem", "respond"]);
    assert.equal(outcome, "won");
    assert.equal((await job.assurance.verdictOf(job.jobId)).item, 3);
  });

  it("opens nothing against an honest provider, and a liar's challenge ends with its bond at the provider", async () => {
    const file = mixedFile(6);
    const { model } = canonicalise(file);
    const job = await world.revealed(file);
    for (const item of [0, undefined]) {
      const { outcome, calls } = await play(job, {
        material: () => job.truth(true),
        ...(item === undefined ? {} : { item }),
      });
      assert.deepEqual([outcome, calls], ["agreed", []]);
    }
    const before = await job.assurance.owed(world.provider.address);
    const truth = await job.truth();
    const lie = flip({ item: 0, tensor: 3, element: 8 });
    const lies: JobMaterial = { ...truth, trace: async (item) => lie(await truth.trace(item), item) };
    const calls: string[] = [];
    const args: ChallengerArgs = {
      client: challenger,
      jobId: job.jobId,
      account: challenger.requireWallet().account.address,
      material: lies,
      item: 0,
    };
    let refused: unknown;
    for (let step = 0; refused === undefined && step < 20; step++) {
      const move = await challengerMove(args);
      if (move.do !== "send") await answer(job, calls);
      else
        await sendCall(challenger, move.call).catch((error: unknown) => {
          refused = error;
        });
    }
    assert.equal((refused as { code?: string }).code, "NOT_REFUTED");
    await world.devnet.pass(job.assurance.parameters.moveWindow + 1);
    await answer(job, calls);
    assert.equal(calls.at(-1), "dismiss");
    assert.deepEqual((await challengerMove(args)).do, "done");
    assert.ok((await job.assurance.owed(world.provider.address)) > before);
    assert.equal(await statusOf(job), JobStatus.Revealed);
    assert.equal((await challenger.statusOf(job.jobId)).openChallenges, 0);
    assert.equal(model.nodes.length, 4);
  });

  it("posts outputs that the buyer asks for on chain", async () => {
    const job = await world.revealed(mixedFile(7));
    const view = await jobFromEvents(world.buyer, job.jobId);
    const price = await job.assurance.dataPriceNow(job.spec, 2);
    const { spec, job: struct } = view;
    await sendCall(
      world.buyer,
      requestDataCall(job.assurance.disputes, { spec, job: struct, items: [0, 2] }, 2n * price),
    );
    const calls: string[] = [];
    await answer(job, calls);
    assert.deepEqual(calls, ["postData", "postData"]);
    const { data } = await disputesFromEvents(world.buyer, job.assurance, view);
    assert.deepEqual(data?.posted.map(({ item }) => item).sort(), [0, 2]);
    assert.ok((await job.assurance.owed(world.buyer.requireWallet().account.address)) >= price);
  });

  it("runs by itself on both sides until it is over, and ends a second time at once", async () => {
    const file = mixedFile(8);
    const { model } = canonicalise(file);
    const job = await world.revealed(file, { lie: flipThrough(model, { item: 0, tensor: 2, element: 3 }) });
    const args: ChallengerArgs = {
      client: challenger,
      jobId: job.jobId,
      account: challenger.requireWallet().account.address,
      material: await job.truth(),
      item: 0,
    };
    const stop = new AbortController();
    const responder = runResponder(
      { client: world.operator, jobId: job.jobId, material: job.claims, signal: stop.signal },
      walletSender(world.operator),
      { interval: 50 },
    );
    const moves: string[] = [];
    const ended = await runChallenger(args, walletSender(challenger), {
      interval: 50,
      onMove: (move) => {
        moves.push(move.do);
        if (move.do === "wait" && move.for === "time") void world.devnet.pass(40);
      },
    });
    await responder;
    assert.equal(ended.outcome, "won");
    assert.ok(moves.includes("send") && moves.includes("wait"));
    assert.deepEqual(await runChallenger(args, walletSender(challenger)), ended);
    const { turn, bond } = await job.assurance.challengeOf(ended.challenge ?? 0n);
    assert.deepEqual([turn, bond], [Turn.Won, 0n]);
  });

  /** Sums that are right up to a step, and lead to the claimed value in the end. */
  function forgedSums(right: Int32Array, { bias, multiplier, yZero, claimed }: SumsQuestion, step: number): Int32Array {
    const scale = new Float32Array(Uint32Array.of(multiplier).buffer)[0] ?? 1;
    const last = right.at(-1) ?? 0;
    for (let off = 0; off < 2 ** 23; off++)
      for (const change of [off, -off])
        if (requantise(Number(bias) + last + change, scale, yZero) === claimed)
          return right.map((sum, i) => (i < step ? sum : sum + change));
    return assert.fail("no sum leads to the claimed value");
  }
});
