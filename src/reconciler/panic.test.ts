import { expect, test } from 'vitest';
import { isPanic } from './panic.ts';
import { AwsCallError, LeaseLostError } from './ports.ts';
import { DeadlineExceededError } from './deadline.ts';

test.each([
  ['a fault of the program', new TypeError('x is not a function'), true],
  ['a number out of its range', new RangeError('x'), true],
  ['a name that is not there', new ReferenceError('x'), true],
  ['what is no JSON', new SyntaxError('x'), true],
  ['what is no URI', new URIError('x'), true],
  ['a line of ours that says no more', new Error('Plan shop runs on no spec.'), true],
  ['what is no error at all', 'oops', true],
  ['a lost lease', new LeaseLostError('lost'), false],
  ['a deadline', new DeadlineExceededError('late'), false],
  ['a call', new AwsCallError('ecs:ListServices', 'Denied', 'denied', 'no'), false],
  ['the network', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), false],
  ['an answer of AWS', Object.assign(new Error('no'), { $metadata: { httpStatusCode: 500 } }), false],
])('%s', (_, error, expected) => {
  expect(isPanic(error)).toBe(expected);
});
