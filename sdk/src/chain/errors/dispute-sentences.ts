import type { SentenceTable } from "./sentence.ts";

/** Refusals of the disputes and of the referee that recomputes for them. */
export const DISPUTE_SENTENCES: SentenceTable = {
  NotRevealed: {
    kind: "refused",
    says: "Job {id} is not revealed; only revealed results can be disputed.",
    next: "Wait for the reveal; a job that has ended can no longer be disputed.",
  },
  NoSuchItem: {
    kind: "input",
    says: "There is no item {item}; the job has items 0 up to, but not including, {items}.",
    next: "Name an item of the job's batch.",
  },
  BondTooLow: {
    kind: "funds",
    says: "A bond of {sent} wei came along; {required} are needed.",
    next: "Send at least that much; what is too much can be withdrawn.",
    retryable: true,
  },
  WrongTurn: {
    kind: "refused",
    says: "This is not the move that challenge {challenge} waits for.",
    next: "Read the challenge again: somebody else moved, or it is over.",
    retryable: true,
  },
  MovePassed: {
    kind: "timeout",
    says: "This move was possible until Unix time {deadline}.",
    next: "It is too late; the challenge goes to the other party.",
  },
  MoveNotPassed: {
    kind: "refused",
    says: "The other party may still move, until Unix time {deadline}.",
    next: "Wait until then.",
    retryable: true,
  },
  NotChallenger: {
    kind: "refused",
    says: "The caller {caller} is not the challenger {challenger}.",
    next: "Sign with the challenger's account, or open a challenge of your own.",
  },
  NotAnswerer: {
    kind: "refused",
    says: "The caller {caller} may not answer for the provider {provider}.",
    next: "Sign with the provider's or its operator's key, or have the provider name this account as its delegate.",
  },
  ItemChosenAlready: {
    kind: "refused",
    says: "Challenge {challenge} is about item {item} already.",
    next: "Go on with that item, or open another challenge.",
  },
  NotChallenged: {
    kind: "refused",
    says: "Nobody challenges item {item} of job {id}.",
    next: "Nothing needs to be answered.",
  },
  TooManySteps: {
    kind: "input",
    says: "The dot product has {steps} steps; sums of at most {max} can be asked for.",
    next: "Prove another element; this one is too long to be disputed by sums.",
  },
  NotRequested: {
    kind: "refused",
    says: "The outputs of item {item} of job {id} are not asked for, or were posted already.",
    next: "Nothing needs to be posted.",
  },
  AlreadyResponded: {
    kind: "refused",
    says: "The provider has responded for item {item} of job {id} already.",
    next: "Answer what is asked next.",
  },
  NotResponded: {
    kind: "refused",
    says: "The provider has not responded for item {item} of job {id} yet.",
    next: "Wait for its response, or for its deadline.",
    retryable: true,
  },
  WrongModel: {
    kind: "input",
    says: "The model's head hashes to {found}; the job's model is {modelId}.",
    next: "Respond with the commitment of the job's own model.",
  },
  MalformedPorts: {
    kind: "input",
    says: "The output ports are not those of a model.",
    next: "Respond with the commitment of the job's own model.",
  },
  Untied: {
    kind: "input",
    says: "The root of output {output} is not that of its node in the claimed trace.",
    next: "Respond with a trace whose outputs are the revealed ones.",
  },
  WrongAnswer: {
    kind: "input",
    says: "What was shown does not hash to what was asked for.",
    next: "Show exactly what stands below the demanded hash.",
  },
  WrongQuestion: {
    kind: "refused",
    says: "This question is not open.",
    next: "Read the challenge again: it may be answered already.",
    retryable: true,
  },
  TooManyRounds: {
    kind: "refused",
    says: "A challenge may ask for {max} rounds, and this one has.",
    next: "Prove with what was shown, or open another challenge.",
  },
  NotRefuted: {
    kind: "refused",
    says: "What the proof shows is as the model computes it.",
    next: "Choose an element that differs from your own computation.",
  },
  NoVerdict: {
    kind: "refused",
    says: "No challenge of job {id} was won.",
    next: "Win one first.",
  },
  JobNotClosed: {
    kind: "refused",
    says: "Job {id} has not ended.",
    next: "Wait until it is settled or refuted.",
    retryable: true,
  },
  TieOpen: {
    kind: "refused",
    says: "An earlier challenge of the same item may still win, until Unix time {deadline}.",
    next: "Wait until then.",
    retryable: true,
  },
  DataRequestedAlready: {
    kind: "refused",
    says: "The outputs of job {id} were asked for already.",
    next: "That is possible once per job; read what was posted from the event DataPosted.",
  },
  NoDataRequest: {
    kind: "refused",
    says: "No outputs of job {id} are being asked for, or this item's were posted.",
    next: "Nothing needs to be posted.",
  },
  TooMuchData: {
    kind: "input",
    says: "That would be {bytes_} bytes of calldata; {max} are the limit.",
    next: "Ask for fewer items.",
  },
  PrepaymentTooLow: {
    kind: "funds",
    says: "{sent} wei came along for the calldata; {required} are needed.",
    next: "Send at least that much.",
    retryable: true,
  },
  NothingOwed: {
    kind: "refused",
    says: "Nothing is owed to {account}.",
    next: "Bonds are free once their challenge is over and released.",
  },
  TransferFailed: {
    kind: "refused",
    says: "{to} did not take {amount} wei.",
    next: "Withdraw to an account that accepts the native coin.",
  },
  MalformedProof: {
    kind: "input",
    says: "The proof ends too early, is too long, or names a place that is not there.",
    next: "Make it with this library's functions, from this job's model.",
  },
  WrongRoot: {
    kind: "verification",
    says: "What the proof opens leads to {found}, not to the claimed {claimed}.",
    next: "Open what the provider claimed, not what is right; read the claim again.",
  },
  WrongKind: {
    kind: "input",
    says: "This question cannot be asked of a node of kind {kind}.",
    next: "Choose another question: sums are of Contract, maxima of MaxPool.",
  },
  WrongSums: {
    kind: "input",
    says: "The prefix sums are of another number, or do not lead to the claimed value.",
    next: "Post one sum per step, the last of which gives the claimed value.",
  },
};
