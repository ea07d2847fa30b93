import { chooseItemCall, demandResultCall, dismissCall, proofCall, proveStepCall } from "../chain/dispute-calls.ts";
import { NO_ITEM } from "../chain/dispute-types.ts";
import { batchTree } from "../commitments/index.ts";
import { nextMove, nextResultMove } from "../exact/dispute/index.ts";
import { sizeOf } from "../exact/model.ts";
import { exactItemRoot } from "../exact/commit/index.ts";
import { GliaError } from "../errors.ts";
import type { Own, Standing } from "./challenger.ts";
import { claimedFromEvents, postedSums, shownResult } from "./claimed.ts";
import { fullTrace, provableOf } from "./material.ts";
import type { ChallengerMove, SendMove } from "./move.ts";

/** Whether own computation differs from what was revealed, as far as that can be seen before a challenge. */
export async function differs({ material, item, view }: Standing): Promise<boolean> {
  if (item === undefined || item === NO_ITEM) {
    return batchTree(await material.outputRoots()).root.toLowerCase() !== view.job.resultRoot.toLowerCase();
  }
  const delivered = await material.delivered?.(item);
  if (delivered === undefined) return true;
  const { model } = material;
  const tensors = await material.trace(item);
  const own = model.outputs.map(({ tensor }) => tensors[tensor] ?? new Uint8Array());
  const [ownRoot, root] = await Promise.all([
    exactItemRoot(model.outputs, own),
    exactItemRoot(model.outputs, delivered),
  ]);
  return ownRoot !== root;
}

/** The challenger's turn: the next question about the item, or the result's tree, the proof, or giving up where nothing differs. */
export async function askOrProve(standing: Standing, own: Own): Promise<ChallengerMove> {
  return own.state.item === NO_ITEM ? inResult(standing, own) : inItem(standing, own);
}

async function inResult({ material, view, assurance, disputes }: Standing, own: Own): Promise<ChallengerMove> {
  const { challenge } = own.events;
  const { spec, job } = view;
  const provable = await provableOf(material);
  const roots = await material.outputRoots();
  const move = nextResultMove(provable.keccak, roots, job.resultRoot, shownResult(provable, disputes));
  switch (move.kind) {
    case "demandResult": {
      const call = demandResultCall(assurance.disputes, { ...move, challenge, spec, job });
      return send(own, call, `demandResult ${move.hash}`, "One of the items below this hash differs.");
    }
    case "chooseItem": {
      const { item } = move;
      const call = chooseItemCall(assurance.disputes, { challenge, spec, item });
      return send(own, call, `chooseItem ${item}`, `Item ${item} is not as computed here.`);
    }
    case "concede":
      return concede(own, dismissCall(assurance.disputes, challenge, job), move.reason);
  }
}

async function inItem({ material, view, assurance, disputes }: Standing, own: Own): Promise<ChallengerMove> {
  const { challenge } = own.events;
  const { item } = own.state;
  const trace = await fullTrace(material, item);
  const claimed = claimedFromEvents(trace, disputes, item);
  if (claimed === undefined) {
    throw new GliaError("RESPONSE_MISSING", `The response for item ${item} is not among the events that were read.`, {
      kind: "network",
      hint: "The RPC endpoint lags; try again or use another one.",
      retryable: true,
    });
  }
  const delivered = await material.delivered?.(item);
  material.model.outputs.forEach(({ tensor, shape }, port) => {
    const bytes = delivered?.[port];
    if (bytes?.length === sizeOf(shape)) claimed.learnTensor(tensor, bytes);
  });
  const move = nextMove(trace, claimed, postedSums(own.events));
  const to = assurance.disputes;
  switch (move.kind) {
    case "prove":
      return send(own, proofCall(to, "prove", { challenge, proof: move.proof }), "prove", wrongNode(move.node));
    case "demand": {
      const call = proofCall(to, "demand", { challenge, proof: move.proof });
      return send(own, call, `demand ${move.hash}`, "What stands below this hash is hidden, and differs.");
    }
    case "demandSums":
    case "demandMax": {
      if (own.events.events.at(-1)?.eventName === "MaxAnswered")
        return concede(own, dismissCall(to, challenge, view.job), "the claimed maximum stands where it was shown.");
      const call = proofCall(to, move.kind, { challenge, proof: move.proof });
      return send(
        own,
        call,
        `${move.kind} ${move.node}`,
        `${wrongNode(move.node)} Its window is too long for one transaction.`,
      );
    }
    case "proveStep": {
      const { question, sumsRoot, proof, node } = move;
      const call = proveStepCall(to, { challenge, question, sumsRoot, proof });
      return send(own, call, "proveStep", wrongNode(node));
    }
    case "concede":
      return concede(own, dismissCall(to, challenge, view.job), move.reason);
  }
}

function send({ events, state }: Own, call: SendMove["call"], what: string, why: string): SendMove {
  return { do: "send", call, key: `challenge ${events.challenge} ${what}`, until: state.deadline, why };
}

/** Giving up costs the bond, as being silent does, but ends the other party's wait. */
function concede(own: Own, call: SendMove["call"], reason: string): SendMove {
  return send(own, call, "dismiss", `Nothing can be proven: ${reason}`);
}

function wrongNode(node: number): string {
  return `Node ${node} is the first whose claimed output differs.`;
}
