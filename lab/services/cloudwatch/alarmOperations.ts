import type {
  CompositeAlarm,
  DeleteAlarmsInput,
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  MetricAlarm,
  PutCompositeAlarmInput,
  PutMetricAlarmInput,
  SetAlarmStateInput,
  StateValue,
  Tag,
} from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';
import type { Account, Operation } from '../service.ts';
import type { AlarmBook } from './alarmBook.ts';
import { readEvaluation, requireActions, requireAlarmName } from './alarmDefinition.ts';
import type { AlarmState, StoredAlarm, StoredCompositeAlarm, StoredMetricAlarm } from './alarmModel.ts';
import { alarmsOf, parseAlarmRule } from './alarmRule.ts';
import { readOffset } from './metricOperations.ts';
import { dimensionRecord } from './metricQuery.ts';
import { INITIAL_REASON } from './stateReason.ts';

const NAMES_MAX = 100;
const STATES: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/** The operations on alarms, over one {@link AlarmBook}. */
export class AlarmOperations {
  readonly table: Readonly<Record<string, Operation>>;
  readonly #clock: Clock;
  readonly #account: Account;
  readonly #book: AlarmBook;

  constructor(clock: Clock, account: Account, book: AlarmBook) {
    this.#clock = clock;
    this.#account = account;
    this.#book = book;
    this.table = {
      PutMetricAlarm: (input: PutMetricAlarmInput) => {
        this.putMetricAlarm(input, undefined);
        return {};
      },
      PutCompositeAlarm: (input: PutCompositeAlarmInput) => this.#putCompositeAlarm(input),
      DescribeAlarms: (input: DescribeAlarmsInput) => this.#describeAlarms(input),
      DescribeAlarmHistory: (input: DescribeAlarmHistoryInput) => this.#describeHistory(input),
      DescribeAlarmsForMetric: (input: DescribeAlarmsForMetricInput) => this.#describeForMetric(input),
      DeleteAlarms: (input: DeleteAlarmsInput) => this.#deleteAlarms(input.AlarmNames ?? []),
      SetAlarmState: (input: SetAlarmStateInput) => this.#setAlarmState(input),
      EnableAlarmActions: (input: { AlarmNames?: string[] }) => this.#switchActions(input.AlarmNames ?? [], true),
      DisableAlarmActions: (input: { AlarmNames?: string[] }) => this.#switchActions(input.AlarmNames ?? [], false),
      TagResource: (input: { ResourceARN?: string; Tags?: Tag[] }) => {
        const { tags } = this.#byArn(input.ResourceARN);
        for (const { Key, Value } of input.Tags ?? []) tags.set(Key ?? '', Value ?? '');
        return {};
      },
      UntagResource: (input: { ResourceARN?: string; TagKeys?: string[] }) => {
        const { tags } = this.#byArn(input.ResourceARN);
        for (const key of input.TagKeys ?? []) tags.delete(key);
        return {};
      },
      ListTagsForResource: (input: { ResourceARN?: string }) => ({
        Tags: [...this.#byArn(input.ResourceARN).tags].map(([Key, Value]) => ({ Key, Value })),
      }),
    };
  }

  /** Row W5: an existing alarm's definition is overwritten whole, its state stays, and `Tags` are ignored. */
  putMetricAlarm(input: PutMetricAlarmInput, onState: ((state: StateValue) => void) | undefined): void {
    const evaluation = readEvaluation(input);
    const { Tags, ...definition } = structuredClone(input);
    const alarm: StoredMetricAlarm = {
      kind: 'metric',
      ...this.#base(input.AlarmName ?? '', 'metric', input.ActionsEnabled, Tags),
      definition,
      evaluation,
      onState,
    };
    this.#book.put(alarm);
  }

  #putCompositeAlarm(input: PutCompositeAlarmInput): object {
    requireAlarmName(input.AlarmName);
    for (const member of ['ActionsSuppressor', 'ActionConfiguration'] as const) {
      if (input[member] !== undefined) throw notPlayed('cloudwatch', member);
    }
    const { OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = structuredClone(input);
    requireActions({ OKActions, AlarmActions, InsufficientDataActions });
    const rule = parseAlarmRule(input.AlarmRule ?? '');
    const unknown = alarmsOf(rule).filter((name) => this.#book.get(name) === undefined);
    if (unknown.length > 0) {
      throw new AwsError(
        'ValidationError',
        `AlarmRule must not contain alarms that do not exist: ${unknown.join(', ')}.`,
      );
    }
    this.#book.put({
      kind: 'composite',
      ...this.#base(input.AlarmName, 'composite', input.ActionsEnabled, input.Tags),
      definition: {
        description: input.AlarmDescription,
        okActions: OKActions,
        alarmActions: AlarmActions,
        insufficientDataActions: InsufficientDataActions,
        rule: input.AlarmRule ?? '',
      },
      rule,
    });
    return {};
  }

