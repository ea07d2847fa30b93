import { refereeAbi } from "@glia/contracts";
import { bytesToHex, getContract, zeroAddress } from "viem";
import type { Hex } from "viem";
import type { Claim } from "../../sdk/src/exact/dispute/index.ts";
import { startRefereeChain } from "../contracts/assurance/referee-chain.ts";
import type { Judge } from "./dispute-game.ts";

/** The Referee on a local chain, asked by eth_call. */
export interface RefereeJudge extends Judge {
  /** Gas of a whole transaction that carries the proof, its calldata at today's prices included. */
  gasOf(claim: Claim, proof: Hex): Promise<bigint>;
  readonly close: () => Promise<void>;
}

export async function deployReferee(): Promise<RefereeJudge> {
  const { client, referee: address, close } = await startRefereeChain();
  const { read } = getContract({ address, abi: refereeAbi, client });
  return {
    refutes: (claim, proof) => read.refutes([claim, proof]),
    locate: async (claim, proof) => {
      const [below, levels] = await read.locate([claim, proof]);
      return { hash: below, levels };
    },
    sumsQuestion: (claim, proof) => read.sumsQuestion([claim, proof]),
    sumsRoot: (question, sums) => read.sumsRoot([question, bytesToHex(sums)]),
    refutesStep: (claim, question, root, proof) => read.refutesStep([claim, question, root, proof]),
    maxQuestion: (claim, proof) => read.maxQuestion([claim, proof]),
    answersMax: (claim, question, proof) => read.answersMax([claim, question, proof]),
    gasOf: (claim, proof) =>
      client.estimateContractGas({
        address,
        abi: refereeAbi,
        functionName: "refutes",
        args: [claim, proof],
        account: zeroAddress,
      }),
    close,
  };
}
