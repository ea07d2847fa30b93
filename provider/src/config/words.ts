/** What an operator must write to take strangers' models without a sandbox. */
export const UNSANDBOXED_SENTENCE = "I accept that strangers' models run without a sandbox";

export const LIBP2P_NONE = "none by default: the node then serves and fetches over HTTP only.";
