// The process that puts the inputs: `node put-inputs.ts <account file> <seed> <inputs>`. Whoever started it sees when it
// ends otherwise than by itself, or no longer goes on.

import { TARGETS } from "../targets/all-targets.ts";
import { createAccountFile } from "./account-file.ts";
import { createCampaign, openAccount } from "./campaign.ts";

const SAVE_MS = 1000;

// Two processes would write one account.
process.once("disconnect", () => process.exit());

const [path, seed, inputs] = process.argv.slice(2);
const file = createAccountFile(path, TARGETS);
const account = file.read() ?? openAccount(Number(seed));
const position = file.openPosition();
let savedAt = performance.now();
const growth = await createCampaign(TARGETS).run(account, Number(inputs), (input) => {
  if (performance.now() - savedAt > SAVE_MS) {
    file.write(account);
    savedAt = performance.now();
  }
  position.note(input);
});
position.close();
for (const what of growth) account.findings.push({ target: "growth", place: account.next, what });
file.write(account);
// What requests have left waiting is of no use to anybody.
process.exit(0);
