import assert from "node:assert/strict";

import { windows } from "./job-options.ts";

describe("a job's windows", () => {
  it("are the market's own where no option is given", () => {
    assert.deepEqual(windows({}), {});
  });

  it("leave a provider no longer to reject than to deliver, and never more than five minutes", () => {
    assert.deepEqual(windows({ deadline: 60 }), { executionWindow: 60, rejectWindow: 60 });
    assert.deepEqual(windows({ deadline: 3600, challengeWindow: 90 }), {
      executionWindow: 3600,
      rejectWindow: 300,
      challengeWindow: 90,
    });
  });
});
