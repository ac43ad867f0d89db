import { isRecord } from '../../../plan/json.ts';
import type { EstateExport, MeshAnswer } from '../../export.ts';
import { emptyExport } from '../draft.ts';
import { SourceError, type SourceReading } from '../reading.ts';
import type { Shape } from '../shapes/shape.ts';
import { checked } from './check.ts';
import { EXPORT_VERSION } from './file.ts';
import { ITEMS, NAMED_BY } from './shapes.ts';

type Members = Readonly<Record<string, unknown>>;

/** What an export was reduced with, where it was. */
export interface ExportReading extends SourceReading {
  source: 'export';
  /** `undefined` where the file holds the values themselves, or does not say. */
  salt: string | undefined;
}

const STATES: readonly MeshAnswer['state'][] = ['read', 'unreachable', 'refused', 'absent'];

/** The groups that every export has; each member is a list of objects unless it is named here. */
const GROUPS = ['appMesh', 'ecs', 'serviceDiscovery', 'elbv2', 'autoScaling'] as const;
/** Groups that only some exports have, with the lists that they have at least where they are there. */
const OPTIONAL_GROUPS = { cloudWatch: ['metricAlarms', 'compositeAlarms'], ec2: [], serviceQuotas: [] } as const;
const BY_KEY = new Set(['appMesh.tags', 'serviceDiscovery.instances', 'elbv2.targetGroupAttributes', 'elbv2.tags']);

/**
 * An export as `meshlift export` wrote it, or one put together by hand in the same shape; a list that it leaves out is empty.
 *
 * @param value what the JSON stands for
 * @param where the file's name
 * @throws SourceError where it is an export of another version, or a member is not what it must be; nothing of it is taken then
 */
export function readExport(value: Members, where: string): ExportReading {
  const refuse = (place: string, message: string): never => {
    throw new SourceError(where, place, message);
  };
  const { format } = value;
  if (format !== undefined && format !== EXPORT_VERSION) {
    const named = typeof format === 'string' && /^meshlift\.dev\/[\w./-]{1,40}$/.test(format) ? ` (${format})` : '';
    refuse(
      'format',
      `this export is of another version${named}; ${EXPORT_VERSION} can be read: take it anew with meshlift export`,
    );
  }
  const { caller, appMeshAnswer: answer, takenAt, environment } = value;
  if (!isRecord(caller) || typeof caller['account'] !== 'string' || typeof caller['region'] !== 'string') {
    refuse('caller', 'this should be an object with account and region');
  }
  if (answer !== undefined) {
    const known = isRecord(answer) && STATES.some((state) => state === answer['state']);
    if (!known || typeof answer['why'] !== 'string') {
      refuse('appMeshAnswer', `this should be an object with a why, and a state: ${STATES.join(', ')}`);
    }
  }
  if (takenAt !== undefined && typeof takenAt !== 'string') refuse('takenAt', 'this should be a time, ISO 8601');
  const empty = emptyExport(caller as EstateExport['caller']);
  const groups = Object.fromEntries([
    ...GROUPS.map((group) => [group, { ...empty[group], ...membersOf(group) }]),
    ...Object.entries(OPTIONAL_GROUPS).flatMap(([group, lists]) => {
      const given = membersOf(group);
      return given === undefined ? [] : [[group, { ...Object.fromEntries(lists.map((name) => [name, []])), ...given }]];
    }),
  ]);
  const notes = Object.fromEntries(
    ['errors', 'readFrom', 'differences', 'unresolved'].flatMap((name) =>
      value[name] === undefined ? [] : [[name, read(name, value[name])]],
    ),
  );

  function membersOf(group: string): Members | undefined {
    const given = value[group];
    if (given === undefined) return undefined;
    if (!isRecord(given)) return refuse(group, 'this should be an object');
    return Object.fromEntries(Object.entries(given).map(([name, list]) => [name, read(`${group}.${name}`, list)]));
  }

  function read(place: string, list: unknown): unknown {
    const shape: Shape = Object.hasOwn(ITEMS, place) ? ITEMS[place as keyof typeof ITEMS] : {};
    if (place === 'readFrom' || BY_KEY.has(place)) {
      if (!isRecord(list)) return refuse(place, 'this should be an object');
      const inner: Shape = place === 'readFrom' ? shape : [shape];
      const entries = Object.entries(list);
      return Object.fromEntries(entries.map(([key, items]) => [key, checked(items, inner, `${place}.${key}`, refuse)]));
    }
    if (!Array.isArray(list)) return refuse(place, 'this should be a list');
    return list.map((item: unknown, at) => {
      const one = checked(item, shape, `${place}[${at}]`, refuse) as Members;
      const wanted = place === 'ecs.taskDefinitions' ? ['taskDefinition'] : (NAMED_BY[place] ?? []);
      for (const name of wanted) {
        if (one[name] === undefined) refuse(`${place}[${at}]`, `this should have a ${name}`);
      }
      return one;
    });
  }

  // What manifests tell is in no export: those of one are read from the manifests themselves.
  const { format: _format, environment: _environment, kubernetes: _kubernetes, ...others } = value;
  const exported = { ...others, errors: [], ...groups, ...notes } as unknown as EstateExport;
  const salt = isRecord(environment) && typeof environment['salt'] === 'string' ? environment['salt'] : undefined;
  return { source: 'export', where, exported, unresolved: [], salt };
}
