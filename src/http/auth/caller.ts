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
  /** Whose quota the request counts against: opaque, and never logged. */
  quotaKey: string;
};

export const allowsModel = ({ models }: Pick<Caller, "models">, model: string): boolean =>
  models.includes("*") || models.includes(model);

/** Of those who are not asked who they are. */
export const OPEN_QUOTA_KEY = "open";

/** What tells this caller from others; undefined for those who are not asked who they are. */
export const subjectOf = ({ quotaKey }: Caller): string | undefined =>
  quotaKey === OPEN_QUOTA_KEY ? undefined : quotaKey;
