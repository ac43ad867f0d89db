import { expect, test } from 'vitest';
import { alarmsAsked } from './rule.ts';

test.each([
  ['ALARM(a)', ['ALARM a']],
  ['ALARM("a b") AND NOT OK("c")', ['ALARM a b', 'OK c']],
  ['(ALARM("a") OR INSUFFICIENT_DATA("a")) AND TRUE', ['ALARM a', 'INSUFFICIENT_DATA a']],
  ['ALARM("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop: 5xx")', ['ALARM shop: 5xx']],
  ['ALARM(arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop-5xx)', ['ALARM shop-5xx']],
  [String.raw`ALARM("say \"no\"")`, ['ALARM say "no"']],
  ['ALARM("(a, b)")', ['ALARM (a, b)']],
  ['AT_LEAST(2, ALARM, (a, "b c", d)) OR OK(e)', ['ALARM a', 'ALARM b c', 'ALARM d', 'OK e']],
  ['AT_LEAST(50%, NOT OK, (a))', ['OK a']],
  ['FALSE', []],
  ['', []],
])('%s', (rule, wanted) => {
  expect(alarmsAsked(rule).map(({ name, state }) => `${state} ${name}`)).toEqual(wanted);
});
