// Whose picture it is, from a file's name: the patient, so that no patient stands on two sides of a split.

/** `fileName` is without folders; undefined when the name does not say. */
export type GroupOf = (fileName: string) => string | undefined;

/** Chest X-rays of Kermany et al. 2018: `person1000_bacteria_2931`, `IM-0115-0001`, `NORMAL2-IM-0007-0001`. */
const chestXray: GroupOf = (fileName) =>
  /^(person\d+)_|^((?:NORMAL\d+-)?IM-\d+)-/.exec(fileName)?.slice(1).find(Boolean);

/** NIH malaria cells: `C100P61ThinF_...` is slide C100 of patient P61; the earliest slides, `C1_thinF_...`, name no patient. */
const malariaCells: GroupOf = (fileName) => {
  const name = /^(C\d+)[AB]?(P\d+)?/.exec(fileName);
  return name?.[2] ?? name?.[1];
};

/** By the name that the command line and recipes use. */
export const GROUPINGS: ReadonlyMap<string, GroupOf> = new Map([
  ["chest-xray", chestXray],
  ["malaria-cells", malariaCells],
]);
