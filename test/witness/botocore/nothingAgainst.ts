import { expect } from 'vitest';
import { type Finding, type Judgement, wordsOf } from './judge.ts';
import { isNewer } from './sdkModel.ts';

/** What an answer may have against botocore's model, and why it stands. */
const EXPLAINED_ANSWERS: { place: RegExp; rule: string; why: string }[] = [
  {
    place: /ProvisionedThroughput\.NumberOfDecreasesToday$/,
    rule: 'range',
    why: 'DynamoDB itself answers 0 for a table that was never decreased; its model says at least 1',
  },
  {
    place: /^Table(Description)?\.TableId$/,
    rule: 'pattern',
    why: 'dynalite makes ids that are four digits short (row D12)',
  },
  {
    place: /^TagDescriptions\[\d+\]\.Tags$/,
    rule: 'length',
    why: 'a resource without tags is described with an empty list; the length is that of the request',
  },
];

/** Every service answers these, whether its model has them or not (rows K2, E71, L26). */
const THROTTLED = / (Throttling|ThrottlingException) /;

const isExplained = ({ place, rule }: Finding): boolean =>
  EXPLAINED_ANSWERS.some((one) => one.place.test(place) && one.rule === rule);

/**
 * botocore has nothing against any request, nor against any answer of the lab that is not explained. What is newer than the
 * installed model is listed on standard output.
 */
export function expectNothingAgainst(judgement: Judgement): void {
  expect(judgement.violations.map(wordsOf)).toEqual([]);
  for (const pattern of judgement.uncheckedPatterns) process.stdout.write(`Not checked: the pattern ${pattern}\n`);

  for (const finding of judgement.unknown.filter(isNewer)) process.stdout.write(`Newer: ${wordsOf(finding)}\n`);
  expect(judgement.unknown.filter((finding) => !isNewer(finding)).map(wordsOf)).toEqual([]);

  expect(judgement.answers).toBeGreaterThan(0);
  expect(judgement.answerViolations.filter((finding) => !isExplained(finding)).map(wordsOf)).toEqual([]);
  // An error that the model does not have is said by name, or nobody would notice one that the lab made up.
  const unmodelled = Object.keys(judgement.errors).filter((error) => error.endsWith('(not in the model)'));
  expect(unmodelled.filter((error) => !THROTTLED.test(error))).toEqual([]);
}

/** How many requests each operation was sent by operators: nobody else in a demo has a session of a role. */
export function operatorRequests({ requests }: Judgement): Record<string, number> {
  const sent: Record<string, number> = {};
  for (const [key, operations] of Object.entries(requests)) {
    if (!key.startsWith('ASIA')) continue;
    for (const [name, count] of Object.entries(operations)) sent[name] = (sent[name] ?? 0) + count;
  }
  return sent;
}
