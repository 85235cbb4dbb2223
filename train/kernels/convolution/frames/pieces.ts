// Batches cut into pieces whose framed pixels stay in a core's cache: several whole images, or some lines of one. Pure.

/** Images from `image` on, of which `lines` output lines from `line` on are computed. */
export type Piece = { image: number; images: number; line: number; lines: number };

/** `lineBytes` is what an output line takes; no piece is smaller than one. */
export function cutIntoPieces(images: number, lines: number, lineBytes: number, maxBytes: number): Piece[] {
  const linesAtOnce = Math.max(1, Math.floor(maxBytes / lineBytes));
  const pieces: Piece[] = [];
  if (linesAtOnce >= lines) {
    const imagesAtOnce = Math.floor(linesAtOnce / lines);
    for (let image = 0; image < images; image += imagesAtOnce) {
      pieces.push({ image, images: Math.min(imagesAtOnce, images - image), line: 0, lines });
    }
    return pieces;
  }
  for (let image = 0; image < images; image++) {
    for (let line = 0; line < lines; line += linesAtOnce) {
      pieces.push({ image, images: 1, line, lines: Math.min(linesAtOnce, lines - line) });
    }
  }
  return pieces;
}
