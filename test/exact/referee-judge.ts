import { refereeAbi } from "@glia/contracts";
import { loadArtifact } from "@glia/contracts/artifacts";
import { network } from "hardhat";
import { bytesToHex, createPublicClient, createWalletClient, custom, getContract } from "viem";
import { hardhat } from "viem/chains";
import type { Hex } from "viem";
import type { Claim } from "../../sdk/src/exact/dispute/index.ts";
import type { Judge } from "./dispute-game.ts";

/** The Referee on a local chain, asked by eth_call. */
export interface RefereeJudge extends Judge {
  /** Gas of a whole transaction that carries the proof, its calldata at today's prices included. */
  gasOf(claim: Claim, proof: Hex): Promise<bigint>;
  readonly close: () => Promise<void>;
}

export async function deployReferee(): Promise<RefereeJudge> {
  const connection = await network.create();
  const transport = custom(connection.provider);
  const client = createPublicClient({ chain: hardhat, transport, pollingInterval: 1 });
  const [account] = await createWalletClient({ chain: hardhat, transport }).getAddresses();
  if (account === undefined) throw new Error("The local chain must offer an account.");
  const wallet = createWalletClient({ account, chain: hardhat, transport });
  const { bytecode } = loadArtifact("Referee");
  const hash = await wallet.deployContract({ abi: refereeAbi, bytecode });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("The Referee was not deployed.");
  const { read } = getContract({ address: contractAddress, abi: refereeAbi, client });
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
        address: contractAddress,
        abi: refereeAbi,
        functionName: "refutes",
        args: [claim, proof],
        account,
      }),
    close: () => connection.close(),
  };
}
