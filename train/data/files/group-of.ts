// What a file's name says of its image: whose it is, so that no patient stands on two sides of a split, and which part of
// the whole it belongs to, so that a part that fares worse is seen.

/** `fileName` is without folders; undefined when the name does not say. */
type ReadName = (fileName: string) => string | undefined;

/** `subgroupOf` gives an attribute that may be published. */
export type Grouping = { groupOf: ReadName; subgroupOf?: ReadName };

/**
 * Chest X-rays of Kermany et al. 2018: `person1000_bacteria_2931`, `IM-0115-0001`, `NORMAL2-IM-0007-0001`. Bacterial and
 * viral cases may have been counted apart, so that one number is two children; taking them for one leaks nothing.
 */
const chestXray: Grouping = {
  groupOf: (fileName) => /^(person\d+)_|^((?:NORMAL\d+-)?IM-\d+)-/.exec(fileName)?.slice(1).find(Boolean),
  subgroupOf: (fileName) => {
    const cause = /^person\d+_(bacteria|virus)_/.exec(fileName)?.[1];
    if (cause !== undefined) return `pneumonia, ${cause}`;
    return /^(?:NORMAL\d+-)?IM-\d+-/.test(fileName) ? "normal" : undefined;
  },
};

/** NIH malaria cells: `C100P61ThinF_...` is slide C100 of patient P61; the earliest slides, `C1_thinF_...`, name no patient. */
const malariaCells: Grouping = {
  groupOf: (fileName) => {
    const name = /^(C\d+)[AB]?(P\d+)?/.exec(fileName);
    return name?.[2] ?? name?.[1];
  },
};

/** By the name that the command line and recipes use. */
export const GROUPINGS: ReadonlyMap<string, Grouping> = new Map([
  ["chest-xray", chestXray],
  ["malaria-cells", malariaCells],
]);
