// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Claim, MaxQuestion, SumsQuestion} from "../types/Claim.sol";
import {Challenge, ItemData, Response, Turn, Verdict} from "../types/Dispute.sol";
import {Job} from "../types/Job.sol";
import {JobId} from "../types/JobId.sol";
import {JobSpec} from "../types/JobSpec.sol";

/// @notice Challenges of revealed results of exact models. PROTOCOL section 6. Holds the bonds, in the chain's own coin.
/// @dev Whose turn it is may move up to and including the deadline; what is open to others is so only after it. Every move sets the other's
/// deadline. Challenges of a job are independent of each other but for {respond}, which serves all challenges of its item.
/// A {Job} or {JobSpec} that is passed must be the one that the market keeps: {NotRevealed}, {WrongJob}, {WrongJobSpec}.
/// INVARIANT: the coin that this contract holds is the sum of the open bonds, the open prepayments and what is owed.
interface IDisputes {
    event ChallengeOpened(
        uint256 indexed challenge,
        JobId indexed jobId,
        address indexed challenger,
        uint32 item,
        uint128 bond,
        uint40 deadline
    );
    event ItemChosen(uint256 indexed challenge, uint32 item, Turn turn, uint40 deadline);
    event ItemResponded(
        JobId indexed jobId,
        uint32 indexed item,
        Claim claim,
        bytes32[] inputRoots,
        bytes32[] outputRoots,
        bytes32[] traceTop
    );
    /// @notice The provider must show what is `levels` below `hash`; 0 levels are a leaf's 128 bytes.
    event Demanded(uint256 indexed challenge, bytes32 hash, uint8 levels, uint40 deadline);
    event Shown(uint256 indexed challenge, bytes32 hash, bytes32[] children, uint40 deadline);
    event SumsDemanded(uint256 indexed challenge, SumsQuestion question, uint40 deadline);
    event SumsPosted(uint256 indexed challenge, SumsQuestion question, bytes32 sumsRoot, bytes sums, uint40 deadline);
    event MaxDemanded(uint256 indexed challenge, MaxQuestion question, uint40 deadline);
    event MaxAnswered(uint256 indexed challenge, MaxQuestion question, uint40 deadline);
    event ChallengeWon(uint256 indexed challenge, JobId indexed jobId, bool byDefault);
    event ChallengeLost(uint256 indexed challenge, JobId indexed jobId);
    event BondReleased(uint256 indexed challenge);
    event DataRequested(JobId indexed jobId, uint32[] items, uint128 prepaid, uint40 deadline);
    event DataPosted(JobId indexed jobId, uint32 indexed item, uint32[] lengths, bytes data);
    event DataDefaulted(JobId indexed jobId);
    /// @notice The prepayment went back, because the job fell through something else.
    event DataReleased(JobId indexed jobId);
    event DelegateSet(address indexed provider, address indexed delegate, bool allowed);
    event Withdrawn(address indexed account, address to, uint256 amount);

    error NotRevealed(JobId id);
    error WrongJobSpec(JobId id);
    /// @notice The struct is not the one whose hash the market keeps; take it from the job's latest event.
    error WrongJob(JobId id);
    error NoSuchItem(uint32 item, uint32 items);
    error BondTooLow(uint256 sent, uint256 required);
    error WrongTurn(uint256 challenge, Turn turn);
    error MovePassed(uint256 deadline);
    error MoveNotPassed(uint256 deadline);
    error NotChallenger(address caller, address challenger);
    error NotAnswerer(address caller, address provider);
    error ItemChosenAlready(uint256 challenge, uint32 item);
    /// @notice Nobody challenges this item.
    error NotChallenged(JobId id, uint32 item);
    error AlreadyResponded(JobId id, uint32 item);
    error NotResponded(JobId id, uint32 item);
    error WrongModel(bytes32 found, bytes32 modelId);
    /// @notice An output's root is not that of its node's output in the trace.
    error Untied(uint256 output);
    error WrongAnswer();
    error WrongQuestion();
    error TooManyRounds(uint8 max);
    error TooManySteps(uint32 steps, uint32 max);
    /// @notice What the proof shows is as the model computes it.
    error NotRefuted();
    error NoVerdict(JobId id);
    error JobNotClosed(JobId id);
    error TieOpen(uint256 deadline);
    error NotBuyer(address caller, address buyer);
    error DataRequestedAlready(JobId id);
    error NoDataRequest(JobId id);
    /// @notice The item was not asked for, or was posted already.
    error NotRequested(JobId id, uint32 item);
    error TooMuchData(uint256 bytes_, uint256 max);
    error PrepaymentTooLow(uint256 sent, uint256 required);
    error NothingOwed(address account);
    error TransferFailed(address to, uint256 amount);

