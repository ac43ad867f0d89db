import type { Estate } from '../../estate/model.ts';
import type { ToldValue } from '../../estate/export.ts';
import type { EstateReport } from '../report.ts';

const told = ({ where, address, value }: ToldValue): string => {
  const from = address === undefined ? where : `${where} (${address})`;
  return value === undefined ? `${from} tells none` : `${from} tells ${shown(value)}`;
};

/** Scalars as they are; what is larger may hold an environment, and is not shown. */
const shown = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : 'another value';

/** Members whose value may be a secret; only that they differ is told. */
const SECRET = /environment|secret|command|options|value|label|password|token/i;

/** What may name blue, or call it, and that Meshlift never reads: a person has to look. */
const NEVER_LOOKED_AT: readonly (readonly [string, string])[] = [
  ['CloudWatch dashboards', "widgets that name blue's service or target group go blank"],
  ['EventBridge rules and schedules', "targets that run a task of blue's family, or look for blue's events"],
  ['pipelines', 'deployments that update the service by its name'],
  ['IAM policies', "statements that name the service's or the target group's ARN"],
  ['Route 53', "records of your own that lead to a name of the mesh's Cloud Map namespace"],
  ['callers outside ECS', 'functions, instances, and clusters of no source, that resolve a Cloud Map name of the mesh'],
];

function notLookedAt(estate: Estate): EstateReport['gaps'] {
  const unread: (readonly [string, string])[] = [
    ...(estate.standaloneTasks === undefined
      ? [['tasks without a service', 'standalone and scheduled tasks in the mesh call blue and do not move'] as const]
      : []),
    ...(estate.alarms === undefined
      ? [
          [
            'CloudWatch alarms',
            "those whose dimensions name blue's service or target group see nothing once blue is gone",
          ] as const,
        ]
      : []),
    ...NEVER_LOOKED_AT,
  ];
  return unread.map(([place, message]) => ({ kind: 'notLookedAt', place, message: `Not looked at: ${message}.` }));
}

/** What the sources disagree on, do not tell, which calls failed, and what was not looked at. */
export function gapsOf(estate: Estate): EstateReport['gaps'] {
  return [
    ...(estate.differences ?? []).map((one) => ({
      kind: 'difference' as const,
      place: one.member === '' ? one.name : `${one.name} ${one.member}`,
      message: SECRET.test(one.member)
        ? `${one.told[0].where} and ${one.told[1].where} differ; the first is believed.`
        : `${told(one.told[0])}, ${told(one.told[1])}; the first is believed.`,
    })),
    ...(estate.unresolved ?? []).map(({ where, place, why }) => ({
      kind: 'unresolved' as const,
      place: `${where}, ${place}`,
      message: why,
    })),
    ...estate.errors.map(({ call, subject, code, message }) => ({
      kind: 'error' as const,
      place: subject === undefined ? call : `${call} ${subject}`,
      message: `${code}: ${message}`,
    })),
    ...notLookedAt(estate),
  ];
}
