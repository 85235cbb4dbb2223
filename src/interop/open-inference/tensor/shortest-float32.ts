// FP32 values in decimal.

/**
 * The number with the fewest decimal digits that is still this value as FP32: 0.9 and not 0.8999999761581421. Nine digits
 * tell any two FP32 values apart (IEEE 754-2019, 5.12.2).
 */
export function toShortestFloat32(value: number): number {
  const single = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return Number(single.toPrecision(9));
}
