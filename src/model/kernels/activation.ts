// What the kernels can do to a sum before they store it.

/** `code` is the one of assembly/activation.ts; low and high are the limits of a clamp. */
export type Activation = { code: number; low: number; high: number };

const clamp = (low: number, high: number): Activation => ({ code: 1, low, high });
const curve = (code: number): Activation => ({ code, low: 0, high: 0 });

export const linear: Activation = { code: 0, low: 0, high: 0 };

export const activations = {
  relu: clamp(0, Infinity),
  relu6: clamp(0, 6),
  sigmoid: curve(2),
  swish: curve(3),
  hardSwish: curve(4),
  elu: curve(5),
  tanh: curve(6),
} as const;
