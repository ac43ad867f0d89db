import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../documents.ts';
import { evaluate } from './evaluate.ts';
import { statementsOf } from './statement.ts';

const SERVICE = 'arn:aws:ecs:eu-west-1:111122223333:service/shop/user';
type Given = Readonly<Record<string, string | readonly string[]>>;

/** What a policy of these statements says of a call. */
function verdict(statements: object | object[], asked: { action?: string; resource?: string; context?: Given } = {}) {
  const { action = 'ecs:UpdateService', resource = SERVICE, context = {} } = asked;
  const values = new Map(
    Object.entries(context).map(([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value]),
  );
  const document = checkPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'permissions');
  return evaluate(statementsOf(JSON.parse(document) as Record<string, unknown>), {
    action,
    resource,
    context: (key) => values.get(key.toLowerCase()),
  });
}

const allow = (over: object = {}) => ({ Effect: 'Allow', Action: 'ecs:UpdateService', Resource: '*', ...over });
const deny = (over: object = {}) => ({ ...allow(over), Effect: 'Deny' });
const under = (Condition: object, context: Given = {}) => verdict(allow({ Condition }), { context });

describe('N64: a statement that denies outweighs those that allow, and nothing is allowed unsaid', () => {
  test.each([
    ['one that allows', allow(), 'allows'],
    ['one of something else', allow({ Action: 'ecs:DeleteService' }), 'silent'],
    ['one that denies after one that allows', [allow(), deny()], 'denies'],
    ['one that denies before one that allows', [deny(), allow()], 'denies'],
    ['one that denies something else', [allow(), deny({ Action: 'ecs:DeleteService' })], 'allows'],
    ['one that denies alone', deny(), 'denies'],
  ])('%s', (_title, statements, expected) => expect(verdict(statements)).toBe(expected));
});

test.each([
  ['ecs:UpdateService', true],
  ['ECS:updateservice', true],
  ['ecs:*', true],
  ['ecs:Update*', true],
  ['ecs:UpdateServic?', true],
  ['*', true],
  ['ecs:Update', false],
  ['ec?:*', true],
  ['ecs:Describe*', false],
])('the action %s', (Action, isMet) => {
  expect(verdict(allow({ Action }))).toBe(isMet ? 'allows' : 'silent');
  const { Action: _left, ...rest } = allow();
  expect(verdict({ ...rest, NotAction: Action })).toBe(isMet ? 'silent' : 'allows');
});

test.each([
  ['*', true],
  [SERVICE, true],
  ['arn:aws:ecs:*:*:service/shop/*', true],
  ['arn:aws:ecs:eu-west-1:111122223333:service/*/user', true],
  ['arn:aws:ecs:*:111122223333:service/shop/use?', true],
  ['arn:aws:ecs', true],
  ['arn:aws:ecs:*:*:service/shop', false],
  ['arn:aws:ecs:us-east-1:*:service/shop/user', false],
  ['arn:aws:ecs:*:service/shop/user', false],
  ['arn:aws:*service/shop/user', false],
  ['arn:aws:ecs:*:*:service/SHOP/user', false],
  ['arn:aws:ecs:*:*:service/\\*/user', false],
])('N62: the resource %s', (Resource, isMet) => {
  expect(verdict(allow({ Resource }))).toBe(isMet ? 'allows' : 'silent');
  const { Resource: _left, ...rest } = allow();
  expect(verdict({ ...rest, NotResource: Resource })).toBe(isMet ? 'silent' : 'allows');
});

test('§14: what has no resource-level permission is allowed on * alone', () => {
  expect(verdict(allow({ Resource: 'arn:aws:ecs:*:*:*' }), { resource: '*' })).toBe('silent');
  expect(verdict(allow(), { resource: '*' })).toBe('allows');
});

