import { expect, test } from 'vitest';
import { wildcard } from './wildcard.ts';

test.each([
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['a*c', 'abbc', true],
  ['a*c', 'abcb', false],
  ['*ab*ab', 'abxabab', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['??', 'a', false],
  ['a*', 'a\nb', true],
  ['/api/*', '/api/', true],
  ['/api/*', '/api', false],
  ['a.c', 'abc', false],
  ['[a]', '[a]', true],
  [String.raw`a\*c`, 'a*c', true],
  [String.raw`a\*c`, 'abc', false],
  [String.raw`a\?`, 'ab', false],
  [String.raw`a\b`, String.raw`a\b`, true],
])('%j and %j: %s', (pattern, text, expected) => {
  expect(wildcard(pattern)(text)).toBe(expected);
});

test('letters count whatever their case where they are to', () => {
  expect(wildcard('*.Example.com')('shop.example.COM')).toBe(false);
  expect(wildcard('*.Example.com', { ignoreCase: true })('shop.example.COM')).toBe(true);
});

test('no pattern takes long', () => {
  const began = performance.now();
  expect(wildcard(`${'*a'.repeat(60)}b`)('a'.repeat(10_000))).toBe(false);
  expect(performance.now() - began).toBeLessThan(2000);
});
