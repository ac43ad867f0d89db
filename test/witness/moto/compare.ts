import type { Elbv2Side, Step } from './steps/step.ts';

/** What came of one step on one side: an answer, or the error that a client sees. */
export type Outcome = { answer: unknown } | { error: string };

/** What each side calls by a name or a number of its own; compared by being there, not by its value. */
const OWN_VALUES = new Set([
  'DNSName',
  'CanonicalHostedZoneId',
  'CreatedTime',
  'VpcId',
  'AvailabilityZones',
  'SecurityGroups',
]);

/** Sends every step, one after the other. Throws where a step fails for another reason than AWS's answer. */
export async function outcomesOf(steps: readonly Step[], side: Elbv2Side): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    try {
      const { $metadata: _, ...answer } = (await step.send(side)) as Record<string, unknown>;
      outcomes.push({ answer: normalised(answer, side) });
    } catch (error) {
      const { Code, $metadata } = error as { Code?: string; $metadata?: { httpStatusCode?: number } };
      if ($metadata === undefined) throw error;
      outcomes.push({ error: `${Code} (${$metadata.httpStatusCode})` });
    }
  }
  return outcomes;
}

/** The answer with ARNs by the names that the steps gave them, and lists of pairs in the order of their keys. */
function normalised(value: unknown, side: Elbv2Side): unknown {
  if (value instanceof Date) return '<time>';
  if (Array.isArray(value)) {
    // A client of the query protocol cannot tell an empty list from none.
    if (value.length === 0) return undefined;
    const items = value.map((one: unknown) => normalised(one, side));
    return items.every((one) => typeof one === 'object' && one !== null && 'Key' in one)
      ? Object.fromEntries(items.map((one) => [(one as { Key: string }).Key, (one as { Value?: string }).Value]))
      : items;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, OWN_VALUES.has(key) ? '<its own>' : normalised(one, side)]),
    );
  }
  if (typeof value !== 'string' || !value.startsWith('arn:')) return value;
  return [...side.arns].find(([, arn]) => arn === value)?.[0] ?? '<arn>';
}

/** How two outcomes of one step differ, the lab's first: `Rules.0.Priority: "10" / "20"`, or `RuleNotFound (400) / answered`. */
export function differencesOf(lab: Outcome, moto: Outcome): string[] {
  if ('answer' in lab && 'answer' in moto) return differences(lab.answer, moto.answer, '');
  const [ours, theirs] = [lab, moto].map((one) => ('error' in one ? one.error : 'answered'));
  return ours === theirs ? [] : [`${ours} / ${theirs}`];
}

function differences(lab: unknown, moto: unknown, place: string): string[] {
  if (isObject(lab) && isObject(moto)) {
    const keys = [...new Set([...Object.keys(lab), ...Object.keys(moto)])].toSorted();
    return keys.flatMap((key) => differences(lab[key], moto[key], place === '' ? key : `${place}.${key}`));
  }
  const [ours, theirs] = [lab, moto].map((one) => (one === undefined ? 'nothing' : JSON.stringify(one)));
  return ours === theirs ? [] : [`${place}: ${ours} / ${theirs}`];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
