// Who asks, and what they may: the outcome of authentication.

export const SCOPES = ["classify", "models:read", "models:write"] as const;

export type Scope = (typeof SCOPES)[number];

/** `*` alone stands for every model, those published later included. */
export type AllowedModels = readonly string[];

export type Caller = {
  /** The name of the key or of the token's issuer, from the configuration; never anything that the caller sent. */
  name: string;
  scopes: readonly Scope[];
  models: AllowedModels;
  /** Tells this caller from others, for quotas and canaries: opaque, and never logged. An open service knows no callers. */
  quotaKey?: string;
};

export const allowsModel = ({ models }: Pick<Caller, "models">, model: string): boolean =>
  models.includes("*") || models.includes(model);
