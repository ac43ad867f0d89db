import { expect, test } from 'vitest';
import { shellWord, terraformText } from './texts.ts';

test.each([
  [String.raw`\${file("/etc/passwd")}`.slice(1), '"$${file(\\"/etc/passwd\\")}"'],
  ['%{ for x in y }', '"%%{ for x in y }"'],
  ['a"\n}\nresource', String.raw`"a\" } resource"`],
])('nothing is evaluated in a text in Terraform’s quotes: %s', (attack, quoted) => {
  expect(terraformText(attack)).toBe(quoted);
});

test.each([
  ['frontend-sc:3', 'frontend-sc:3'],
  ['$(id)', "'$(id)'"],
  ['a\nid', "'a id'"],
  ["';id;'", String.raw`''\'';id;'\'''`],
  ['', "''"],
])('%j is one word of a shell', (attack, word) => {
  expect(shellWord(attack)).toBe(word);
});
