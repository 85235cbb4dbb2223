// The matrix that makes a covariance the identity: the inverse of its Cholesky factor.

/** Takes a symmetric positive definite matrix, row-major; gives the lower triangle by rows; undefined when it is none. */
export function whiteningMatrix(covariance: Float64Array, columns: number): Float64Array | undefined {
  const factor = new Float64Array(columns * columns);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = covariance[i * columns + j];
      for (let k = 0; k < j; k++) rest -= factor[i * columns + k] * factor[j * columns + k];
      if (i === j && !(rest > 0)) return undefined;
      factor[i * columns + j] = i === j ? Math.sqrt(rest) : rest / factor[j * columns + j];
    }
  }
  const inverse = new Float64Array(columns * columns);
  const triangle: number[] = [];
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= factor[i * columns + k] * inverse[k * columns + j];
      inverse[i * columns + j] = sum / factor[i * columns + i];
      triangle.push(inverse[i * columns + j]);
    }
  }
  return Float64Array.from(triangle);
}
