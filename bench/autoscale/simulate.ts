// A model of one location of the edge: isolates that serve one request at a time, are started when the others are
// behind, answer 503 when too many wait, and are dropped when nobody asks. Pure; times in seconds.

/** What an isolate does, as measured. */
export type Service = {
  /** Processor time of one answer. */
  answerSeconds: number;
  /** From deciding to start an isolate to its first answer being under way: script, engine, bundle. */
  coldStartSeconds: number;
};

/** What the platform is taken to do; it does not publish how it places requests. */
export type Placement = {
  /** Isolates that fit into the location. */
  maxIsolates: number;
  /** Another isolate is started when more work than this is queued in every one that runs or starts. */
  startWhenWaitSeconds: number;
  /** Requests that an isolate has in hand, waiting ones among them; the next one is answered 503. */
  queueLimit: number;
  /** An isolate that nobody asked for as long is dropped. */
  idleSeconds: number;
};

export type Outcome = {
  /** Seconds from arrival to answer, of every request that was served, in order of arrival. */
  latencies: number[];
  shed: number;
  /** Isolates started, and the most that ran at once. */
  started: number;
  peakIsolates: number;
  /** Seconds of isolates' lives, all together. */
  isolateSeconds: number;
};

type Isolate = { startedAt: number; freeAt: number };

export function simulate(arrivalTimes: Iterable<number>, service: Service, placement: Placement): Outcome {
  const outcome: Outcome = { latencies: [], shed: 0, started: 0, peakIsolates: 0, isolateSeconds: 0 };
  let isolates: Isolate[] = [];
  let end = 0;
  const hasRoom = () => isolates.length < placement.maxIsolates;
  const drop = (now: number) => {
    const isIdle = ({ freeAt }: Isolate) => now - freeAt > placement.idleSeconds;
    for (const isolate of isolates.filter(isIdle))
      outcome.isolateSeconds += isolate.freeAt + placement.idleSeconds - isolate.startedAt;
    if (isolates.some(isIdle)) isolates = isolates.filter((isolate) => !isIdle(isolate));
  };
  for (const now of arrivalTimes) {
    drop(now);
    end = now;
    let isolate = leastBehind(isolates);
    if (!isolate || (queuedSeconds(isolate, now, service) > placement.startWhenWaitSeconds && hasRoom())) {
      const fresh = { startedAt: now, freeAt: now + service.coldStartSeconds };
      isolates.push(fresh);
      outcome.started++;
      outcome.peakIsolates = Math.max(outcome.peakIsolates, isolates.length);
      // A running isolate that will be free before the new one has started is still the better one.
      if (!isolate || fresh.freeAt < isolate.freeAt) isolate = fresh;
    }
    if (queuedSeconds(isolate, now, service) / service.answerSeconds >= placement.queueLimit) {
      outcome.shed++;
      continue;
    }
    isolate.freeAt = Math.max(now, isolate.freeAt) + service.answerSeconds;
    outcome.latencies.push(isolate.freeAt - now);
  }
  for (const { startedAt, freeAt } of isolates) outcome.isolateSeconds += Math.max(end, freeAt) - startedAt;
  return outcome;
}

/** Work that waits in an isolate or is under way, without what is left of its start. */
const queuedSeconds = ({ startedAt, freeAt }: Isolate, now: number, { coldStartSeconds }: Service): number =>
  Math.max(0, freeAt - Math.max(now, startedAt + coldStartSeconds));

function leastBehind(isolates: readonly Isolate[]): Isolate | undefined {
  let best: Isolate | undefined;
  for (const isolate of isolates) if (!best || isolate.freeAt < best.freeAt) best = isolate;
  return best;
}
