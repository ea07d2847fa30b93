/** Seeds of both beacons, and headers of Ethereum as they are. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { keccak256, numberToHex, toRlp } from "viem";
import type { Abi, Address, Hex } from "viem";
import { blockhashBeaconAbi, headerBeaconAbi } from "../../../contracts/index.ts";
import { loadArtifact } from "../../../contracts/artifacts.ts";
import { encodeHeader } from "../../../sdk/src/index.ts";
import { startChain } from "./chain.ts";
import type { Chain31337 } from "./chain.ts";
import { MAINNET_HEADERS } from "./mainnet-headers.ts";

const HISTORY = "0x0000F90827F1C53a10cb7A02335B175320002935";
/** Of EIP-2935, as it stands there. The chain of this test has another contract at its address. */
const HISTORY_CODE =
  "0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";
const HISTORY_LENGTH = 8_191n;
const DELAY = 4n;
const ABI: Abi = [...headerBeaconAbi, ...blockhashBeaconAbi];

describe("Assurance: beacons", () => {
  let chain: Chain31337;
  let header: Address;
  let blockhash: Address;
  let restore: () => Promise<void>;

  before(async function () {
    this.timeout(60_000);
    chain = await startChain(ABI);
    [header, blockhash] = [await create("HeaderBeacon"), await create("BlockhashBeacon")];
    await request("hardhat_setCode", [HISTORY, HISTORY_CODE]);
    restore = await chain.checkpoint();
  });
  afterEach(() => restore());
  after(() => chain.close());

  async function create(name: "HeaderBeacon" | "BlockhashBeacon"): Promise<Address> {
    const { abi, bytecode } = loadArtifact(name);
    const hash = await chain.wallet.deployContract({ abi, bytecode, args: [DELAY] });
    return (await chain.publicClient.getTransactionReceipt({ hash })).contractAddress ?? assert.fail("no contract");
  }

  const request = (method: string, params: readonly unknown[]) =>
    chain.publicClient.request({ method, params } as never);
  const mine = (blocks: bigint) => request("hardhat_mine", [numberToHex(blocks)]);
  const height = () => chain.publicClient.getBlockNumber();
  const seed = (beacon: Address, point: bigint, proof: Hex = "0x") =>
    chain.view<Hex>(beacon, ABI, "seed", [point, proof]);
  const refuses = (beacon: Address, point: bigint, proof: Hex, error: string) =>
    chain.refuses({ from: chain.account(0), to: beacon, abi: ABI, name: "seed", args: [point, proof] }, error);
  const headerOf = async (block: bigint): Promise<Hex> =>
    encodeHeader(await request("eth_getBlockByNumber", [numberToHex(block), false]));
  /** What the history contract's system call would have written. */
  const remember = (block: bigint, hash: Hex) =>
    request("hardhat_setStorageAt", [HISTORY, numberToHex(block % HISTORY_LENGTH), hash]);

  it("have points that lie ahead by the delay", async () => {
    for (const beacon of [header, blockhash]) {
      const point = await chain.view<bigint>(beacon, ABI, "nextPoint");
      assert.equal(point, (await height()) + DELAY);
    }
  });

  it("have no seed before its block is behind, and by block hash the same one for 256 blocks", async () => {
    await mine(3n);
    const point = (await height()) + 2n;
    await mine(1n);
    // What is called now runs on the latest block: its own hash is not known to it.
    await refuses(blockhash, point, "0x", "SeedNotReady");
    await mine(2n);
    const { hash } = await chain.publicClient.getBlock({ blockNumber: point });
    assert.equal(await seed(blockhash, point), hash);
    await mine(256n - ((await height()) - point));
    assert.equal(await seed(blockhash, point), hash);
    await mine(1n);
    assert.equal(BigInt(await seed(blockhash, point)), 0n, "too late");
  });

  it("by header: prevrandao of the block whose header is shown, and of no other", async () => {
    await mine(5n);
    const point = (await height()) - 2n;
    const { mixHash, hash } = await chain.publicClient.getBlock({ blockNumber: point });
    const proof = await headerOf(point);
    assert.equal(keccak256(proof), hash);
    assert.equal(await seed(header, point, proof), mixHash);
    await refuses(header, point, await headerOf(point - 1n), "InvalidSeedProof");
    await refuses(header, point, "0x", "InvalidSeedProof");
    await refuses(header, point, `${proof}00`, "InvalidSeedProof");
    await refuses(header, (await height()) + 1n, proof, "SeedNotReady");
  });

  it("by header: up to 8,191 blocks back by the chain's history, then never again", async () => {
    const point = await height();
    const proof = await headerOf(point);
    const { mixHash, hash } = await chain.publicClient.getBlock({ blockNumber: point });
    await mine(300n);
    if (hash === null) assert.fail("The block has a hash.");
    await remember(point, hash);
    assert.equal(await seed(header, point, proof), mixHash);
    await mine(HISTORY_LENGTH - 300n);
    assert.equal(await seed(header, point, proof), mixHash, "the last block of the history");
    await mine(1n);
    assert.equal(BigInt(await seed(header, point, proof)), 0n, "too late");
  });

  for (const { number, hash, prevRandao, rlp, of } of MAINNET_HEADERS) {
    it(`by header: block ${number} of Ethereum, from ${of}`, async () => {
      assert.equal(keccak256(rlp), hash);
      const ahead = number + 1_000n - (await height());
      await mine(ahead);
      await remember(number, hash);
      assert.equal(await seed(header, number, rlp), prevRandao);
      const forged = `${rlp.slice(0, -2)}00` as Hex;
      await refuses(header, number, forged, "InvalidSeedProof");
    });
  }

  it("by header: a prevrandao of zero is not taken for a seed that is lost", async () => {
    const zero = toRlp(Array.from({ length: 21 }, (_, i): Hex => (i === 13 ? numberToHex(0n, { size: 32 }) : "0x")));
    await mine(1_000n);
    const point = (await height()) - 500n;
    await remember(point, keccak256(zero));
    assert.equal(BigInt(await seed(header, point, zero)), 1n);
  });
});
