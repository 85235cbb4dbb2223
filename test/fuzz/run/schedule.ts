// Which target an input is for. The answer needs no memory of the inputs before it, so that a run can be taken up anywhere.

export type Scheduled = { target: string; place: number };

/** Targets take turns by their shares. */
export function createSchedule(targets: readonly { name: string; share: number }[]): (input: number) => Scheduled {
  const round: Scheduled[] = [];
  const most = Math.max(...targets.map(({ share }) => share));
  for (let turn = 0; turn < most; turn++) {
    for (const { name, share } of targets) if (turn < share) round.push({ target: name, place: turn });
  }
  const shares = new Map(targets.map(({ name, share }) => [name, share]));
  return (input) => {
    const { target, place } = round[input % round.length];
    return { target, place: Math.floor(input / round.length) * (shares.get(target) ?? 0) + place };
  };
}
