// The recipes by name, loaded when asked for.

import type { Recipe } from "./recipe.ts";

const RECIPES: Record<string, () => Promise<Recipe>> = {
  mnist: async () => (await import("./mnist.ts")).mnist,
};

export const RECIPE_NAMES = Object.keys(RECIPES);

/** `name` is one of RECIPE_NAMES. */
export const loadRecipe = (name: string): Promise<Recipe> => RECIPES[name]();
