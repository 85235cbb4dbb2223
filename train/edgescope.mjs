#!/usr/bin/env node
// Starts the command line. Plain JavaScript, so that a Node too old to run TypeScript can still say so.

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `edgescope needs Node 22.18 or later and this is ${process.versions.node}. ` +
      "`npm ci` installs a suitable one into node_modules; run the command through npm, for example `npm start`, " +
      "and if you installed with --ignore-scripts, install again without it.",
  );
  process.exit(1);
}
const { main } = await import("./cli.ts");
process.exitCode = await main(process.argv.slice(2));
