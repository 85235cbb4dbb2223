// A covariance that can be inverted however few the samples: shrunk towards a multiple of the identity as far as the
// data say (Ledoit and Wolf 2004, "A well-conditioned estimator for large-dimensional covariance matrices").

/** `covariance` is row-major, columns x columns. `shrinkage` is 0 for the sample covariance, 1 for the identity's multiple. */
export type ShrunkCovariance = { covariance: Float64Array; shrinkage: number };

/** `centred` has a row a sample, each column with mean zero. */
export function ledoitWolf(centred: readonly ArrayLike<number>[], columns: number): ShrunkCovariance {
  const samples = centred.length;
  const covariance = new Float64Array(columns * columns);
  let fourth = 0;
  for (const row of centred) {
    let squared = 0;
    for (let i = 0; i < columns; i++) {
      squared += row[i] ** 2;
      for (let j = 0; j <= i; j++) covariance[i * columns + j] += (row[i] * row[j]) / samples;
    }
    fourth += squared ** 2;
  }
  let trace = 0;
  let squares = 0;
  for (let i = 0; i < columns; i++) {
    trace += covariance[i * columns + i];
    for (let j = 0; j <= i; j++) {
      covariance[j * columns + i] = covariance[i * columns + j];
      squares += (i === j ? 1 : 2) * covariance[i * columns + j] ** 2;
    }
  }
  const mean = trace / columns;
  // How far the sample covariance is from the target, and how much of that is noise; both divided by the columns.
  const distance = (squares - columns * mean ** 2) / columns;
  const noise = (fourth / samples - squares) / (columns * samples);
  const shrinkage = distance > 0 ? Math.min(1, Math.max(0, noise / distance)) : 1;
  for (let i = 0; i < columns * columns; i++) {
    covariance[i] = (1 - shrinkage) * covariance[i] + (i % (columns + 1) === 0 ? shrinkage * mean : 0);
  }
  return { covariance, shrinkage };
}
