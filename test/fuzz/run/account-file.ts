// An account as a file, so that a run that was ended goes on where it was, and beside it the number of the input that is
// being put, so that an input that ends its process is known.

import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Account } from "./campaign.ts";

export type AccountFile = {
  /** Undefined where there is none, or one of other targets: their inputs have other places. */
  read(): Account | undefined;
  /** Replaced as a whole: whoever reads it never finds half of one. */
  write(account: Account): void;
  position(): number | undefined;
  openPosition(): { note(input: number): void; close(): void };
  remove(): void;
};

export function createAccountFile(path: string, targets: readonly { name: string; share: number }[]): AccountFile {
  const positionPath = `${path}.position`;
  const shares = targets.map(({ name, share }) => `${name}:${share}`).join();
  mkdirSync(dirname(path), { recursive: true });
  const readText = (from: string) => {
    try {
      return readFileSync(from, "utf8");
    } catch {
      return undefined;
    }
  };
  return {
    read() {
      const text = readText(path);
      const kept = text === undefined ? undefined : (JSON.parse(text) as { shares: string; account: Account });
      return kept?.shares === shares ? kept.account : undefined;
    },
    write(account) {
      writeFileSync(`${path}.new`, JSON.stringify({ shares, account }, undefined, 1));
      renameSync(`${path}.new`, path);
    },
    position() {
      const text = readText(positionPath);
      return text === undefined || text === "" ? undefined : Number(text);
    },
    openPosition() {
      const file = openSync(positionPath, "w");
      return {
        note: (input) => void writeSync(file, String(input).padStart(12), 0),
        close: () => closeSync(file),
      };
    },
    remove() {
      rmSync(path, { force: true });
      rmSync(positionPath, { force: true });
    },
  };
}
