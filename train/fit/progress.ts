// What a person sees while something long runs: one line redrawn on a terminal, plain lines elsewhere.

export type ProgressLine = {
  /** `fraction` is from 0 to 1. */
  update(fraction: number, text: string): void;
  /** Leaves `text` as the last word of this line. */
  end(text: string): void;
};

const BAR_WIDTH = 24;
/** On a terminal a redraw now and then is enough; elsewhere a line at each of these fractions. */
const REDRAW_INTERVAL_MS = 100;
const PLAIN_STEPS = 4;

export function createProgressLine(label: string, stream: NodeJS.WriteStream, now: () => number): ProgressLine {
  let drawnAt = -Infinity;
  let plainStep = 0;
  return {
    update(fraction, text) {
      if (stream.isTTY) {
        if (now() - drawnAt < REDRAW_INTERVAL_MS) return;
        drawnAt = now();
        const filled = Math.round(BAR_WIDTH * fraction);
        stream.write(`\r\u001b[2K${label} ${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${text}`);
      } else if (Math.floor(fraction * PLAIN_STEPS) > plainStep) {
        plainStep = Math.floor(fraction * PLAIN_STEPS);
        if (plainStep < PLAIN_STEPS) stream.write(`${label} ${Math.round(fraction * 100)} % ${text}\n`);
      }
    },
    end(text) {
      stream.write(stream.isTTY ? `\r\u001b[2K${label} ${text}\n` : `${label} ${text}\n`);
    },
  };
}

/** "2 m 05 s" from seconds. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, "0")} s`;
}
