import type { EntryOf } from '../history.ts';

const WHOLE = 100;

/** What a call sets a rule to. */
export interface WrittenWeights {
  /** Green's share, percent: of every group but blue's. */
  green: number;
  /** Of all weights; 100 where one group takes everything. */
  sum: number;
}

const FORWARD = /^Actions\.member\.(\d+)\.ForwardConfig\.TargetGroups\.member\.(\d+)\.(TargetGroupArn|Weight)$/;

/** `undefined` for a call that writes no weights. */
export function writtenWeights(
  { api, input = {} }: EntryOf<'call'>,
  blueTargetGroup: string,
): WrittenWeights | undefined {
  if (api !== 'elasticloadbalancing:ModifyRule') return undefined;
  const groups = new Map<string, { arn: string; weight: number }>();
  for (const [key, value] of Object.entries(input)) {
    const [, action, group, member] = FORWARD.exec(key) ?? [];
    if (member === undefined) continue;
    const one = groups.get(`${action}.${group}`) ?? { arn: '', weight: 1 };
    groups.set(`${action}.${group}`, one);
    if (member === 'Weight') one.weight = Number(value);
    else one.arn = String(value);
  }
  const [first, second] = groups.values();
  if (first === undefined) {
    const plain = Object.entries(input).find(([key]) => /^Actions\.member\.\d+\.TargetGroupArn$/.test(key))?.[1];
    return plain === undefined ? undefined : { green: plain === blueTargetGroup ? 0 : WHOLE, sum: WHOLE };
  }
  if (second === undefined) return { green: first.arn === blueTargetGroup ? 0 : WHOLE, sum: WHOLE };
  const sum = [...groups.values()].reduce((total, { weight }) => total + weight, 0);
  const green = [...groups.values()].reduce(
    (total, { arn, weight }) => total + (arn === blueTargetGroup ? 0 : weight),
    0,
  );
  return { green, sum };
}
