// How many requests a caller may make in a time. The decision is the platform's, whose counters all isolates of a place
// share; what is left is counted here, since the platform does not say.

/** The platform's rate-limiting binding. */
export type RateLimiter = { limit(options: { key: string }): Promise<{ success: boolean }> };

export type Quota = { requests: number; seconds: number };

/** `remaining` is the most that may be left: requests that other isolates answered are not in it. */
export type Count = { isAllowed: boolean; remaining: number; resetSeconds: number };

export type CountRequest = (key: string) => Promise<Count>;

/** Of more keys than this, those that were counted longest ago are forgotten here; the platform does not forget them. */
const MAX_KEYS = 10_000;

export function createRequestCount(
  limiter: RateLimiter,
  { requests, seconds }: Quota,
  now: () => number,
): CountRequest {
  const windows = new Map<string, { began: number; count: number }>();

  return async (key) => {
    const { success } = await limiter.limit({ key });
    const at = now();
    const known = windows.get(key);
    const window = known && at - known.began < seconds * 1000 ? known : { began: at, count: 0 };
    window.count++;
    windows.delete(key);
    windows.set(key, window);
    const [oldest] = windows.keys();
    if (windows.size > MAX_KEYS && oldest !== undefined) windows.delete(oldest);
    return {
      isAllowed: success,
      remaining: success ? Math.max(0, requests - window.count) : 0,
      resetSeconds: Math.max(1, Math.ceil((window.began + seconds * 1000 - at) / 1000)),
    };
  };
}
