/** Longest string from outside that a log line or a page shows, in UTF-16 units. */
const DEFAULT_LIMIT = 400;

/** C0 and C1 controls, line separators, bidirectional overrides and isolates, zero-width marks, byte-order mark, lone surrogates. */
const HOSTILE =
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** Makes a stranger's string safe to show: control and direction-changing characters become `\uXXXX`, the length is capped. */
export function safeText(value: string, limit = DEFAULT_LIMIT): string {
  const cut = value.length > limit ? `${value.slice(0, limit)}…(${value.length} characters)` : value;
  return cut.replace(HOSTILE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