    /// @notice Opens a challenge of a revealed job, up to the end of its challenge window.
    /// @param item Which result is wrong; {NO_ITEM} if only the result's root is known to be: then the result's tree is asked for first.
    /// @dev Payable: at least {bondNow}; what is more than that is owed to the caller, so a client sends more than it computed, because the base
    /// fee may rise. It is the provider's turn, or the challenger's where there is no item yet or the item was responded to.
    /// The first open challenge or data request of a job keeps it from being settled, through the market's count.
    /// Reverts: {NotRevealed}, {WrongJob}, {MovePassed}, {NoSuchItem}, {BondTooLow}, and what the market reverts with.
    function challenge(
        JobSpec calldata spec,
        Job calldata job,
        uint32 item
    ) external payable returns (uint256 challengeId);

    /// @notice Challenger: names the item of a challenge that was opened without one.
    /// @dev Reverts: {NotChallenger}, {WrongTurn}, {MovePassed}, {WrongJobSpec}, {ItemChosenAlready}, {NoSuchItem}.
    function chooseItem(uint256 challengeId, JobSpec calldata spec, uint32 item) external;

    /// @notice Claims how the item's output came about; once per item, for all its challenges. Provider, operator or a delegate.
    /// @dev A challenge whose deadline has passed by then is lost for the provider all the same.
    /// Reverts: {NotRevealed}, {WrongJob}, {NotAnswerer}, {NoSuchItem}, {NotChallenged}, {AlreadyResponded}, {WrongModel}, {WrongAnswer} (an
    /// opening does not lead to `batchRoot` or the result's root, or there are too few or many hashes), {Untied}.
    function respond(JobSpec calldata spec, Job calldata job, Response calldata response) external;

    /// @notice Challenger without an item: shows a hash in the result's tree and asks for what is below it. If the place lies wholly behind the
    /// last item and the hash is not that of filler, the challenge is won at once.
    /// @param height Levels above the leaves; at least 1, but for filler.
    /// @param index Place within its level.
    /// @param siblings From the hash up to the result's root.
    /// @dev Reverts: {NotChallenger}, {WrongTurn}, {MovePassed}, {WrongJobSpec}, {NotRevealed}, {WrongJob}, {ItemChosenAlready},
    /// {WrongQuestion}, {TooManyRounds}.
    function demandResult(
        uint256 challengeId,
        JobSpec calldata spec,
        Job calldata job,
        uint8 height,
        uint32 index,
        bytes32 hash,
        bytes32[] calldata siblings
    ) external;

    /// @notice Challenger: shows a hash in the claimed trace or a claimed tensor and asks for what is below it. See {IReferee-locate}.
    /// @dev This and the other questions revert: {NotChallenger}, {WrongTurn}, {MovePassed}, {NotResponded}, the referee's errors,
    /// {TooManyRounds}. Answers revert: {WrongQuestion}, {MovePassed}, {WrongAnswer}.
    function demand(uint256 challengeId, bytes calldata proof) external;

    /// @notice Anyone: the 2^levels hashes below a demanded hash, or the four words of a leaf.
    function show(uint256 challengeId, bytes32 hash, uint8 levels, bytes32[] calldata children) external;

    /// @notice Challenger: asks for the prefix sums of a dot product that is too long for one transaction. See {IReferee-sumsQuestion}.
    /// @dev Counts as many rounds as it takes to answer. Reverts also: {TooManySteps}.
    function demandSums(uint256 challengeId, bytes calldata proof) external;

    /// @notice Provider, operator or a delegate: the prefix sums that were asked for. See {IReferee-sumsRoot}.
    /// @dev Reverts: {WrongQuestion}, {MovePassed}, {NotRevealed}, {WrongJob}, {NotAnswerer}, {IReferee-WrongSums}.
    function postSums(
        uint256 challengeId,
        Job calldata job,
        SumsQuestion calldata question,
        bytes calldata sums
    ) external;

    /// @notice Anyone, for the challenger at its turn: shows that one step of posted sums is wrong. See {IReferee-refutesStep}.
    /// @dev Reverts: as {prove}, {WrongQuestion}.
    function proveStep(
        uint256 challengeId,
        SumsQuestion calldata question,
        bytes32 sumsRoot,
        bytes calldata proof
    ) external;

    /// @notice Challenger: asks where a claimed maximum stands. See {IReferee-maxQuestion}.
    function demandMax(uint256 challengeId, bytes calldata proof) external;

    /// @notice Anyone. See {IReferee-answersMax}.
    function answerMax(uint256 challengeId, MaxQuestion calldata question, bytes calldata proof) external;

    /// @notice Anyone, for the challenger at its turn: one transaction in which the chain recomputes one element and finds it different. See
    /// {IReferee-refutes}.
    /// @dev The first win of a job makes its verdict. An earlier challenge of the same item that wins up to `tieDeadline` takes its place, so that
    /// copying a proof out of the mempool gains nothing. Reverts: {WrongTurn}, {MovePassed}, {NotResponded}, the referee's
    /// errors, {NotRefuted}.
    function prove(uint256 challengeId, bytes calldata proof) external;