  #base(name: string, kind: StoredAlarm['kind'], actionsEnabled: boolean | undefined, tags: Tag[] | undefined) {
    const old = this.#book.get(name);
    if (old !== undefined && old.kind !== kind) {
      throw new AwsError('ValidationError', `The alarm ${name} exists and is a ${old.kind} alarm; delete it first.`);
    }
    const nowMs = this.#clock.now();
    const initial: AlarmState = {
      value: 'INSUFFICIENT_DATA',
      reason: INITIAL_REASON,
      reasonData: undefined,
      updatedMs: nowMs,
      transitionedMs: nowMs,
    };
    return {
      name,
      arn: `arn:aws:cloudwatch:${this.#account.region}:${this.#account.id}:alarm:${name}`,
      configurationUpdatedMs: nowMs,
      actionsEnabled: actionsEnabled ?? true,
      state: old?.state ?? initial,
      tags: old?.tags ?? new Map((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    };
  }

  /** Rows W1 and W2: metric alarms only unless asked otherwise, and unknown names are silently absent. */
  #describeAlarms(input: DescribeAlarmsInput): DescribeAlarmsOutput {
    const types: readonly string[] = input.AlarmTypes?.length ? input.AlarmTypes : ['MetricAlarm'];
    const limit = pageSize(input.MaxRecords, 50);
    if ((input.AlarmNames ?? []).length > NAMES_MAX) {
      throw new AwsError(
        'ValidationError',
        `The collection AlarmNames must not have a size greater than ${NAMES_MAX}.`,
      );
    }
    if (input.AlarmNames?.length && input.AlarmNamePrefix !== undefined) {
      throw new AwsError('ValidationError', 'AlarmNames and AlarmNamePrefix must not be given together.');
    }
    const children = this.#childrenOf(input.ChildrenOfAlarmName);
    const parents =
      input.ParentsOfAlarmName === undefined
        ? undefined
        : this.#book.parentsOf(nameOf(input.ParentsOfAlarmName)).map(({ name }) => name);
    const found = this.#book.all().filter((alarm) => {
      if (!types.includes(alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm')) return false;
      if (input.AlarmNames?.length && !input.AlarmNames.includes(alarm.name)) return false;
      if (!alarm.name.startsWith(input.AlarmNamePrefix ?? '')) return false;
      if (input.StateValue !== undefined && alarm.state.value !== input.StateValue) return false;
      if (children !== undefined && !children.includes(alarm.name)) return false;
      if (parents !== undefined && !parents.includes(alarm.name)) return false;
      return input.ActionPrefix === undefined || hasAction(alarm, input.ActionPrefix);
    });
    const offset = readOffset(input.NextToken);
    const page = found.slice(offset, offset + limit);
    return {
      CompositeAlarms: page.flatMap((alarm) => (alarm.kind === 'composite' ? [compositeAlarm(alarm)] : [])),
      MetricAlarms: page.flatMap((alarm) => (alarm.kind === 'metric' ? [metricAlarm(alarm)] : [])),
      ...(offset + limit < found.length ? { NextToken: String(offset + limit) } : {}),
    };
  }

