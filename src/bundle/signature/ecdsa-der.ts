// ECDSA P-256 signatures between the two forms in use: WebCrypto's raw r || s (64 bytes) and the DER sequence of two
// integers (RFC 3279 section 2.2.3) that DSSE envelopes carry.

const COORDINATE_BYTES = 32;

/** Minimal DER, as X.690 section 8.3 wants its integers. */
export function rawToDer(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const r = toDerInteger(raw.subarray(0, COORDINATE_BYTES));
  const s = toDerInteger(raw.subarray(COORDINATE_BYTES));
  return Uint8Array.from([0x30, r.length + s.length, ...r, ...s]);
}

/** Undefined for anything but the minimal DER of two integers of at most 32 bytes. */
export function derToRaw(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const rLength = der[3] ?? 0;
  const raw = new Uint8Array(2 * COORDINATE_BYTES);
  const rOk = readDerInteger(der.subarray(2, 4 + rLength), raw.subarray(0, COORDINATE_BYTES));
  const sOk = readDerInteger(der.subarray(4 + rLength), raw.subarray(COORDINATE_BYTES));
  return rOk && sOk ? raw : undefined;
}

function toDerInteger(coordinate: Uint8Array): number[] {
  let start = 0;
  while (start < coordinate.length - 1 && coordinate[start] === 0) start++;
  const digits = [...coordinate.subarray(start)];
  // A leading bit of one would make the integer negative.
  if ((digits[0] ?? 0) >= 0x80) digits.unshift(0);
  return [0x02, digits.length, ...digits];
}

/** Writes the integer right-aligned into `target`. */
function readDerInteger(integer: Uint8Array, target: Uint8Array): boolean {
  let digits = integer.subarray(2);
  const [first = 0, second = 0] = digits;
  if (integer[0] !== 0x02 || integer[1] !== digits.length || digits.length === 0 || first >= 0x80) return false;
  if (first === 0 && digits.length > 1) {
    if (second < 0x80) return false;
    digits = digits.subarray(1);
  }
  if (digits.length > target.length) return false;
  target.set(digits, target.length - digits.length);
  return true;
}
