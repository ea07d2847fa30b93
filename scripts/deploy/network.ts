/** Finds the endpoint of a network by its name in hardhat.config.ts. */
import config from "../../hardhat.config.ts";

/** Reads a value of the configuration: text, or a variable that stands in the environment. */
function read(value: unknown, network: string): string {
  if (typeof value === "string") return value;
  const name = typeof value === "object" && value !== null && "name" in value ? String(value.name) : "";
  const text = process.env[name];
  if (!text) throw new Error(`The network ${network} takes its URL from ${name || "a variable"}, which is not set.`);
  return text;
}

/**
 * The URL of a configured network.
 *
 * @throws if there is no such network over HTTP, listing those that there are.
 */
export function networkUrl(network: string): string {
  const networks: Readonly<Record<string, unknown>> = config.networks ?? {};
  const found = networks[network];
  if (typeof found === "object" && found !== null && "url" in found) return read(found.url, network);
  const names = Object.entries(networks)
    .filter(([, entry]) => typeof entry === "object" && entry !== null && "url" in entry)
    .map(([name]) => name);
  throw new Error(`There is no network "${network}" with a URL; there are: ${names.join(", ")}. Or give --rpc <url>.`);
}
