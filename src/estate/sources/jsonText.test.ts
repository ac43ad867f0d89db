import { describe, expect, test } from 'vitest';
import { parseJson } from './jsonText.ts';
import { SourceError } from './reading.ts';

describe('JSON that cannot be read is told with line and column', () => {
  test.each([
    ['', '', 'empty'],
    [' \n', '', 'empty'],
    ['{"a": 1,\n "b": [1, 2', 'line 2, column 12', 'ends before it is complete'],
    ['{"a": }', 'line 1, column 7', 'a value was expected'],
    ['{"a" 1}', 'line 1, column 6', 'a colon was expected'],
    ['{\n  a: 1\n}', 'line 2, column 3', 'a member name in double quotes or } was expected'],
    ['{"a": 1,}', 'line 1, column 9', 'a member name in double quotes was expected'],
    ['[1, ]', 'line 1, column 5', 'a value was expected'],
    ['[1 2]', 'line 1, column 4', 'a comma or the closing bracket'],
    ['[1}', 'line 1, column 3', 'a comma or the closing bracket'],
    ['{"a": 1}\n{"b": 2}', 'line 2, column 1', 'the end of the text was expected'],
    ['{"a": "line\nbreak"}', 'line 1, column 12', 'may hold no line break'],
    ['{"a": "C:\\x"}', 'line 1, column 10', 'no escape that JSON does not have'],
    ['{"a": "cut o', 'line 1, column 13', 'ends before it is complete'],
    ['{"cut o', 'line 1, column 8', 'ends before it is complete'],
    ['['.repeat(100_000) + ']'.repeat(100_000), '', 'nested more than 200 deep'],
    ['{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000), '', 'nested more than 200 deep'],
    ['{"a": 01}', 'line 1, column 7', 'a value was expected'],
    ['Error: no state', 'line 1, column 1', 'a value was expected'],
    ['{\u0000"\u0000', '', 'UTF-8'],
  ])('%.60j', (text, place, why) => {
    let caught: unknown;
    try {
      parseJson(text, 'infra.tfstate');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(SourceError);
    expect(caught).toMatchObject({ where: 'infra.tfstate', place });
    expect((caught as SourceError).message).toContain(why);
  });

  test('far into a large file', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `  {"name": "node-${index}", "port": 8080}`);
    const text = `[\n${lines.join(',\n')}\n`;
    expect(() => parseJson(text, 'mesh.json')).toThrow(/line 20002, column 1: the JSON ends/);
  });
});

test('a byte order mark is passed over', () => {
  expect(parseJson('\uFEFF{"a": [1, -2.5e3, "\\u00e9", true, null, {}]}', 'x')).toEqual({
    a: [1, -2500, 'é', true, null, {}],
  });
});
