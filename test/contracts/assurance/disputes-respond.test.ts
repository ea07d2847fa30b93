/** What a response must be tied to: the model, the batch, the result, the trace. Each tie is cut once. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { encodeAbiParameters, keccak256, parseAbiParameters, stringToBytes, zeroHash } from "viem";
import type { Hex } from "viem";
import { claimOf } from "../../../sdk/src/exact/dispute/index.ts";
import type { Claim, Response } from "../../../sdk/src/exact/dispute/index.ts";
import { itemRootOfRoots } from "../../../sdk/src/exact/commit/index.ts";
import { batchTree } from "../../../sdk/src/commitments/index.ts";
import { eachInWorld } from "./each-in-world.ts";
import { traceAt } from "./game.ts";
import { deepModel, pictureModel, sceneOf } from "./scene.ts";
import { NO_ITEM, eventOf } from "./world.ts";
import type { Revealed, World } from "./world.ts";

const JUNK = keccak256("0x6a756e6b");
const ITEMS = 5;

describe("Disputes: responses", () => {
  let world: World;
  let job: Revealed;

  eachInWorld(async (started) => {
    world = started;
    job = await world.reveal(await sceneOf(pictureModel(), ITEMS));
    await world.challenge(world.alice, job, 3);
  });

  const right = (): Response => job.scene.response(3);
  const refused = async (change: Partial<Response>, error: string): Promise<readonly unknown[]> =>
    world.refuses(world.operator, "respond", [job.spec, job.job, { ...right(), ...change }], error);
  const without = <T>(list: readonly T[]): T[] => list.slice(0, -1);
  const junked = (list: readonly Hex[], at: number): Hex[] => list.map((hash, i) => (i === at ? JUNK : hash));

  it("keeps the claim that the response makes, and says it in an event", async () => {
    const receipt = await world.act(world.operator, "respond", [job.spec, job.job, right()]);
    const { claim, inputRoots, traceTop } = eventOf(receipt, "ItemResponded");
    const own = claimOf(traceAt(job.scene.claimed, 3));
    assert.deepEqual(claim, own);
    assert.deepEqual([inputRoots, traceTop], [right().inputRoots, right().traceTop]);
    const kept = async () => world.chain.view<Claim>(world.contracts.disputes, world.abi, "claimOf", [job.id, 3]);
    assert.deepEqual(await kept(), own);
    await refused({}, "AlreadyResponded");
  });

  it("comes from provider, operator or a delegate, for an item that somebody challenges", async () => {
    const args = [job.spec, job.job, right()];
    for (const who of [world.alice, world.buyer]) await world.refuses(who, "respond", args, "NotAnswerer");
    await refused({ item: 2 }, "NotChallenged");
    await refused({ item: ITEMS }, "NoSuchItem");
    await refused({ item: NO_ITEM }, "NoSuchItem");
    await world.act(world.provider, "respond", args);
  });

  it("is about a revealed job, with its own structs", async () => {
    const { spec, job: struct } = job;
    const cases = [
      [{ ...spec, salt: zeroHash }, struct, "NotRevealed"],
      [spec, { ...struct, provider: world.alice.address }, "WrongJob"],
      [spec, { ...struct, resultRoot: JUNK }, "WrongJob"],
    ] as const;
    for (const [otherSpec, otherJob, error] of cases)
      await world.refuses(world.alice, "respond", [otherSpec, otherJob, right()], error);
  });

  it("names the model of the spec", async () => {
    const { nodes, outputPorts, inputRoots, outputRoots } = right();
    const changes: Partial<Response>[] = [
      { nodesRoot: JUNK },
      { nodes: nodes + 1 },
      { inputPorts: JUNK },
      { outputPorts: `${outputPorts}00` },
      { outputPorts: "0x" },
      { inputRoots: [...inputRoots, JUNK] },
      { inputRoots: [] },
      { outputRoots: without(outputRoots) },
    ];
    for (const change of changes) assert.equal((await refused(change, "WrongModel"))[1], job.spec.modelId);
  });

  it("opens the item's inputs under the batch and its outputs under the result", async () => {
    const { batchProof, resultProof, inputRoots, outputRoots } = right();
    const changes: Partial<Response>[] = [
      { inputRoots: junked(inputRoots, 0) },
      { outputRoots: junked(outputRoots, 0) },
      { outputRoots: [...outputRoots].reverse() },
      { batchProof: junked(batchProof, 1) },
      { batchProof: without(batchProof) },
      { batchProof: [...batchProof, JUNK] },
      { resultProof: junked(resultProof, 0) },
      { resultProof: without(resultProof) },
      { resultProof: [...resultProof, zeroHash] },
      { batchProof: resultProof, resultProof: batchProof },
    ];
    for (const change of changes) await refused(change, "WrongAnswer");
  });

  it("cannot put another item's tensors in this one's place", async () => {
    const other = job.scene.response(2);
    const { inputRoots, batchProof } = other;
    await refused({ inputRoots, batchProof }, "WrongAnswer");
    await refused({ ...other, item: 3 }, "WrongAnswer");
  });

  it("shows all of a small trace, and ties outputs to it", async () => {
    const { traceTop, ties } = right();
    assert.deepEqual([traceTop.length, ties], [4, [[], []]]);
    await refused({ traceTop: without(traceTop) }, "WrongAnswer");
    await refused({ traceTop: [...traceTop, ...traceTop] }, "WrongAnswer");
    await refused({ traceTop: [] }, "WrongAnswer");
    await refused({ ties: [[]] }, "WrongAnswer");
    await refused({ ties: [[], [], []] }, "WrongAnswer");
    // The first output is that of node 2, the second the input itself.
    assert.deepEqual(await refused({ traceTop: junked(traceTop, 2) }, "Untied"), [0n]);
    assert.deepEqual(await refused({ ties: [[JUNK], []] }, "Untied"), [0n]);
    assert.deepEqual(await refused({ ties: [[], [JUNK]] }, "Untied"), [1n]);
    // What no output is tied to is claimed too, and can be proven wrong.
    await world.act(world.operator, "respond", [job.spec, job.job, { ...right(), traceTop: junked(traceTop, 0) }]);
  });

  it("ties the output that is an input to that input's root", async () => {
    const { outputRoots } = right();
    // A result whose second output is not the input that it must be: committed to, but nothing can be said for it.
    const roots = [outputRoots[0] ?? JUNK, JUNK];
    const itemRoots = job.scene.outputRoots.map((root, item) => (item === 3 ? itemRootOfRoots(roots) : root));
    const tree = batchTree(itemRoots);
    const wrong = await world.reveal({ ...job.scene, resultRoot: tree.root });
    const id = await world.challenge(world.alice, wrong, 3);
    const response = { ...right(), outputRoots: roots, resultProof: tree.proveItem(3) };
    const args = [wrong.spec, wrong.job, response];
    assert.deepEqual(await world.refuses(world.operator, "respond", args, "Untied"), [1n]);
    const { deadline } = await world.challengeOf(id);
    await world.act(world.alice, "claimDefault", [id], { at: deadline + 1 });
  });

  for (const nodes of [63, 64, 65, 130]) {
    it(`ties the outputs of ${nodes} nodes`, async () => {
      const deep = await world.reveal(await sceneOf(deepModel(nodes), 1));
      await world.challenge(world.alice, deep, 0);
      const response = deep.scene.response(0);
      const below = nodes > 64 ? Math.ceil(Math.log2(nodes)) - 6 : 0;
      assert.deepEqual([response.traceTop.length, ...response.ties.map((tie) => tie.length)], [64, below, below]);
      const args = (change: Partial<Response>) => [deep.spec, deep.job, { ...response, ...change }];
      if (below > 0) {
        const [first = [], second = []] = response.ties;
        const cut = [[...without(first)], second];
        assert.deepEqual(await world.refuses(world.operator, "respond", args({ ties: cut }), "Untied"), [0n]);
        const swapped = [first, first];
        assert.deepEqual(await world.refuses(world.operator, "respond", args({ ties: swapped }), "Untied"), [1n]);
      }
      await world.act(world.operator, "respond", args({}));
    });
  }

  it("refuses ports that end within a port, which only a spec with a made-up model can name", async () => {
    const outputPorts: Hex = `0x${"00000001".repeat(9)}`;
    const { nodesRoot, nodes, inputPorts } = right();
    const head = parseAbiParameters("bytes32, bytes32, uint256, uint256, uint256, bytes32, bytes32");
    const tag = keccak256(stringToBytes("glia.exact.v1"));
    const parts = [tag, nodesRoot, BigInt(nodes), 1n, 2n, inputPorts, keccak256(outputPorts)] as const;
    const modelId = keccak256(encodeAbiParameters(head, parts));
    const made = await world.reveal(job.scene, { modelId });
    await world.challenge(world.alice, made, 3);
    const args = [made.spec, made.job, { ...right(), outputPorts }];
    await world.refuses(world.operator, "respond", args, "MalformedPorts");
  });
});
