/** The chain of the fuzzed games: parties with stake and money, and batches of two real models, right and wrong. */
import assert from "node:assert/strict";
import { disputesAbi, testTokenAbi, vaultAbi } from "../../../../contracts/index.ts";
import { responseOf, traceOf } from "../../../../sdk/src/exact/dispute/index.ts";
import { createRandom } from "../../../../sdk/src/exact/random.ts";
import { AUDITING_STAKE, startAuditWorld } from "../audit-world.ts";
import type { AuditWorld } from "../audit-world.ts";
import { deepModel, pictureModel, sceneOf } from "../scene.ts";
import type { Fault, Scene } from "../scene.ts";
import type { Manner, Party, Provider } from "./state.ts";
import { GameWorld } from "./world.ts";
import type { Parties } from "./world.ts";

const STAKE = 10n ** 23n;
const FUNDS = 10n ** 12n;
/** Seconds; long enough for everybody to act when many are due at once. */
const WINDOWS = {
  seedWait: 60,
  auditWindow: 200,
  revealWindow: 250,
  claimWindow: 250,
  moveWindow: 300,
  leaveDelay: 100,
};

/** Unix time in seconds of the first block. */
const BEGIN = 2_000_000_000;

export interface Start {
  readonly base: AuditWorld;
  readonly parties: Parties;
  readonly scenes: readonly Scene[];
  readonly bond: bigint;
  restore(): Promise<void>;
}

/** The right outputs, and a trace that does not lead to them: one byte of a tensor in between is another. */
function withHiddenFault(scene: Scene, { item, node, element, by }: Fault): Scene {
  const tensors = scene.tensors.map((all, n) =>
    all.map((bytes, number) => {
      if (n !== item || number !== scene.model.inputs.length + node) return bytes;
      const other = Uint8Array.from(bytes);
      other[element] = ((other[element] ?? 0) + by) & 255;
      return other;
    }),
  );
  const claimed = tensors.map((all) => traceOf(scene.provable, all));
  const { inputRoots, outputRoots } = scene;
  const response = (n: number) =>
    responseOf(claimed[n] ?? assert.fail(`item ${n}`), {
      item: n,
      inputItemRoots: inputRoots,
      outputItemRoots: outputRoots,
    });
  return { ...scene, tensors, claimed, response };
}

async function scenesOf(model: ReturnType<typeof deepModel>, items: number, wrong: readonly Fault[], hidden: Fault) {
  const right = await sceneOf(model, items);
  const lie = await sceneOf(model, items, wrong);
  assert.notEqual(lie.resultRoot, right.resultRoot, "the fault reaches an output");
  return [right, lie, withHiddenFault(right, hidden)];
}

export async function startGames(): Promise<Start> {
  const base = await startAuditWorld(WINDOWS, BEGIN);
  const { contracts, deployer, token, chain } = base;
  const { market, assurance, vault, disputes } = contracts;
  const party = (index: number, name: string, manner: Manner, league = false): Party => {
    return { name, account: chain.account(index), manner, league };
  };
  const honest: Provider = { ...party(2, "honest provider", "honest"), operator: party(3, "its operator", "honest") };
  const cheat: Provider = { ...party(8, "cheat", "liar", true), operator: party(9, "cheat's operator", "liar", true) };
  const parties: Parties = {
    ...{ honest, cheat, buyer: party(1, "buyer", "honest"), friendlyBuyer: party(10, "cheat's buyer", "friend", true) },
    auditors: [
      party(5, "honest auditor", "honest"),
      party(6, "friendly auditor", "friend", true),
      party(7, "copying auditor", "copier"),
      party(15, "silent auditor", "silent"),
      party(16, "lying auditor", "liar"),
    ],
    ...{ challenger: party(11, "honest challenger", "honest"), liar: party(12, "lying challenger", "liar") },
    ...{ friend: party(13, "friend of the cheat", "friend", true), copier: party(14, "copier", "copier") },
    stranger: party(4, "stranger", "stranger"),
  };
  await base.register(cheat.account, cheat.operator.account.address, market, STAKE);
  for (const { account } of parties.auditors.slice(3)) {
    await base.register(account, account.address, assurance, AUDITING_STAKE);
    await base.act(account, "enrol", [AUDITING_STAKE]);
  }
  const { account: friend } = parties.friendlyBuyer;
  await base.send(deployer, token, testTokenAbi, "mint", [friend.address, FUNDS]);
  await base.send(friend, token, testTokenAbi, "approve", [vault, FUNDS]);
  await base.send(friend, vault, vaultAbi, "deposit", [token, FUNDS]);
  await base.send(friend, vault, vaultAbi, "allow", [market, token, FUNDS]);
  const scenes = [
    ...(await scenesOf(deepModel(4), 3, [{ item: 1, node: 2, element: 3, by: 1 }], {
      item: 2,
      node: 0,
      element: 1,
      by: 7,
    })),
    ...(await scenesOf(
      pictureModel(),
      2,
      [
        { item: 0, node: 2, element: 9, by: 250 },
        { item: 1, node: 0, element: 700, by: 1 },
      ],
      { item: 1, node: 0, element: 5, by: 3 },
    )),
  ];
  const bond = await chain.view<bigint>(disputes, disputesAbi, "bondNow");
  return { base, parties, scenes, bond, restore: await chain.checkpoint() };
}

/** A new game on the chain as it was at first. */
export async function newGame(start: Start, seed: number, gas: Map<string, bigint>): Promise<GameWorld> {
  await start.restore();
  const { base, parties, scenes, bond } = start;
  const world = new GameWorld(base, parties, { scenes, random: createRandom(seed), bond, gas });
  await world.begin();
  return world;
}
