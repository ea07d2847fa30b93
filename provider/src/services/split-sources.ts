/** Most sources that are tried for one job. */
const MAX_SOURCES = 16;

/** The list in a `JobPosted` event: URLs and multiaddrs separated by commas, written by a stranger. */
export function splitSources(text: string): string[] {
  return text
    .slice(0, 8_192)
    .split(",")
    .map((source) => source.trim())
    .filter((source) => source !== "" && source.length <= 512)
    .slice(0, MAX_SOURCES);
}
