import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { checkSourceUrl, isAllowedAddress, isAllowedMultiaddr } from "./address-rules.ts";

describe("isAllowedAddress", () => {
  const forbidden = {
    private: ["10.0.0.1", "172.16.0.1", "192.168.1.1"],
    "link-local and cloud metadata": ["169.254.169.254", "fe80::1", "fe80::1%eth0"],
    "carrier-grade NAT": ["100.64.0.1"],
    "unique local": ["fc00::1", "fd12:3456::1"],
    "unspecified, broadcast, multicast, reserved": [
      "0.0.0.0",
      "::",
      "255.255.255.255",
      "224.0.0.1",
      "ff02::1",
      "240.0.0.1",
    ],
    "mapped and translated forms": ["::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::a00:1"],
    "not assigned to anyone": ["4000::1", "::1:0:0:0"],
    "documentation and benchmarks": ["192.0.2.1", "2001:db8::1"],
    "no address": ["localhost", "", "1.2.3.4.5"],
  };
  for (const [what, addresses] of Object.entries(forbidden)) {
    it(`forbids ${what}`, () => {
      for (const address of addresses) assert.equal(isAllowedAddress(address, false), false, address);
    });
  }

  it("allows the public internet", () => {
    for (const address of ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
      assert.ok(isAllowedAddress(address, false), address);
  });

  it("allows loopback only by the switch, and nothing else with it", () => {
    for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
      assert.equal(isAllowedAddress(address, false), false);
      assert.equal(isAllowedAddress(address, true), true);
    }
    assert.equal(isAllowedAddress("10.0.0.1", true), false);
    assert.equal(isAllowedAddress("169.254.169.254", true), false);
  });
});

describe("checkSourceUrl", () => {
  it("lets https through", () => {
    assert.equal(checkSourceUrl("https://ipfs.example/gw", false).hostname, "ipfs.example");
  });

  const refused = [
    "http://ipfs.example",
    "file:///etc/passwd",
    "ftp://x",
    "https://user:pw@ipfs.example",
    "https://127.0.0.1",
    "https://[::1]",
    "https://[::ffff:10.0.0.1]/",
    "https://2130706433/", // 127.0.0.1 as one number
    "https://0x7f.1/",
    "no url",
  ];
  for (const url of refused) {
    it(`refuses ${url}`, () => {
      assert.throws(() => checkSourceUrl(url, false), { code: "SOURCE_REFUSED" });
    });
  }

  it("lets plain http to loopback through on a devnet, but nothing private", () => {
    checkSourceUrl("http://127.0.0.1:8080", true);
    assert.throws(() => checkSourceUrl("http://192.168.0.1", true), { code: "SOURCE_REFUSED" });
  });
});

describe("isAllowedMultiaddr", () => {
  it("lets TCP to public addresses through, and loopback on a devnet", () => {
    assert.ok(isAllowedMultiaddr("/ip4/8.8.8.8/tcp/4001/p2p/12D3KooWabc", false));
    assert.ok(isAllowedMultiaddr("/ip6/2001:4860:4860::8888/tcp/4001", false));
    assert.ok(isAllowedMultiaddr("/ip4/127.0.0.1/tcp/4001", true));
  });

  for (const address of [
    "/ip4/127.0.0.1/tcp/4001",
    "/ip4/10.0.0.1/tcp/22",
    "/ip4/169.254.169.254/tcp/80",
    "/ip6/::1/tcp/4001",
    "/ip6/::ffff:10.0.0.1/tcp/4001",
    "/dns4/peer.example/tcp/4001",
    "/dnsaddr/peer.example",
    "/ip4/8.8.8.8/udp/4001/quic-v1",
    "/ip4/8.8.8.8/tcp/4001/p2p/12D3KooWabc/p2p-circuit",
    "/unix/run/service.sock",
  ]) {
    it(`refuses ${address}`, () => assert.equal(isAllowedMultiaddr(address, false), false));
  }
});