  #describeHistory(input: DescribeAlarmHistoryInput): DescribeAlarmHistoryOutput {
    const types: readonly string[] = input.AlarmTypes?.length ? input.AlarmTypes : ['MetricAlarm'];
    const limit = pageSize(input.MaxRecords, 100);
    const found = this.#book.history.items(this.#clock.now()).filter((item) => {
      if (input.AlarmName !== undefined && item.alarmName !== input.AlarmName) return false;
      if (input.HistoryItemType !== undefined && item.type !== input.HistoryItemType) return false;
      if (input.StartDate !== undefined && item.atMs < input.StartDate.getTime()) return false;
      if (input.EndDate !== undefined && item.atMs > input.EndDate.getTime()) return false;
      return types.includes(item.alarmType);
    });
    if (input.ScanBy !== 'TimestampAscending') found.reverse();
    const offset = readOffset(input.NextToken);
    return {
      AlarmHistoryItems: found.slice(offset, offset + limit).map((item) => ({
        AlarmName: item.alarmName,
        AlarmType: item.alarmType,
        Timestamp: new Date(item.atMs),
        HistoryItemType: item.type,
        HistorySummary: item.summary,
        HistoryData: item.data,
      })),
      ...(offset + limit < found.length ? { NextToken: String(offset + limit) } : {}),
    };
  }

  #describeForMetric(input: DescribeAlarmsForMetricInput): DescribeAlarmsForMetricOutput {
    const wanted = dimensionRecord(input.Dimensions);
    const found = this.#book.all().flatMap((alarm) => {
      if (alarm.kind !== 'metric') return [];
      const { definition } = alarm;
      const isOfMetric =
        definition.Namespace === input.Namespace &&
        definition.MetricName === input.MetricName &&
        isSameRecord(dimensionRecord(definition.Dimensions), wanted);
      const narrowing = ['Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const;
      const isWanted = narrowing.every((member) => input[member] === undefined || input[member] === definition[member]);
      return isOfMetric && isWanted ? [metricAlarm(alarm)] : [];
    });
    return { MetricAlarms: found };
  }

  /** All or nothing: one unknown name, and none is deleted. */
  #deleteAlarms(names: string[]): object {
    if (names.length > NAMES_MAX) {
      throw new AwsError(
        'ValidationError',
        `The collection AlarmNames must not have a size greater than ${NAMES_MAX}.`,
      );
    }
    const alarms = names.map((name) => this.#known(name));
    if (alarms.length > 1 && alarms.some(({ kind }) => kind === 'composite')) {
      throw new AwsError('ValidationError', 'A composite alarm must be deleted alone, one per request.');
    }
    for (const name of names) {
      if (this.#book.parentsOf(name).some((parent) => !names.includes(parent.name))) {
        throw new AwsError('ValidationError', `Cannot delete ${name} as there are composite alarm(s) depending on it.`);
      }
    }
    for (const name of names) this.#book.delete(name);
    return {};
  }

  #setAlarmState(input: SetAlarmStateInput): object {
    const alarm = this.#known(input.AlarmName ?? '');
    if (!STATES.includes(input.StateValue ?? '')) {
      throw new AwsError('ValidationError', `StateValue must be one of ${STATES.join(', ')}.`);
    }
    if (!input.StateReason) throw new AwsError('ValidationError', 'StateReason is required.');
    if (input.StateReasonData !== undefined && !isJson(input.StateReasonData)) {
      throw new AwsError('InvalidFormatFault', 'StateReasonData was not syntactically valid JSON.');
    }
    this.#book.setState(alarm, input.StateValue ?? 'OK', input.StateReason, input.StateReasonData);
    return {};
  }

  /** Row W6: evaluation goes on. Unknown names are ignored. */
  #switchActions(names: string[], isEnabled: boolean): object {
    for (const name of names) {
      const alarm = this.#book.get(name);
      if (alarm !== undefined) alarm.actionsEnabled = isEnabled;
    }
    return {};
  }

  #childrenOf(reference: string | undefined): string[] | undefined {
    if (reference === undefined) return undefined;
    const alarm = this.#book.get(nameOf(reference));
    return alarm?.kind === 'composite' ? alarmsOf(alarm.rule) : [];
  }

  #known(name: string): StoredAlarm {
    const alarm = this.#book.get(name);
    if (alarm === undefined) throw new AwsError('ResourceNotFound', `Alarm ${name} does not exist.`, { status: 404 });
    return alarm;
  }

  #byArn(arn: string | undefined): StoredAlarm {
    const alarm = this.#book.all().find((candidate) => candidate.arn === arn);
    if (alarm === undefined) {
      throw new AwsError('ResourceNotFoundException', `The alarm ${arn} does not exist.`, { status: 404 });
    }
    return alarm;
  }
}

function metricAlarm(alarm: StoredMetricAlarm): MetricAlarm {
  const { definition } = alarm;
  return {
    ...structuredClone(definition),
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configurationUpdatedMs),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...(definition.OKActions ?? [])],
    AlarmActions: [...(definition.AlarmActions ?? [])],
    InsufficientDataActions: [...(definition.InsufficientDataActions ?? [])],
    Dimensions: structuredClone(definition.Dimensions ?? []),
    ...stateMembers(alarm.state),
  };
}

function compositeAlarm(alarm: StoredCompositeAlarm): CompositeAlarm {
  const { definition } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    ...(definition.description === undefined ? {} : { AlarmDescription: definition.description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configurationUpdatedMs),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...definition.okActions],
    AlarmActions: [...definition.alarmActions],
    InsufficientDataActions: [...definition.insufficientDataActions],
    AlarmRule: definition.rule,
    ...stateMembers(alarm.state),
  };
}

function stateMembers(state: AlarmState) {
  return {
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData === undefined ? {} : { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: new Date(state.updatedMs),
    StateTransitionedTimestamp: new Date(state.transitionedMs),
  };
}

function hasAction(alarm: StoredAlarm, prefix: string): boolean {
  const { definition } =
    alarm.kind === 'metric' ? { definition: metricAlarm(alarm) } : { definition: compositeAlarm(alarm) };
  const actions = [
    ...(definition.OKActions ?? []),
    ...(definition.AlarmActions ?? []),
    ...(definition.InsufficientDataActions ?? []),
  ];
  return actions.some((action) => action.startsWith(prefix));
}

function isSameRecord(a: Record<string, string>, b: Record<string, string>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function nameOf(reference: string): string {
  return /:alarm:(.+)$/.exec(reference)?.[1] ?? reference;
}

function pageSize(maxRecords: number | undefined, standard: number): number {
  const limit = maxRecords ?? standard;
  if (limit < 1 || limit > 100) throw new AwsError('ValidationError', 'MaxRecords must be between 1 and 100.');
  return limit;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
