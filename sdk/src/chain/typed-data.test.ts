import assert from "node:assert/strict";
import { TypedDataEncoder, Wallet } from "ethers";
import type { TypedDataField } from "ethers";
import { privateKeyToAccount } from "viem/accounts";
import { hashJobSpec } from "./hash-job-spec.ts";
import { hashAuditRequest, hashQuote, hashQuoteRequest, hashResultStatement, hashSponsorship } from "./hash-signed.ts";
import { signAuditRequest, signQuote, signQuoteRequest, signResultStatement, signSponsorship } from "./sign-typed.ts";
import {
  AUDIT_REQUEST_TYPES,
  JOB_SPEC_TYPES,
  marketDomain,
  QUOTE_REQUEST_TYPES,
  QUOTE_TYPES,
  RESULT_STATEMENT_TYPES,
  SPONSORSHIP_TYPES,
} from "./typed-data.ts";
import type { AuditRequest, JobSpec, Quote, QuoteRequest, ResultStatement, Sponsorship } from "./types.ts";
import { verifySignature } from "./verify-signature.ts";

const key = `0x${"5a".repeat(32)}` as const;
const account = privateKeyToAccount(key);
const wallet = new Wallet(key);
const market = { chainId: 31337, market: "0x00000000000000000000000000000000000000A1" } as const;
const { name, version, chainId, verifyingContract } = marketDomain(market);
const domain = {
  name: name ?? null,
  version: version ?? null,
  chainId: Number(chainId),
  verifyingContract: verifyingContract ?? null,
};
const address = "0x00000000000000000000000000000000000000b2";
const word = `0x${"c3".repeat(32)}` as const;

const spec: JobSpec = {
  buyer: address,
  payer: address,
  modelId: word,
  modelDigest: `0x${"01".repeat(32)}`,
  batchRoot: `0x${"02".repeat(32)}`,
  inputDigest: `0x${"03".repeat(32)}`,
  items: 4_294_967_295,
  maxItemOutputBytes: 40,
  token: address,
  startPrice: 1n,
  maxPrice: 2n ** 128n - 1n,
  auctionStart: 5n,
  auctionEnd: 2n ** 64n - 1n,
  rejectWindow: 6,
  executionWindow: 7,
  challengeWindow: 8,
  level: 2,
  checkBps: 9_999,
  sampleSize: 64,
  auditPot: 10n,
  declaredGain: 11n,
  minStake: 2n ** 96n - 1n,
  capabilities: 12n,
  determinism: 1,
  allowedProviders: word,
  salt: word,
};
const quote: Quote = { provider: address, jobId: word, price: 1n, collateral: 2n, expiry: 3n, nonce: 4 };
const sponsorship: Sponsorship = { payer: address, buyer: address, token: address, cap: 1n, expiry: 2n, salt: word };
const request: QuoteRequest = { jobId: word, provider: address, deadline: 9n };
const audit: AuditRequest = { jobId: word, auditor: address, deadline: 9n };
const statement: ResultStatement = {
  jobId: word,
  resultRoot: word,
  outputDigest: word,
  runtime: "onnxruntime/1.30.0/cpu",
};

type Types = Record<string, TypedDataField[]>;

describe("typed data", () => {
  it("gives the job id that ethers computes", () => {
    const types = JOB_SPEC_TYPES as unknown as Types;
    assert.equal(hashJobSpec(spec, market), TypedDataEncoder.hash(domain, types, spec));
  });

  it("binds the job id to chain and contract and to every member", () => {
    const seen = new Set([
      hashJobSpec(spec, market),
      hashJobSpec(spec, { ...market, chainId: 1 }),
      hashJobSpec(spec, { ...market, market: address }),
    ]);
    for (const { name: member, type } of JOB_SPEC_TYPES.JobSpec) {
      const other =
        type === "address"
          ? verifyingContract
          : type === "bytes32"
            ? `0x${"ee".repeat(32)}`
            : type.length > 6
              ? 77n
              : 3;
      seen.add(hashJobSpec({ ...spec, [member]: other }, market));
    }
    assert.equal(seen.size, 3 + JOB_SPEC_TYPES.JobSpec.length);
  });

  it("hashes and signs every message as ethers does", async () => {
    for (const [types, message, ours, signature] of [
      [QUOTE_TYPES, quote, hashQuote(quote, market), await signQuote(account, quote, market)],
      [
        SPONSORSHIP_TYPES,
        sponsorship,
        hashSponsorship(sponsorship, market),
        await signSponsorship(account, sponsorship, market),
      ],
      [
        QUOTE_REQUEST_TYPES,
        request,
        hashQuoteRequest(request, market),
        await signQuoteRequest(account, request, market),
      ],
      [AUDIT_REQUEST_TYPES, audit, hashAuditRequest(audit, market), await signAuditRequest(account, audit, market)],
      [
        RESULT_STATEMENT_TYPES,
        statement,
        hashResultStatement(statement, market),
        await signResultStatement(account, statement, market),
      ],
    ] as const) {
      assert.equal(ours, TypedDataEncoder.hash(domain, types as unknown as Types, message));
      assert.equal(signature, await wallet.signTypedData(domain, types as unknown as Types, message));
      assert.equal(await verifySignature(account.address, ours, signature), true);
    }
  });

  it("refuses signatures of others, changed ones and malleable ones", async () => {
    const hash = hashQuote(quote, market);
    const signature = await signQuote(account, quote, market);
    assert.equal(await verifySignature(address, hash, signature), false);
    assert.equal(await verifySignature(account.address, hashQuote({ ...quote, price: 2n }, market), signature), false);
    assert.equal(await verifySignature(account.address, hash, "0x"), false);
    assert.equal(await verifySignature(account.address, hash, `${signature.slice(0, -2)}05` as `0x${string}`), false);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const highS = (order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, "0");
    const flipped = signature.endsWith("1b") ? "1c" : "1b";
    const malleable = `${signature.slice(0, 66)}${highS}${flipped}` as `0x${string}`;
    assert.equal(await verifySignature(account.address, hash, malleable), false);
  });
});
