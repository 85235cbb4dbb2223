// Load from a number of connections, each with one request under way at a time.

import { openClient } from "../workerd/post.ts";

export type Drive = { seconds: number; latenciesMs: number[]; answers: Map<string, number> };

/** Posts until `requests` have been answered. `answers` counts them by status and, where they are problems, code. */
export async function drive(
  origin: string,
  path: string,
  body: Uint8Array,
  { connections, requests }: { connections: number; requests: number },
): Promise<Drive> {
  const latenciesMs: number[] = [];
  const answers = new Map<string, number>();
  let begun = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = openClient(origin);
      while (begun < requests) {
        begun++;
        const sent = performance.now();
        const answer = await client.post(path, body);
        latenciesMs.push(performance.now() - sent);
        const kind = toKind(answer);
        answers.set(kind, (answers.get(kind) ?? 0) + 1);
      }
      client.close();
    }),
  );
  return { seconds: (performance.now() - start) / 1000, latenciesMs, answers };
}

function toKind({ status, body }: { status: number; body: string }): string {
  if (status < 400) return String(status);
  const [, code] = /"code":"([a-z_]+)"/.exec(body) ?? [];
  return code === undefined ? `${status} without a code` : `${status} ${code}`;
}

/** "200 x 990, 503 overloaded x 10" */
export const writeAnswers = (answers: ReadonlyMap<string, number>): string =>
  [...answers]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${kind} x ${count}`)
    .join(", ");
