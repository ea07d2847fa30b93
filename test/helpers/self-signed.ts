/** A certificate for 127.0.0.1 that signs itself, made anew for each test: node:crypto signs, but writes no X.509. */
import { generateKeyPairSync, sign } from "node:crypto";

/** ASN.1 in DER: a tag, the length, the content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Uint8Array.of(tag, ...length), body]);
}

const sequence = (...content: readonly Uint8Array[]): Buffer => der(0x30, ...content);
const oid = (...bytes: readonly number[]): Buffer => der(0x06, Uint8Array.from(bytes));
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value));

const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const NAME = sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), text(0x0c, "glia test"))));
const LOOPBACK = sequence(sequence(oid(0x55, 0x1d, 0x11), der(0x04, sequence(der(0x87, Uint8Array.of(127, 0, 0, 1))))));

/** UTCTime `hours` from now. */
function time(hours: number): Buffer {
  const iso = new Date(Date.now() + hours * 3_600_000).toISOString();
  return text(0x17, `${iso.replace(/[-:T]/g, "").slice(2, 14)}Z`);
}

/** PEM texts of a certificate that is good for a day, and of its key. */
export function selfSigned(): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const toSign = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, Uint8Array.of(1)),
    ECDSA_SHA256,
    NAME,
    sequence(time(-1), time(24)),
    NAME,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, LOOPBACK),
  );
  const signature = der(0x03, Uint8Array.of(0), sign("sha256", toSign, privateKey));
  const base64 = sequence(toSign, ECDSA_SHA256, signature).toString("base64").replace(/.{64}/g, "$&\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64.trim()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
