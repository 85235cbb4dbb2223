// The recipes by name, loaded when asked for.

import type { Recipe } from "./recipe.ts";

const RECIPES: Record<string, () => Promise<Recipe>> = {
  breast: async () => (await import("./breast.ts")).breast,
  "chest-xray": async () => (await import("./chest-xray.ts")).chestXray,
  mnist: async () => (await import("./mnist.ts")).mnist,
  "mnist-cnn": async () => (await import("./mnist-cnn.ts")).mnistCnnRecipe,
  pneumonia: async () => (await import("./pneumonia.ts")).pneumonia,
  retina: async () => (await import("./retina.ts")).retina,
};

export const RECIPE_NAMES = Object.keys(RECIPES);

/** `name` is one of RECIPE_NAMES. */
export const loadRecipe = (name: string): Promise<Recipe> => RECIPES[name]();
