import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Meshlift, startLab } from '../../processes/meshlift.ts';
import { witness } from '../witnesses.ts';
import { AwsCli, REFUSED } from './awsCli.ts';

const { title, skip } = witness('AWS CLI');

interface Read {
  Records: { eventName: string; dynamodb: { Keys: { pk: { S: string } }; NewImage?: { value: { N: string } } } }[];
  NextShardIterator?: string;
}

describe.skipIf(skip)(`${title} reads a stream`, () => {
  let lab: Meshlift;
  let aws: AwsCli;
  const json = async <Answer>(command: string, ...more: string[]): Promise<Answer> => {
    const { exitCode, stdout, stderr } = await aws.run(`${command} --output json`, ...more);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    return JSON.parse(stdout || 'null') as Answer;
  };
  beforeAll(async () => {
    const started = await startLab([]);
    ({ lab } = started);
    aws = new AwsCli(started.ready.environment);
  });
  afterAll(() => lab?.end());

  test('D9: from the table to its stream, its shard, an iterator and the records, page by page; then it is disabled', async () => {
    await json(
      'dynamodb create-table --table-name orders --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=pk,AttributeType=S ' +
        '--key-schema AttributeName=pk,KeyType=HASH --stream-specification StreamEnabled=true,StreamViewType=NEW_IMAGE',
    );
    await aws.run('dynamodb wait table-exists --table-name orders');
    for (const value of ['1', '2']) {
      await aws.run('dynamodb put-item --table-name orders --item', `{"pk":{"S":"a"},"value":{"N":"${value}"}}`);
    }
    const { Streams } = await json<{ Streams: { StreamArn: string }[] }>(
      'dynamodbstreams list-streams --table-name orders',
    );
    const arn = await json<string>('dynamodb describe-table --table-name orders --query Table.LatestStreamArn');
    expect(Streams.map(({ StreamArn }) => StreamArn)).toEqual([arn]);
    const shard = await json<string>(
      `dynamodbstreams describe-stream --stream-arn ${arn} --query StreamDescription.Shards[0].ShardId`,
    );
    const first = await json<string>(
      `dynamodbstreams get-shard-iterator --stream-arn ${arn} --shard-id ${shard} --shard-iterator-type TRIM_HORIZON --query ShardIterator`,
    );
    const read = (iterator: string, more = '') =>
      json<Read>(`dynamodbstreams get-records${more} --shard-iterator`, iterator);
    const one = await read(first, ' --limit 1');
    expect(one.Records.map(({ eventName }) => eventName)).toEqual(['INSERT']);
    const two = await read(one.NextShardIterator ?? '');
    expect(two.Records).toMatchObject([
      { eventName: 'MODIFY', dynamodb: { Keys: { pk: { S: 'a' } }, NewImage: { value: { N: '2' } } } },
    ]);
    await json('dynamodb update-table --table-name orders --stream-specification StreamEnabled=false');
    expect((await read(two.NextShardIterator ?? '')).NextShardIterator).toBeUndefined();
    expect(await aws.run('dynamodbstreams get-records --shard-iterator nonsense')).toMatchObject({
      exitCode: expect.toBeOneOf(REFUSED) as number,
      stderr: expect.stringContaining('ValidationException') as string,
    });
  });
});
