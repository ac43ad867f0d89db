import type {
  CreateLogGroupRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  LogGroup,
  PutRetentionPolicyRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import { markerAt } from '../marker.ts';
import { notPlayed } from '../notPlayed.ts';
import type { LogSink, MetricSink } from '../ports.ts';
import type { Account, Operation, Service } from '../service.ts';
import { filterOperations } from './filterOperations.ts';
import { invalid, type LogGroupRecord, LogGroups, placeAfter } from './logGroups.ts';
import { LogStreams } from './streamOperations.ts';

/** Row N21. */
const RETENTIONS_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const PAGE_MAX = 50;
const MAX_TAGS = 50;

/** Amazon CloudWatch Logs: groups with their retention and their tags, what tasks and others write to them, and what is counted of that. */
export class LogsService implements Service, LogSink {
  readonly id = 'cloudwatch-logs';
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #groups: LogGroups;
  readonly #streams: LogStreams;
  readonly #clock: Clock;

  constructor({ clock, account, metrics }: { clock: Clock; account: Account; metrics: MetricSink }) {
    this.#clock = clock;
    this.#groups = new LogGroups(account);
    const parts = { groups: this.#groups, clock, metrics };
    this.#streams = new LogStreams(parts);
    this.operations = {
      ...this.#streams.operations,
      ...filterOperations(parts),
      CreateLogGroup: (input: CreateLogGroupRequest) => this.#create(input),
      DescribeLogGroups: (input: DescribeLogGroupsRequest) => this.#describe(input),
      DeleteLogGroup: (input: { logGroupName?: string }) => this.#delete(input.logGroupName),
      PutRetentionPolicy: (input: PutRetentionPolicyRequest) => this.#retain(input),
      DeleteRetentionPolicy: (input: { logGroupName?: string }) => {
        this.#groups.byName(input.logGroupName).retentionDays = undefined;
      },
      PutLogGroupDeletionProtection: (input: { logGroupIdentifier?: string; deletionProtectionEnabled?: boolean }) => {
        this.#groups.identified(input).deletionProtected = input.deletionProtectionEnabled ?? false;
      },
      TagResource: (input: { resourceArn?: string; tags?: Record<string, string> }) => {
        this.#tag(this.#groups.byArn(input.resourceArn), input.tags);
      },
      UntagResource: (input: { resourceArn?: string; tagKeys?: string[] }) => {
        const { tags } = this.#groups.byArn(input.resourceArn);
        for (const key of input.tagKeys ?? []) tags.delete(key);
      },
      ListTagsForResource: (input: { resourceArn?: string }) => ({
        tags: Object.fromEntries(this.#groups.byArn(input.resourceArn).tags),
      }),
      ListTagsLogGroup: (input: { logGroupName?: string }) => ({
        tags: Object.fromEntries(this.#groups.byName(input.logGroupName).tags),
      }),
    };
  }

  write(group: string, stream: string, line: string): void {
    this.#streams.write(group, stream, line);
  }

  #create(input: CreateLogGroupRequest): void {
    const { logGroupName: name = '' } = input;
    if (name.startsWith('aws/')) throw invalid('Log groups starting with AWS/ are reserved for AWS.');
    if (input.kmsKeyId !== undefined) throw notPlayed('cloudwatch-logs', 'log groups with a KMS key');
    if (this.#groups.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    }
    const group: LogGroupRecord = {
      name,
      createdMs: this.#clock.now(),
      class: input.logGroupClass ?? 'STANDARD',
      retentionDays: undefined,
      deletionProtected: input.deletionProtectionEnabled ?? false,
      tags: new Map(),
      streams: new Map(),
      filters: new Map(),
    };
    this.#tag(group, input.tags);
    this.#groups.add(group);
  }

  /** Sorted by name; a prefix and a pattern exclude each other (row N22). */
  #describe(input: DescribeLogGroupsRequest): DescribeLogGroupsResponse {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers: identifiers } = input;
    if (input.includeLinkedAccounts === true) throw notPlayed('cloudwatch-logs', 'log groups of other accounts');
    if (prefix !== undefined && pattern !== undefined) {
      throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    }
    const limit = input.limit ?? PAGE_MAX;
    const after = placeAfter(input.nextToken);
    const found = this.#groups
      .all()
      .filter(
        (group) =>
          group.name > after &&
          group.name.startsWith(prefix ?? '') &&
          group.name.includes(pattern ?? '') &&
          (input.logGroupClass === undefined || group.class === input.logGroupClass) &&
          (identifiers === undefined ||
            identifiers.some((id) => id === group.name || id === this.#groups.arnOf(group))),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      logGroups: items.map((group) => this.#present(group)),
      ...(last !== undefined && items.length < found.length ? { nextToken: markerAt(last.name) } : {}),
    };
  }

  #delete(name: string | undefined): void {
    const group = this.#groups.byName(name);
    if (group.deletionProtected) {
      throw new AwsError('ValidationException', 'The log group cannot be deleted: its deletion protection is enabled.');
    }
    this.#groups.delete(group.name);
  }

  #retain({ logGroupName, retentionInDays: days = 0 }: PutRetentionPolicyRequest): void {
    const group = this.#groups.byName(logGroupName);
    if (!RETENTIONS_DAYS.includes(days)) {
      throw invalid(
        `1 validation error detected: Value at 'retentionInDays' failed to satisfy constraint: ` +
          `Member must satisfy enum value set: [${RETENTIONS_DAYS.join(', ')}]`,
      );
    }
    group.retentionDays = days;
  }

  #tag(group: LogGroupRecord, tags: Readonly<Record<string, string>> = {}): void {
    for (const key of Object.keys(tags)) {
      if (key.startsWith('aws:')) throw invalid(`The tag key '${key}' is reserved: it begins with aws:`);
    }
    const all = new Map([...group.tags, ...Object.entries(tags)]);
    if (all.size > MAX_TAGS) {
      throw new AwsError('TooManyTagsException', `A resource can have no more than ${MAX_TAGS} tags.`);
    }
    group.tags = all;
  }

  #present(group: LogGroupRecord): LogGroup {
    return {
      logGroupName: group.name,
      creationTime: group.createdMs,
      metricFilterCount: group.filters.size,
      arn: `${this.#groups.arnOf(group)}:*`,
      logGroupArn: this.#groups.arnOf(group),
      storedBytes: 0,
      logGroupClass: group.class,
      ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
      deletionProtectionEnabled: group.deletionProtected,
    };
  }
}
