import type { Input } from './dynamodbstreams/streamsService.ts';
import type { Need } from './services/iam/needs/need.ts';
import { tagsIn } from './services/iam/needs/need.ts';
import type { Account } from './services/service.ts';
import { isRecord } from './wire/jsonCheck.ts';

/** Operations that are about no table of their own. */
const ON_ANYTHING: ReadonlySet<string> = new Set(['ListTables', 'ListStreams', 'DescribeLimits']);

/**
 * What an operation of DynamoDB or of its streams asks for (§14): its action on the table, or on the index that is read, or on the stream. A batch
 * asks for itself on each table, a transaction for the action of each of its parts. What leads the key of an item is not told to conditions.
 */
export function dynamoDbNeeds(operation: string, input: Input, account: Account): Need[] {
  const action = `dynamodb:${operation}`;
  const tableArn = (name: unknown) =>
    String(name).startsWith('arn:')
      ? String(name)
      : `arn:aws:dynamodb:${account.region}:${account.id}:table/${String(name)}`;
  const { TableName, IndexName, RequestItems, TransactItems, StreamArn, ShardIterator, ResourceArn } = input;
  if (ON_ANYTHING.has(operation)) return [{ action, resource: '*' }];
  if (isRecord(RequestItems)) return Object.keys(RequestItems).map((table) => ({ action, resource: tableArn(table) }));
  if (Array.isArray(TransactItems)) {
    return TransactItems.filter(isRecord).flatMap((item) =>
      Object.entries(item).map(([part, of]) => ({
        action: `dynamodb:${ACTION_OF_PART[part] ?? part}`,
        resource: tableArn(isRecord(of) ? of['TableName'] : undefined),
        context: { 'dynamodb:EnclosingOperation': operation },
      })),
    );
  }
  if (typeof StreamArn === 'string') return [{ action, resource: StreamArn }];
  if (typeof ShardIterator === 'string') return [{ action, resource: ShardIterator.split('|')[0] ?? '*' }];
  if (typeof ResourceArn === 'string') {
    const tags = tagsOf(input['Tags']);
    const keys = Array.isArray(input['TagKeys']) ? input['TagKeys'].map(String) : undefined;
    return [{ action, resource: ResourceArn, requestTags: tags, tagKeys: keys }];
  }
  if (TableName === undefined) return [{ action, resource: '*' }];
  if (typeof IndexName === 'string') return [{ action, resource: `${tableArn(TableName)}/index/${IndexName}` }];
  const tags = operation === 'CreateTable' ? tagsOf(input['Tags']) : undefined;
  const need = { action, resource: tableArn(TableName), requestTags: tags };
  return tags === undefined ? [need] : [need, { ...need, action: 'dynamodb:TagResource' }];
}

const ACTION_OF_PART: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

const tagsOf = (given: unknown) =>
  Array.isArray(given) ? tagsIn(given as { Key?: string; Value?: string }[]) : undefined;
