/** Who attacks the game, and which test plays it. Data; `parties.test.ts` finds every one of the tests. */

export const PARTIES = [
  "lying challenger",
  "friendly challenger who loses on purpose",
  "self-challenger",
  "copying auditor",
  "silent auditor",
  "auditor who attests falsely",
  "Sybil auditors",
  "mempool copier",
] as const;
export type Party = (typeof PARTIES)[number];

/** A test that plays a party: its file, from the root of the project, and its title. */
export interface PlayedIn {
  readonly file: string;
  readonly title: string;
}

const PARTIES_OF_DISPUTES = "test/contracts/assurance/disputes-parties.test.ts";
const AUDITS = "test/contracts/assurance/audits.test.ts";
const ENDS = "test/contracts/assurance/audit-ends.test.ts";

export const PLAYED: Readonly<Record<Party, readonly PlayedIn[]>> = {
  "lying challenger": [
    {
      file: PARTIES_OF_DISPUTES,
      title: "a lying challenger proves nothing and loses its bond to the provider, who is paid",
    },
    { file: PARTIES_OF_DISPUTES, title: "an honest provider answers whatever a lying challenger asks" },
    {
      file: "test/matrix/random.test.ts",
      title: "have honest twins, of whom none is slashed: they are paid, and have the bonds of the liars",
    },
  ],
  "friendly challenger who loses on purpose": [
    {
      file: PARTIES_OF_DISPUTES,
      title: "a friend of the cheat who loses on purpose keeps nobody from winning",
    },
  ],
  "self-challenger": [
    {
      file: PARTIES_OF_DISPUTES,
      title: "a provider that challenges itself ends with less than it had, and the buyer with its money",
    },
  ],
  "copying auditor": [
    { file: AUDITS, title: "is impossible for whoever copied another's attestation, from this job or another" },
  ],
  "silent auditor": [
    {
      file: AUDITS,
      title: "forfeit: the bond of who stays silent is the provider's after the claim deadline, its share the payer's",
    },
  ],
  "auditor who attests falsely": [
    {
      file: ENDS,
      title: "settled: who agreed gets bond and share, who differed or stayed silent loses the bond to the provider",
    },
  ],
  "Sybil auditors": [
    {
      file: "test/contracts/assurance/audit-lots.test.ts",
      title: "draw three auditors on average, and who splits its stake as often as who does not",
    },
  ],
  "mempool copier": [
    { file: PARTIES_OF_DISPUTES, title: "whoever copies a proof out of the mempool gets no reward" },
    { file: AUDITS, title: "is impossible for whoever copied another's attestation, from this job or another" },
  ],
};
