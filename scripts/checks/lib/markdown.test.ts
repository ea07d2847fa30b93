import assert from "node:assert/strict";

import { describe, it } from "mocha";

import { anchors, codeBlocks, links } from "./markdown.ts";

const TEXT = `# One \`thing\`, two

See [there](docs/A.md#b) and ![picture](p.svg "title"), not \`[code](no.md)\`.

\`\`\`ts
// [neither](no.md)
const a = 1;
\`\`\`

## One thing two
## One thing two

[ref]: other.md
`;

describe("markdown", () => {
  it("finds links in prose and none in code", () => {
    assert.deepEqual(links(TEXT), ["docs/A.md#b", "p.svg", "other.md"]);
  });

  it("makes GitHub's anchors, numbered when they repeat", () => {
    assert.deepEqual([...anchors(TEXT)], ["one-thing-two", "one-thing-two-1", "one-thing-two-2"]);
  });

  it("gives code blocks with language and line", () => {
    assert.deepEqual(codeBlocks(TEXT), [{ language: "ts", code: "// [neither](no.md)\nconst a = 1;", line: 5 }]);
  });
});
