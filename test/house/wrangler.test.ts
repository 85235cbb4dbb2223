// What wrangler.toml says in several places, and the code beside it, is the same.

import { join } from "node:path";
import { expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { DEFAULT_LIMITS } from "../../src/http/request/limits.ts";

const config = join(import.meta.dirname, "../../wrangler.toml");

test.for([undefined, "staging", "production"])(
  "the rate limit of the environment %s is the one that the service tells its callers",
  (env) => {
    const { ratelimits } = unstable_readConfig({ config, ...(env && { env }) }, { hideWarnings: true });
    const { requests, seconds } = DEFAULT_LIMITS.quota;
    expect(ratelimits).toMatchObject([{ name: "RATE_LIMITER", simple: { limit: requests, period: seconds } }]);
  },
);

test("no environment is open", () => {
  for (const env of [undefined, "staging", "production"]) {
    const { vars } = unstable_readConfig({ config, ...(env && { env }) }, { hideWarnings: true });
    expect(vars["AUTHENTICATION"] ?? "required").toBe("required");
  }
});
