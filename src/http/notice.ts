// Stands in every answer.

export const NOTICE =
  "Research and engineering software. Not a medical device; not for diagnosis, treatment or any clinical decision.";
