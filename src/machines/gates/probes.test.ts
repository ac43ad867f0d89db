import { describe, expect, test } from 'vitest';
import type { HttpProbe } from '../../plan/probes.ts';
import { pass, unknown } from '../../plan/verdict.ts';
import type { ProbeAnswer } from './probeAnswer.ts';
import { inARow, PASSES_WANTED, probeVerdict } from './probes.ts';

const probe = (changes: Partial<HttpProbe> = {}): HttpProbe => ({
  service: 'frontend',
  path: '/health',
  host: null,
  expect: { status: 200, headers: {}, json: {} },
  parity: null,
  ...changes,
});

type Answered = Extract<ProbeAnswer, { kind: 'answered' }>;

const answer = (changes: Partial<Answered> = {}): Answered => ({
  kind: 'answered',
  status: 200,
  headers: {},
  body: '{}',
  isWhole: true,
  ...changes,
});

const expecting = (expected: Partial<HttpProbe['expect']>, green: ProbeAnswer) =>
  probeVerdict(probe({ expect: { status: 200, headers: {}, json: {}, ...expected } }), { green, blue: undefined });

describe('what green is expected to answer', () => {
  test('passes where status, headers and body are as wanted', () => {
    const green = answer({ headers: { 'x-version': '2' }, body: '{"a":{"b/c":[null,{"~":1}]}}' });
    expect(expecting({ headers: { 'x-version': '2' }, json: { '/a/b~1c/0': null, '/a/b~1c/1/~0': 1 } }, green)).toEqual(
      pass('green answers 200 as expected'),
    );
  });

  test.each<[string, Partial<HttpProbe['expect']>, Partial<Answered>, string]>([
    ['status', {}, { status: 503 }, 'status 503, not 200'],
    [
      'redirect',
      {},
      { status: 302, headers: { location: 'https://login' } },
      'status 302, not 200 (redirected to "https://login")',
    ],
    ['header', { headers: { etag: 'a' } }, { headers: { etag: 'b' } }, 'header etag is "b", not "a"'],
    ['header that is not there', { headers: { etag: 'a' } }, {}, 'header etag is absent, not "a"'],
    ['value', { json: { '/up': true } }, { body: '{"up":"true"}' }, '/up is "true", not true'],
    ['value that is not there', { json: { '/up': null } }, { body: '{}' }, '/up is absent, not null'],
    ['inherited member', { json: { '/constructor/name': 'Object' } }, { body: '{}' }, 'is absent'],
    ['place in a list', { json: { '/01': 1 } }, { body: '[0,1]' }, '/01 is absent'],
    ['body', { json: { '/up': true } }, { body: '<html>' }, 'the body is no JSON'],
    ['length', { json: { '/up': true } }, { isWhole: false }, 'too long to be read'],
  ])('fails at the first wrong %s, and says what to do', (_what, expected, changes, words) => {
    const { verdict, why } = expecting(expected, answer(changes));
    expect(verdict).toBe('fail');
    expect(why).toContain(words);
    expect(why).toContain('Green gets no weight');
  });

  test('is not known where nobody answered', () => {
    expect(expecting({}, { kind: 'notReached', why: 'no answer within 5 s' })).toEqual(
      unknown('green was not asked: no answer within 5 s'),
    );
  });
});

const parity = (
  green: Partial<Answered>,
  blue: Partial<Answered>,
  wanted: Partial<NonNullable<HttpProbe['parity']>> = {},
) =>
  probeVerdict(probe({ parity: { headers: [], ignore: [], ...wanted } }), {
    green: answer(green),
    blue: answer(blue),
  });

