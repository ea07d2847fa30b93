/** The chain as a judge of proofs: each question goes through a challenge of a real job, and an honest provider answers it. */
import {
  challengeCall,
  disputesFromEvents,
  explainRevert,
  jobFromEvents,
  proofCall,
  proveStepCall,
  responderMoves,
  sendCall,
} from "@glia/sdk";
import type { ContractCall, JobMaterial } from "@glia/sdk";
import type { Judge } from "../exact/dispute-game.ts";
import { truthOf } from "./world.ts";
import type { Lane, MatrixWorld, Revealed } from "./world.ts";

/** A judge, and the challenges that it was asked in. */
export interface ChainJudge extends Judge {
  readonly challenges: readonly bigint[];
  /** Code with which the chain refuses a call; undefined if it takes it. Nothing is sent. */
  refusal(call: ContractCall): Promise<string | undefined>;
  /** A challenge of the item in which it is the challenger's turn. */
  open(): Promise<bigint>;
}

/** Rounds of a challenge that are left for the dearest question. */
const SPARE_ROUNDS = 8;

export function chainJudge(world: MatrixWorld, lane: Lane, job: Revealed): ChainJudge {
  const { assurance } = world;
  const { challenger, operator } = lane;
  const { disputes } = assurance;
  const { spec, job: struct } = job.view;
  const { item } = job.claimed;
  const material: JobMaterial = truthOf(job.claimed, false);
  const challenges: bigint[] = [];

  /** The honest provider answers what is asked, by the shipped driver. */
  async function answer(): Promise<void> {
    for (const move of await responderMoves({ client: operator, jobId: job.jobId, material })) {
      if (move.do === "stuck") throw move.error;
      if (move.do === "send") await sendCall(operator, move.call);
    }
  }

  async function open(): Promise<bigint> {
    const last = challenges.at(-1);
    if (last !== undefined && (await assurance.challengeOf(last)).rounds < MAX_ROUNDS - SPARE_ROUNDS) return last;
    const bond = await assurance.bondNow();
    await sendCall(challenger, challengeCall(disputes, { spec, job: struct, item }, 2n * bond));
    const all = (await events()).challenges;
    const { challenge } = all.at(-1) ?? fail("a challenge");
    challenges.push(challenge);
    await answer();
    return challenge;
  }

  const events = async () => disputesFromEvents(operator, assurance, await jobFromEvents(operator, job.jobId));

  /** Sends a question, and gives the event in which the chain repeats it. */
  async function ask(name: "demand" | "demandSums" | "demandMax", parts: Parameters<Judge["refutes"]>) {
    const [, proof] = parts;
    const challenge = await open();
    await sendCall(challenger, proofCall(disputes, name, { challenge, proof }));
    return lastOf(challenge);
  }

  async function lastOf(challenge: bigint) {
    const found = (await events()).challenges.find((one) => one.challenge === challenge);
    return found?.events.at(-1) ?? fail("an event");
  }

  async function refusal({ to, data }: ContractCall): Promise<string | undefined> {
    const { account } = challenger.requireWallet();
    try {
      await challenger.publicClient.call({ account, to, data });
      return undefined;
    } catch (error) {
      return explainRevert(error).code;
    }
  }

  /** Whether the call would win. */
  async function wins(call: ContractCall): Promise<boolean> {
    const code = await refusal(call);
    if (code !== undefined && code !== "NOT_REFUTED")
      throw new Error(`The proof is not refused but malformed: ${code}`);
    return code === undefined;
  }

  return {
    challenges,
    refusal,
    open,
    refutes: async (_claim, proof) => wins(proofCall(disputes, "prove", { challenge: await open(), proof })),
    locate: async (claim, proof) => {
      const asked = await ask("demand", [claim, proof]);
      if (asked.eventName !== "Demanded") return fail("Demanded");
      await answer();
      const { hash, levels } = asked.args;
      return { hash, levels };
    },
    sumsQuestion: async (claim, proof) => {
      const asked = await ask("demandSums", [claim, proof]);
      return asked.eventName === "SumsDemanded" ? asked.args.question : fail("SumsDemanded");
    },
    sumsRoot: async () => {
      await answer();
      const posted = await lastOf(challenges.at(-1) ?? 0n);
      return posted.eventName === "SumsPosted" ? posted.args.sumsRoot : fail("SumsPosted");
    },
    refutesStep: async (_claim, question, sumsRoot, proof) => {
      const challenge = challenges.at(-1) ?? 0n;
      return wins(proveStepCall(disputes, { challenge, question, sumsRoot, proof }));
    },
    maxQuestion: async (claim, proof) => {
      const asked = await ask("demandMax", [claim, proof]);
      return asked.eventName === "MaxDemanded" ? asked.args.question : fail("MaxDemanded");
    },
    answersMax: async () => {
      await answer();
      return (await lastOf(challenges.at(-1) ?? 0n)).eventName === "MaxAnswered";
    },
  };
}

/** {IDisputes-MAX_ROUNDS}. */
const MAX_ROUNDS = 48;

function fail(missing: string): never {
  throw new Error(`The chain does not tell ${missing}.`);
}
