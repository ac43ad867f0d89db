import { expect, test } from 'vitest';
import { dynamoDbNeeds } from './dynamoDbNeeds.ts';

const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/plans';
const STREAM = `${TABLE}/stream/2026-11-01T00:00:00.000`;

const CASES: [string, object, [string, string][]][] = [
  ['ListTables', {}, [['dynamodb:ListTables', '*']]],
  ['ListStreams', { TableName: 'plans' }, [['dynamodb:ListStreams', '*']]],
  ['GetItem', { TableName: 'plans' }, [['dynamodb:GetItem', TABLE]]],
  ['GetItem', { TableName: TABLE }, [['dynamodb:GetItem', TABLE]]],
  ['Query', { TableName: 'plans', IndexName: 'byApp' }, [['dynamodb:Query', `${TABLE}/index/byApp`]]],
  [
    'BatchWriteItem',
    { RequestItems: { plans: [], other: [] } },
    [
      ['dynamodb:BatchWriteItem', TABLE],
      ['dynamodb:BatchWriteItem', TABLE.replace('plans', 'other')],
    ],
  ],
  [
    'TransactWriteItems',
    { TransactItems: [{ Put: { TableName: 'plans' } }, { ConditionCheck: { TableName: 'plans' } }] },
    [
      ['dynamodb:PutItem', TABLE],
      ['dynamodb:ConditionCheckItem', TABLE],
    ],
  ],
  ['DescribeStream', { StreamArn: STREAM }, [['dynamodb:DescribeStream', STREAM]]],
  ['GetRecords', { ShardIterator: `${STREAM}|1|abc` }, [['dynamodb:GetRecords', STREAM]]],
  ['TagResource', { ResourceArn: TABLE, Tags: [{ Key: 'a', Value: 'b' }] }, [['dynamodb:TagResource', TABLE]]],
  ['CreateTable', { TableName: 'plans' }, [['dynamodb:CreateTable', TABLE]]],
  [
    'CreateTable',
    { TableName: 'plans', Tags: [{ Key: 'a', Value: 'b' }] },
    [
      ['dynamodb:CreateTable', TABLE],
      ['dynamodb:TagResource', TABLE],
    ],
  ],
];

test.each(CASES)('§14: DynamoDB %s with %j', (operation, input, expected) => {
  const needs = dynamoDbNeeds(operation, { ...input }, { id: '111122223333', region: 'eu-west-1' });
  expect(needs.map(({ action, resource }) => [action, resource])).toEqual(expected);
});
