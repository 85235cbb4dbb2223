// Names from outside as text that may go to a terminal: no control characters, no changes of writing direction.

export const printable = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\uFFFD");