describe('N60, N63: condition operators', () => {
  const key = 'aws:ResourceTag/app';
  test.each([
    [{ StringEquals: { [key]: 'shop' } }, 'shop', 'Shop'],
    [{ StringEquals: { [key]: ['other', 'shop'] } }, 'shop', 'kiosk'],
    [{ StringEquals: { [key]: 'sh*' } }, 'sh*', 'shop'],
    [{ StringNotEquals: { [key]: ['a', 'b'] } }, 'c', 'b'],
    [{ StringEqualsIgnoreCase: { [key]: 'SHOP' } }, 'shop', 'kiosk'],
    [{ StringNotEqualsIgnoreCase: { [key]: 'SHOP' } }, 'kiosk', 'shop'],
    [{ StringLike: { [key]: 'sh?p*' } }, 'shops', 'shp'],
    [{ StringNotLike: { [key]: 'sh*' } }, 'kiosk', 'shop'],
    [{ ArnLike: { [key]: 'arn:aws:ecs:*:*:cluster/*' } }, 'arn:aws:ecs:a:b:cluster/c', 'arn:aws:ecs:a:cluster/c'],
    [{ ArnEquals: { [key]: 'arn:aws:ecs:*:*:cluster/c' } }, 'arn:aws:ecs:a:b:cluster/c', 'arn:aws:ecs:a:b:cluster/d'],
    [{ ArnNotEquals: { [key]: 'arn:aws:ecs:*:*:*' } }, 'arn:aws:iam::b:role/c', 'arn:aws:ecs:a:b:cluster/d'],
    [{ ArnNotLike: { [key]: 'arn:aws:ecs:*:*:*' } }, 'arn:aws:iam::b:role/c', 'arn:aws:ecs:a:b:cluster/d'],
    [{ NumericEquals: { [key]: '3' } }, '3.0', '4'],
    [{ NumericNotEquals: { [key]: '3' } }, '4', '3'],
    [{ NumericLessThan: { [key]: 3 } }, '2', '3'],
    [{ NumericLessThanEquals: { [key]: '3' } }, '3', '4'],
    [{ NumericGreaterThan: { [key]: '3' } }, '4', '3'],
    [{ NumericGreaterThanEquals: { [key]: '3' } }, '3', '2'],
    [{ DateEquals: { [key]: '2026-11-20T08:00:00Z' } }, '2026-11-20T09:00:00+01:00', '2026-11-20T09:00:00Z'],
    [{ DateNotEquals: { [key]: '2026-11-20T08:00:00Z' } }, '2026-11-20T08:00:01Z', '2026-11-20T08:00:00.000Z'],
    [{ DateLessThan: { [key]: '2026-11-20T08:00:00Z' } }, '2026-11-20T07:59:59Z', '2026-11-20T08:00:00Z'],
    [{ DateLessThanEquals: { [key]: '2026-11-20T08:00:00Z' } }, '2026-11-20T08:00:00Z', '2026-11-20T08:00:01Z'],
    [{ DateGreaterThan: { [key]: '0' } }, '1970-01-01T00:00:01Z', '1970-01-01T00:00:00Z'],
    [{ DateGreaterThanEquals: { [key]: 1 } }, '1970-01-01T00:00:01Z', '1970-01-01T00:00:00Z'],
    [{ Bool: { [key]: true } }, 'true', 'false'],
    [{ Null: { [key]: 'false' } }, 'there', []],
    [{ Null: { [key]: true } }, [], 'there'],
    [{ 'ForAnyValue:StringEquals': { [key]: ['a', 'b'] } }, ['z', 'b'], ['y', 'z']],
    [{ 'ForAnyValue:StringLike': { [key]: 'a*' } }, ['z', 'ab'], ['y', 'z']],
    [{ 'ForAllValues:StringEquals': { [key]: ['a', 'b'] } }, ['a', 'b'], ['a', 'z']],
    [{ 'ForAllValues:StringLike': { [key]: 'a*' } }, ['a', 'ab'], ['a', 'z']],
    [{ 'ForAllValues:StringNotEquals': { [key]: 'a' } }, ['b', 'c'], ['a', 'b']],
  ])('%j holds for %j, and not for %j', (condition, met, unmet) => {
    expect(under(condition, { [key]: met })).toBe('allows');
    expect(under(condition, { 'AWS:resourcetag/APP': met })).toBe('allows');
    expect(under(condition, { [key]: unmet })).toBe('silent');
  });

  test.each([
    ['StringEquals', false],
    ['StringLike', false],
    ['ArnLike', false],
    ['NumericLessThan', false],
    ['Bool', false],
    ['ForAnyValue:StringEquals', false],
    ['ForAnyValue:StringNotEquals', false],
    ['StringNotEquals', true],
    ['ArnNotLike', true],
    ['StringEqualsIfExists', true],
    ['BoolIfExists', true],
    ['ForAllValues:StringEquals', true],
  ])('%s where the call has no such key', (operator, holds) => {
    expect(under({ [operator]: { [key]: '1' } })).toBe(holds ? 'allows' : 'silent');
  });

  test('IfExists looks at what is there', () => {
    expect(under({ StringEqualsIfExists: { [key]: 'shop' } }, { [key]: 'kiosk' })).toBe('silent');
  });

  test('all operators and all keys must hold', () => {
    const both = { StringEquals: { a: '1', b: '2' }, StringLike: { c: '3*' } };
    expect(under(both, { a: '1', b: '2', c: '33' })).toBe('allows');
    for (const missing of ['a', 'b', 'c']) {
      const context = Object.fromEntries(Object.entries({ a: '1', b: '2', c: '33' }).filter(([k]) => k !== missing));
      expect(under(both, context)).toBe('silent');
    }
  });

  test.each(['IpAddress', 'NotIpAddress', 'BinaryEquals', 'ForAllValues:IpAddress'])(
    'a policy with %s is refused by a word that says it is the lab that refuses',
    (operator) => {
      expect(() => under({ [operator]: { [key]: '1' } })).toThrow(
        expect.objectContaining({
          code: 'MalformedPolicyDocumentException',
          message: expect.stringContaining(`The lab does not serve condition operators for addresses`),
        }),
      );
    },
  );

  test.each(['StringEqual', 'toString', 'NullIfExists', 'ForSome:StringEquals'])('%s is no operator', (operator) => {
    expect(() => under({ [operator]: { [key]: '1' } })).toThrow('Syntax errors in policy.');
  });
});