describe('parity', () => {
  test('passes where both mean the same', () => {
    expect(parity({ body: '{"a":1,"b":2}' }, { body: '{ "b": 2, "a": 1 }' }).verdict).toBe('pass');
    expect(parity({ body: '<html>' }, { body: '<html>' }).verdict).toBe('pass');
    expect(parity({ headers: { etag: 'a' } }, { headers: { etag: 'b' } }).verdict).toBe('pass');
    expect(parity({ body: '{"a":{"b":1}}' }, { body: '{"a":{"b":2}}' }, { ignore: ['/a'] }).verdict).toBe('pass');
  });

  test.each<[Partial<Answered>, Partial<Answered>, string]>([
    [{}, { status: 404 }, 'status 200, blue’s 404'],
    [{ headers: { etag: 'a' } }, { headers: { etag: 'b' } }, 'header etag is "a", blue’s "b"'],
    [{ body: '{"a":[1,2]}' }, { body: '{"a":[1]}' }, '/a/1 is 2, blue’s absent'],
    [{ body: '{"x/y":1}' }, { body: '{"x/y":{}}' }, '/x~1y is 1, blue’s {}'],
    [{ body: '[]' }, { body: '{}' }, 'the body is [], blue’s {}'],
    [{ body: 'green' }, { body: 'blue' }, 'the body is "green", blue’s "blue"'],
    [{ isWhole: false }, {}, 'too long'],
  ])('fails where they differ: %j and %j', (green, blue, words) => {
    const { verdict, why } = parity(green, blue, { headers: ['etag'] });
    expect(verdict).toBe('fail');
    expect(why).toContain(words);
  });

  test('what may differ is a whole name, not the beginning of one', () => {
    expect(
      parity({ body: '{"at":1,"attempts":1}' }, { body: '{"at":2,"attempts":2}' }, { ignore: ['/at'] }).why,
    ).toMatch(/blue: \/attempts is 1, blue’s 2\./);
  });

  test('a green that answers otherwise than expected is not excused by a blue that does so too', () => {
    expect(parity({ status: 500 }, { status: 500 }).verdict).toBe('fail');
  });

  test('is not known where blue was not asked, or was not reached', () => {
    const asked = probe({ parity: { headers: [], ignore: [] } });
    expect(probeVerdict(asked, { green: answer(), blue: undefined }).verdict).toBe('unknown');
    expect(probeVerdict(asked, { green: answer(), blue: { kind: 'notReached', why: 'gone' } }).verdict).toBe('unknown');
  });
});

test('a probe passes once it passed so many looks in a row; a failure needs no second', () => {
  expect(inARow(pass('as expected'), PASSES_WANTED - 1).verdict).toBe('wait');
  expect(inARow(pass('as expected'), PASSES_WANTED).verdict).toBe('pass');
  expect(inARow(unknown('gone'), 0)).toEqual(unknown('gone'));
});

describe('what is told', () => {
  test('names all that is wrong, each with what came and what was wanted', () => {
    expect(expecting({ headers: { etag: 'a' }, json: { '': 1, '/up': true } }, answer({ status: 503 })).why).toMatch(
      /: status 503, not 200; header etag is absent, not "a"; the body is \{\}, not 1; \/up is absent, not true\. /,
    );
    expect(expecting({ json: { '/up': true } }, answer({ body: 'x' })).why).toContain('the body is no JSON. ');
    expect(expecting({ json: { '/1a': 1 } }, answer({ body: '[0,1]' })).why).toContain('/1a is absent');
  });

  test.each([
    ['a'.repeat(58), `"${'a'.repeat(58)}"`],
    ['a'.repeat(59), `"${'a'.repeat(58)}…`],
  ])('shows sixty characters of a value: %s', (value, told) => {
    expect(expecting({ headers: { etag: 'b' } }, answer({ headers: { etag: value } })).why).toContain(
      `header etag is ${told}, not "b"`,
    );
  });

  test('of a comparison names five differences at most', () => {
    const bodies = [1, 2].map((from) =>
      JSON.stringify(Object.fromEntries('abcdef'.split('').map((key) => [key, from]))),
    );
    const { why } = parity({ body: bodies[0] ?? '' }, { body: bodies[1] ?? '' });
    expect(why).toContain('/a is 1, blue’s 2; /b is 1, blue’s 2; ');
    expect(why).toContain('/e is 1');
    expect(why).not.toContain('/f is 1');
  });

  test('says why there is nothing to compare, and what passed', () => {
    const asked = probe({ parity: { headers: ['etag'], ignore: [] } });
    const why = (blue: ProbeAnswer | undefined, green: ProbeAnswer = answer()) =>
      probeVerdict(asked, { green, blue }).why;
    expect(why(undefined)).toBe('blue was not asked, so its answer cannot be compared');
    expect(why({ kind: 'notReached', why: 'gone' })).toBe('blue was not asked: gone');
    expect(why({ kind: 'health', status: 1 })).toBe('blue was not asked: what came back is no answer to a GET');
    expect(why(answer(), { kind: 'health', status: 1 })).toBe(
      'green was not asked: what came back is no answer to a GET',
    );
    expect(why(answer())).toBe('green answers 200 as expected, and as blue does');
    expect(inARow(pass('as expected'), 2).why).toBe('as expected, 2 of 3 times in a row');
  });

  test.each([
    ['[1]', '{"0":1}', 'the body is [1], blue’s {"0":1}'],
    ['{"0":1}', '[1]', 'the body is {"0":1}, blue’s [1]'],
    ['{"a~/b":1}', '{"a~/b":2}', '/a~0~1b is 1, blue’s 2'],
    ['1', '"1"', 'the body is 1, blue’s "1"'],
    ['null', '{}', 'the body is null, blue’s {}'],
  ])('the innermost place in which %s differs from %s', (green, blue, words) => {
    expect(parity({ body: green }, { body: blue }).why).toContain(words);
  });
});
