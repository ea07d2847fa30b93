import assert from "node:assert/strict";
import { keccak256, numberToHex, toRlp } from "viem";
import type { Hex } from "viem";
import { encodeHeader } from "./block-header.ts";

const word = (value: number): Hex => numberToHex(value, { size: 32 });
const legacy = {
  parentHash: word(1),
  sha3Uncles: word(2),
  miner: numberToHex(3, { size: 20 }),
  stateRoot: word(4),
  transactionsRoot: word(5),
  receiptsRoot: word(6),
  logsBloom: numberToHex(0, { size: 256 }),
  difficulty: "0x0",
  number: "0x100",
  gasLimit: "0x1c9c380",
  gasUsed: "0x0",
  timestamp: "0x65000000",
  extraData: "0x",
  mixHash: word(7),
  nonce: numberToHex(0, { size: 8 }),
} as const;
const fields: Hex[] = [
  legacy.parentHash,
  legacy.sha3Uncles,
  legacy.miner,
  legacy.stateRoot,
  legacy.transactionsRoot,
  legacy.receiptsRoot,
  legacy.logsBloom,
  "0x",
  "0x0100",
  "0x01c9c380",
  "0x",
  "0x65000000",
  "0x",
  legacy.mixHash,
  legacy.nonce,
];

describe("encodeHeader", () => {
  it("encodes what the hash is of, with numbers in as few bytes as they need", () => {
    const wanted = toRlp(fields);
    assert.equal(encodeHeader({ ...legacy, hash: keccak256(wanted) }), wanted);
    const london = toRlp([...fields, "0x07"]);
    assert.equal(encodeHeader({ ...legacy, baseFeePerGas: "0x7", hash: keccak256(london) }), london);
  });

  it("refuses a header with members that it does not know, and a block that is not there", () => {
    assert.throws(() => encodeHeader({ ...legacy, hash: keccak256(toRlp([...fields, "0x07"])) }), {
      code: "HEADER_UNKNOWN",
    });
    assert.throws(() => encodeHeader({ number: "0x5" }), { code: "HEADER_UNKNOWN", message: /0x5/ });
  });
});
