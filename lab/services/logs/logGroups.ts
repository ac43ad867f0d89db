import type { LogGroupClass } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../errors.ts';
import { placeIn } from '../marker.ts';
import type { Account } from '../service.ts';
import type { FilterPattern } from './filterPattern.ts';

export interface LogEvent {
  id: string;
  atMs: number;
  ingestedAtMs: number;
  message: string;
}

export interface LogStreamRecord {
  name: string;
  createdMs: number;
  /** In the order of their times. */
  events: LogEvent[];
}

export interface MetricFilterRecord {
  name: string;
  createdMs: number;
  text: string;
  holds: FilterPattern;
  metric: { namespace: string; name: string; value: string; unit: string | undefined };
}

export interface LogGroupRecord {
  name: string;
  createdMs: number;
  class: LogGroupClass;
  retentionDays: number | undefined;
  deletionProtected: boolean;
  tags: Map<string, string>;
  streams: Map<string, LogStreamRecord>;
  filters: Map<string, MetricFilterRecord>;
}

/** The log groups of an account, with all that is in them. */
export class LogGroups {
  readonly #account: Account;
  readonly #groups = new Map<string, LogGroupRecord>();

  constructor(account: Account) {
    this.#account = account;
  }

  all(): LogGroupRecord[] {
    return [...this.#groups.values()];
  }

  has(name: string): boolean {
    return this.#groups.has(name);
  }

  add(group: LogGroupRecord): void {
    this.#groups.set(group.name, group);
  }

  delete(name: string): void {
    this.#groups.delete(name);
  }

  arnOf({ name }: LogGroupRecord): string {
    return `arn:aws:logs:${this.#account.region}:${this.#account.id}:log-group:${name}`;
  }

  byName(name = ''): LogGroupRecord {
    const group = this.#groups.get(name);
    if (group === undefined) throw missing('The specified log group does not exist.');
    return group;
  }

  /** Without the `:*` that DescribeLogGroups puts behind `arn` (row N23). */
  byArn(arn = ''): LogGroupRecord {
    const group = this.all().find((candidate) => this.arnOf(candidate) === arn);
    if (group === undefined) throw missing(`The specified resource does not exist: ${arn}`);
    return group;
  }

  /** By name or by ARN, of which AWS takes either where it says identifier. */
  identified({ logGroupName, logGroupIdentifier }: Identified): LogGroupRecord {
    if (logGroupIdentifier?.startsWith('arn:') === true) return this.byArn(logGroupIdentifier.replace(/:\*$/, ''));
    return this.byName(logGroupName ?? logGroupIdentifier);
  }
}

interface Identified {
  logGroupName?: string | undefined;
  logGroupIdentifier?: string | undefined;
}

/** What a token of a list stands for; the first page has none. */
export function placeAfter(token: string | undefined): string {
  if (token === undefined) return '';
  const place = placeIn(token);
  if (place === undefined) throw invalid('The specified nextToken is invalid.');
  return place;
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function missing(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
