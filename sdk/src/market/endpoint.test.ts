import assert from "node:assert/strict";
import { parseEndpoint } from "./endpoint.ts";

describe("parseEndpoint", () => {
  it("takes https URLs of public hosts and ends them with a slash", () => {
    assert.equal(parseEndpoint("https://node.example").href, "https://node.example/");
    assert.equal(parseEndpoint("https://node.example:8443/glia").href, "https://node.example:8443/glia/");
    assert.equal(parseEndpoint("https://8.8.8.8/").hostname, "8.8.8.8");
    assert.equal(parseEndpoint("https://[2606:4700::1111]/").hostname, "[2606:4700::1111]");
  });

  for (const text of [
    "",
    "node.example",
    "ftp://node.example/",
    "file:///etc/passwd",
    "http://node.example/",
    "https://user:secret@node.example/",
    "https://node.example/?q=1",
    "https://node.example/#x",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://a.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://100.64.0.1/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://169.254.169.254/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[ff02::1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseEndpoint(text), { code: "ENDPOINT_INVALID" });
    });
  }

  it("takes this machine only when told to, and credentials never", () => {
    assert.equal(parseEndpoint("http://127.0.0.1:8080", { allowPrivate: true }).href, "http://127.0.0.1:8080/");
    assert.throws(() => parseEndpoint("http://a:b@127.0.0.1", { allowPrivate: true }), { code: "ENDPOINT_INVALID" });
    assert.throws(() => parseEndpoint("ftp://127.0.0.1", { allowPrivate: true }), { code: "ENDPOINT_INVALID" });
  });
});