    /// @notice Anyone, after the provider's deadline: the challenge is won. Reverts: {WrongTurn}, {MoveNotPassed}.
    function claimDefault(uint256 challengeId) external;

    /// @notice Anyone after the challenger's deadline, and the challenger at its turn: the challenge is lost, its bond is the provider's.
    /// @dev Reverts: {WrongTurn}, {MoveNotPassed}, {NotRevealed} (the job fell: {release}), {WrongJob}.
    function dismiss(uint256 challengeId, Job calldata job) external;

    /// @notice Anyone: takes the job down once a challenge of it was won: refund to the payer, collateral burned but for the reward.
    /// @dev Reverts: {NoVerdict}, and what the market reverts with.
    function refute(JobId id, Job calldata job) external;

    /// @notice Anyone: gives back the bond of a challenge that was won, or whose job fell. One that may still take the verdict's place only for
    /// its challenger: or whoever copied its proof would end it before it is proven.
    /// @dev Reverts: {WrongTurn}, {JobNotClosed}, {TieOpen}.
    function release(uint256 challengeId) external;

    /// @notice Buyer, once per job, within the challenge window: asks for the outputs of items as calldata; at most 64 items, each once.
    /// @dev Payable: at least {dataPriceNow}; what is more than that is owed to the caller. The job is not settled before they were posted.
    /// Reverts: {NotRevealed}, {WrongJob}, {NotBuyer}, {MovePassed}, {DataRequestedAlready} (also for an item named twice), {NoSuchItem},
    /// {TooMuchData}, {PrepaymentTooLow}, and what the market reverts with.
    function requestData(JobSpec calldata spec, Job calldata job, uint32[] calldata items) external payable;

    /// @notice Anyone: posts one of the requested items. The last one earns the prepayment, for the provider.
    /// @dev Reverts: {NotRevealed}, {WrongJob}, {NotRequested}, {MovePassed}, {WrongAnswer}.
    function postData(JobSpec calldata spec, Job calldata job, ItemData calldata item) external;

    /// @notice Anyone, after the deadline: the provider did not deliver, the job falls, the prepayment goes back.
    /// @dev Reverts: {NoDataRequest}, {MoveNotPassed}, and what the market reverts with.
    function claimDataDefault(JobId id, Job calldata job) external;

    /// @notice Anyone: gives back the prepayment of a job that fell through something else. Reverts: {NoDataRequest}, {JobNotClosed}.
    function releaseData(JobId id) external;

    /// @notice Lets `delegate` answer for the caller's jobs: a watchtower. What it claims is claimed by the provider.
    function setDelegate(address delegate, bool allowed) external;

    /// @notice Sends what is owed to the caller: bonds, prepayments, and what it sent too much. Reverts: {NothingOwed}, {TransferFailed}.
    function withdraw(address payable to) external returns (uint256 amount);

    /// @notice Wei: twice {ANSWER_GAS}, at the higher of base fee and {feeFloor}.
    /// @dev Nodes answer `eth_call` with a base fee of 0: clients compute it with a block's.
    function bondNow() external view returns (uint256);

    /// @notice Wei for `items` items of the spec.
    function dataPriceNow(JobSpec calldata spec, uint256 items) external view returns (uint256);

    /// @notice With the turn and deadline that count: those after {respond}, if it came in time.
    function challengeOf(uint256 challengeId) external view returns (Challenge memory);
    /// @notice What the provider claimed of the item; all zeros if it did not respond.
    function claimOf(JobId id, uint32 item) external view returns (Claim memory);
    function verdictOf(JobId id) external view returns (Verdict memory);
    function owed(address account) external view returns (uint256);
    function delegated(address provider, address delegate) external view returns (bool);
    function lastChallenge() external view returns (uint256);
    function assurance() external view returns (address);
    function referee() external view returns (address);
    function market() external view returns (address);
    /// @notice Seconds for each move.
    function moveWindow() external view returns (uint32);
    /// @notice Lowest price of gas, in wei, that bonds and prepayments are computed with.
    function feeFloor() external view returns (uint64);
    // solhint-disable-next-line func-name-mixedcase
    function NO_ITEM() external view returns (uint32);
    // solhint-disable-next-line func-name-mixedcase
    function MAX_ROUNDS() external view returns (uint8);
    /// @notice Of prefix sums: as many as fit a transaction that nodes pass on.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_STEPS() external view returns (uint32);
    /// @notice Gas of the dearest answers to one challenge, all together.
    // solhint-disable-next-line func-name-mixedcase
    function ANSWER_GAS() external view returns (uint256);
}