describe('N61: variables', () => {
  const Resource = 'arn:aws:ecs:*:*:service/${aws:PrincipalTag/cluster}/*';
  const cases: [string, object, Given, string][] = [
    ['a value', { Resource }, { 'aws:PrincipalTag/cluster': 'shop' }, 'allows'],
    ['another value', { Resource }, { 'aws:PrincipalTag/cluster': 'kiosk' }, 'silent'],
    ['no value', { Resource }, {}, 'silent'],
    ['a value that looks like a wildcard', { Resource }, { 'aws:PrincipalTag/cluster': '*' }, 'silent'],
    ['a default', { Resource: Resource.replace('}', ", 'shop'}") }, {}, 'allows'],
    ['an asterisk', { Resource: 'arn:aws:ecs:*:*:service/${*}/*' }, {}, 'silent'],
    ['a condition', { Condition: { StringEquals: { a: '${b}' } } }, { a: '1', b: '1' }, 'allows'],
    ['a condition without its value', { Condition: { StringEquals: { a: '${b}' } } }, { a: '' }, 'silent'],
    ['a value beyond the basic plane', { Condition: { StringLike: { a: '${b}?*' } } }, { a: '😀!', b: '😀' }, 'allows'],
    ['a pattern', { Condition: { StringLike: { a: '${b}-*' } } }, { a: 'x-1', b: 'x' }, 'allows'],
  ];
  test.each(cases)('%s', (_title, over, context, expected) => expect(verdict(allow(over), { context })).toBe(expected));
});
