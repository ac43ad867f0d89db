import { expect, test } from 'vitest';
import { insideVerdict } from './inside.ts';

test.each([
  ['few calls hold nothing', 10, 10, 'pass', /10 answers: too few/],
  ['within the limit', 1_000, 10, 'pass', /10 errors in 1000 answers \(1 %\)/],
  ['over it by chance perhaps', 60, 1, 'wait', /may be chance/],
  ['over it, proven, is held and taken for no reason to go back', 1_000, 60, 'wait', /held and nothing is taken back/],
] as const)('%s', (_what, requests, errors, verdict, why) => {
  expect(insideVerdict({ requests, errors }, 0.01, 50)).toMatchObject({ verdict, why: expect.stringMatching(why) });
});
