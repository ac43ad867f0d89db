import type {
  CreateLogGroupRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  LogGroup,
  LogGroupClass,
  PutRetentionPolicyRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import { markerAt, placeIn } from '../marker.ts';
import { notPlayed } from '../notPlayed.ts';
import type { Account, Operation, Service } from '../service.ts';

/** Row N21. */
const RETENTIONS_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const PAGE_MAX = 50;
const MAX_TAGS = 50;

interface LogGroupRecord {
  name: string;
  createdMs: number;
  class: LogGroupClass;
  retentionDays: number | undefined;
  deletionProtected: boolean;
  tags: Map<string, string>;
}

/**
 * Amazon CloudWatch Logs, as far as log groups go, which task definitions name: their retention and their tags. Nothing is written
 * to them: there are no streams and no events, and what asks for those is refused.
 */
export class LogsService implements Service {
  readonly id = 'cloudwatch-logs';
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #groups = new Map<string, LogGroupRecord>();
  readonly #clock: Clock;
  readonly #account: Account;

  constructor({ clock, account }: { clock: Clock; account: Account }) {
    this.#clock = clock;
    this.#account = account;
    this.operations = {
      CreateLogGroup: (input: CreateLogGroupRequest) => this.#create(input),
      DescribeLogGroups: (input: DescribeLogGroupsRequest) => this.#describe(input),
      DeleteLogGroup: (input: { logGroupName?: string }) => this.#delete(input.logGroupName),
      PutRetentionPolicy: (input: PutRetentionPolicyRequest) => this.#retain(input),
      DeleteRetentionPolicy: (input: { logGroupName?: string }) => {
        this.#byName(input.logGroupName).retentionDays = undefined;
      },
      PutLogGroupDeletionProtection: (input: { logGroupIdentifier?: string; deletionProtectionEnabled?: boolean }) => {
        const { logGroupIdentifier: identifier = '', deletionProtectionEnabled: enabled = false } = input;
        const group = identifier.startsWith('arn:') ? this.#byArn(identifier) : this.#byName(identifier);
        group.deletionProtected = enabled;
      },
      TagResource: (input: { resourceArn?: string; tags?: Record<string, string> }) => {
        this.#tag(this.#byArn(input.resourceArn), input.tags);
      },
      UntagResource: (input: { resourceArn?: string; tagKeys?: string[] }) => {
        const { tags } = this.#byArn(input.resourceArn);
        for (const key of input.tagKeys ?? []) tags.delete(key);
      },
      ListTagsForResource: (input: { resourceArn?: string }) => ({
        tags: Object.fromEntries(this.#byArn(input.resourceArn).tags),
      }),
      ListTagsLogGroup: (input: { logGroupName?: string }) => ({
        tags: Object.fromEntries(this.#byName(input.logGroupName).tags),
      }),
    };
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
    };
    this.#tag(group, input.tags);
    this.#groups.set(name, group);
  }

  /** Sorted by name; a prefix and a pattern exclude each other (row N22). */
  #describe(input: DescribeLogGroupsRequest): DescribeLogGroupsResponse {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers: identifiers } = input;
    if (input.includeLinkedAccounts === true) throw notPlayed('cloudwatch-logs', 'log groups of other accounts');
    if (prefix !== undefined && pattern !== undefined) {
      throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    }
    const limit = input.limit ?? PAGE_MAX;
    const after = input.nextToken === undefined ? '' : nameIn(input.nextToken);
    const found = [...this.#groups.values()]
      .filter(
        (group) =>
          group.name > after &&
          group.name.startsWith(prefix ?? '') &&
          group.name.includes(pattern ?? '') &&
          (input.logGroupClass === undefined || group.class === input.logGroupClass) &&
          (identifiers === undefined || identifiers.some((id) => id === group.name || id === this.#arnOf(group))),
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
    const group = this.#byName(name);
    if (group.deletionProtected) {
      throw new AwsError('ValidationException', 'The log group cannot be deleted: its deletion protection is enabled.');
    }
    this.#groups.delete(group.name);
  }

  #retain({ logGroupName, retentionInDays: days = 0 }: PutRetentionPolicyRequest): void {
    const group = this.#byName(logGroupName);
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
      metricFilterCount: 0,
      arn: `${this.#arnOf(group)}:*`,
      logGroupArn: this.#arnOf(group),
      storedBytes: 0,
      logGroupClass: group.class,
      ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
      deletionProtectionEnabled: group.deletionProtected,
    };
  }

  #arnOf({ name }: LogGroupRecord): string {
    return `arn:aws:logs:${this.#account.region}:${this.#account.id}:log-group:${name}`;
  }

  #byName(name = ''): LogGroupRecord {
    const group = this.#groups.get(name);
    if (group === undefined) throw missing('The specified log group does not exist.');
    return group;
  }

  /** Without the `:*` that DescribeLogGroups puts behind `arn` (row N23). */
  #byArn(arn = ''): LogGroupRecord {
    const group = [...this.#groups.values()].find((candidate) => this.#arnOf(candidate) === arn);
    if (group === undefined) throw missing(`The specified resource does not exist: ${arn}`);
    return group;
  }
}

function nameIn(token: string): string {
  const name = placeIn(token);
  if (name === undefined) throw invalid('The specified nextToken is invalid.');
  return name;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

function missing(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
