// JSON that people can read too: indented, with lists of numbers on one line.

/** No string of the value changes: a line break within one is escaped. */
export const toReadableJson = (value: unknown): string =>
  `${JSON.stringify(value, undefined, 2).replace(/\[\n[-\d.eE+,\s]+\]/g, (list) => list.replaceAll(/\s+/g, " "))}\n`;
