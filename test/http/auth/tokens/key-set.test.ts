// An issuer's keys are fetched once, kept for a while, fetched anew for a key that is not known, and never without bounds.

import { describe, expect, test } from "vitest";
import { createFetchedKeys, type Fetch } from "../../../../src/http/auth/tokens/key-set.ts";
import { createTokenKey, NOW } from "../credentials.ts";

const URL = "https://id.example/keys.json";
const [first, second] = [await createTokenKey("first"), await createTokenKey("second")];
const keySet = (...keys: unknown[]) => new Response(JSON.stringify({ keys }));

/** `answer` is what the issuer says at each request; `at` moves the clock. */
function issuer(answer: () => Response | Promise<Response>) {
  const state = { at: NOW, requests: 0, kept: [] as Promise<unknown>[] };
  const fetch: Fetch = async () => {
    state.requests++;
    return answer();
  };
  const getKeys = createFetchedKeys(URL, fetch, () => state.at);
  const find = async (kid: string, refresh = false) => {
    const findKey = await getKeys((work) => void state.kept.push(work), refresh);
    await Promise.all(state.kept);
    return (
      findKey &&
      findKey({ alg: "ES256", kid }).then(
        () => "found",
        (error: Error) => error.name,
      )
    );
  };
  return { state, find };
}

const MINUTE = 60_000;

describe("keys", () => {
  test("are fetched for the first token, by all who wait for them together, and not for the next", async () => {
    const { state, find } = issuer(() => keySet(first.jwk));
    expect(await Promise.all([find("first"), find("first"), find("first")])).toEqual(["found", "found", "found"]);
    state.at += MINUTE;
    expect(await find("first")).toBe("found");
    expect(state.requests).toBe(1);
  });

  test("that a token names and nobody knows are asked for, but not twice in half a minute", async () => {
    let keys = [first.jwk];
    const { state, find } = issuer(() => keySet(...keys));
    await find("first");
    keys = [first.jwk, second.jwk];
    expect(await find("second", true)).toBe("JWKSNoMatchingKey");
    state.at += MINUTE;
    expect(await find("second", true)).toBe("found");
    expect(await find("third", true)).toBe("JWKSNoMatchingKey");
    expect(state.requests).toBe(2);
  });

  test("serve on while newer ones are fetched, after ten minutes", async () => {
    let keys = [first.jwk];
    const { state, find } = issuer(() => keySet(...keys));
    await find("first");
    keys = [second.jwk];
    state.at += 11 * MINUTE;
    expect(await find("first")).toBe("found");
    expect(await find("first")).toBe("JWKSNoMatchingKey");
    expect(await find("second")).toBe("found");
    expect(state.requests).toBe(2);
  });

  test("serve for an hour while the issuer cannot be reached, and no longer", async () => {
    let reachable = true;
    const { state, find } = issuer(() => (reachable ? keySet(first.jwk) : Promise.reject(new Error("unreachable"))));
    await find("first");
    reachable = false;
    state.at += 59 * MINUTE;
    expect(await find("first")).toBe("found");
    state.at += 2 * MINUTE;
    expect(await find("first")).toBeUndefined();
    reachable = true;
    state.at += MINUTE;
    expect(await find("first")).toBe("found");
  });
});

describe("there are no keys where the issuer answers with", () => {
  test.for<[what: string, answer: () => Response]>([
    ["an error", () => new Response("no", { status: 500 })],
    ["a redirection", () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example/" } })],
    ["something else than JSON", () => new Response("<html>")],
    ["no keys", () => keySet()],
    ["more keys than anybody has", () => keySet(...Array.from({ length: 33 }, () => first.jwk))],
    ["more bytes than keys have", () => keySet({ ...first.jwk, x5c: "A".repeat(64 * 1024) })],
    ["nesting", () => new Response(`{"keys":[${"[".repeat(50)}`)],
  ])("%s", async ([, answer]) => {
    const { state, find } = issuer(answer);
    expect(await find("first")).toBeUndefined();
    expect(await find("first")).toBeUndefined();
    expect(state.requests).toBe(1);
  });
});
