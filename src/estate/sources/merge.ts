import { isDataSource, isDeclared } from '../declared.ts';
import type { Difference, EstateExport, MeshAnswer, ReadFrom, ToldValue } from '../export.ts';
import { type EstateObject, keyOf, nameKey, OBJECT_LISTS } from '../identity.ts';
import { unique } from '../order.ts';
import { differingMembers } from './differences.ts';
import { type Draft, emptyExport } from './draft.ts';
import { isGone } from './gone.ts';
import { keep, kept } from './keptUnder.ts';
import { takePassing } from './passing.ts';
import { SOURCE_KINDS, type SourceReading } from './reading.ts';

/** One object with the reading that told of it. */
interface Told {
  object: EstateObject;
  reading: SourceReading;
  key: string;
  names: string;
  from: ReadFrom;
}

function toldBy(reading: SourceReading, objects: readonly EstateObject[]): Told[] {
  const { caller, readFrom } = reading.exported;
  return objects.map((object) => {
    const key = keyOf(object, caller);
    // A copy: merging adds to it.
    const from: ReadFrom = { ...(readFrom?.[key] ?? { source: reading.source, where: reading.where }) };
    return { object, reading, key, names: nameKey(object, caller), from };
  });
}

function value({ from }: Told, member: unknown): ToldValue {
  const { declaredIn: _, ...own } = from;
  return { ...own, ...(member === undefined ? {} : { value: member }) };
}

const differences = (better: Told, other: Told): Difference[] =>
  differingMembers(better.object.kind, better.object.value, other.object.value).map((found) => ({
    object: better.key,
    name: `${better.object.kind} ${better.object.name}`,
    member: found.member,
    told: [value(better, found.better), value(other, found.other)],
  }));

/** Best first; among equals the order in which they were given. */
const inOrder = (readings: readonly SourceReading[]): SourceReading[] =>
  readings.toSorted((left, right) => SOURCE_KINDS.indexOf(left.source) - SOURCE_KINDS.indexOf(right.source));

/**
 * How App Mesh answered, and what tells of the meshes that it did not. `undefined` where nobody asked and nothing tells of any.
 */
function meshAnswer(readings: readonly SourceReading[], merged: EstateExport): MeshAnswer | undefined {
  const answer = readings.find((one) => one.exported.appMeshAnswer !== undefined)?.exported.appMeshAnswer;
  if (answer?.state === 'read') return answer;
  const { tags: _, ...lists } = merged.appMesh;
  const found = new Set(
    readings
      .filter((one) => one.exported.appMeshAnswer === undefined)
      .flatMap(({ exported, where }) => {
        const { tags: _tags, ...own } = exported.appMesh;
        return Object.values(own).flatMap((list) =>
          list.map((one) => `the mesh ${one.meshName} is as ${where} has it`),
        );
      }),
  );
  if (found.size === 0 || Object.values(lists).every((list) => list.length === 0)) return answer;
  const words = [...found].join(', ');
  return answer === undefined
    ? { state: 'read', why: `App Mesh was not asked: ${words}.` }
    : { state: answer.state, why: `${answer.why} But ${words}.` };
}

/** Attached to an object by its key, and taken from the best source that tells any. */
function attach<Item>(to: Record<string, Item>, from: Record<string, Item> | undefined): void {
  for (const [key, item] of Object.entries(from ?? {})) if (kept(to, key) === undefined) keep(to, key, item);
}

/** What nobody read stays absent: that is not the same as having no tags. */
function takeTags(merged: EstateExport, { elbv2: { tags } }: EstateExport): void {
  if (tags === undefined) return;
  merged.elbv2.tags ??= {};
  attach(merged.elbv2.tags, tags);
}

/** What the readings leave open, but of objects that a better source tells. */
function unresolvedOf(readings: readonly SourceReading[], superseded: readonly Told[]): EstateExport['unresolved'] {
  return readings.flatMap(({ source, where, unresolved }) => {
    const told = superseded.flatMap(({ from }) =>
      from.where === where && from.source === source ? (from.address ?? []) : [],
    );
    return unresolved
      .filter(({ place }) => !told.some((address) => place === address || place.startsWith(`${address}.`)))
      .map((one) => ({ ...one, source, where }));
  });
}

/**
 * Several readings as one export, in which every object says where it was read, and which infrastructure-as-code has it. Of an object that several tell of, the best
 * source's is taken whole, by `SOURCE_KINDS`; among files of one kind the first given, but a data source of Terraform's comes
 * after the resource that made the object. Where they disagree, `differences` says so. What live APIs would have told and did
 * not is gone, and left out, with a difference that says so too. A mesh that App Mesh does not tell of is taken from the others,
 * and `appMeshAnswer` says it.
 *
 * Pure; throws nothing. Of no reading at all it makes an empty export.
 */
export function mergeReadings(given: readonly SourceReading[]): EstateExport {
  const readings = inOrder(given);
  const account = readings.find((one) => one.exported.caller.account !== '') ?? readings[0];
  const merged: Draft & EstateExport = emptyExport(account?.exported.caller ?? { account: '', region: '' });
  const readFrom: Record<string, ReadFrom> = {};
  const different: Difference[] = [];
  const superseded: Told[] = [];

  for (const list of OBJECT_LISTS) {
    const taken: Told[] = [];
    const byKey = new Map<string, number>();
    for (const told of readings.flatMap((reading) => toldBy(reading, list.read(reading.exported)))) {
      const at = byKey.get(told.key) ?? byKey.get(told.names);
      const other = at === undefined ? undefined : taken[at];
      if (at === undefined || other === undefined) {
        const gone = isGone(told.object, told.reading, readings);
        if (gone !== undefined) {
          superseded.push(told);
          different.push({
            object: told.key,
            name: `${told.object.kind} ${told.object.name}`,
            member: '',
            told: [{ source: gone.source, where: gone.where }, value(told, true)],
          });
          continue;
        }
        byKey.set(told.key, taken.length).set(told.names, taken.length);
        taken.push(told);
        continue;
      }
      const swap = other.reading.source === told.reading.source && isDataSource(other.from) && !isDataSource(told.from);
      const [better, worse] = swap ? [told, other] : [other, told];
      taken[at] = better;
      superseded.push(worse);
      if (isDeclared(worse.from) && !isDeclared(better.from)) better.from.declaredIn ??= worse.from;
      different.push(...differences(better, worse));
    }
    list.write(
      merged,
      taken.map(({ object }) => object.value),
    );
    for (const { key, from } of taken) readFrom[key] = from;
  }

  for (const { exported } of readings) {
    attach(merged.appMesh.tags, exported.appMesh.tags);
    attach(merged.serviceDiscovery.instances, exported.serviceDiscovery.instances);
    attach(merged.elbv2.targetGroupAttributes, exported.elbv2.targetGroupAttributes);
    takeTags(merged, exported);
    merged.errors.push(...exported.errors);
  }
  takePassing(merged, readings);
  // An answer without alarms is an answer.
  if (readings.some(({ exported }) => exported.cloudWatch !== undefined)) {
    merged.cloudWatch ??= { metricAlarms: [], compositeAlarms: [] };
  }
  const kubernetes = readings.flatMap(({ exported }) => exported.kubernetes?.members ?? []);
  const takenAt = readings.find((one) => one.exported.takenAt !== undefined)?.exported.takenAt;
  const answer = meshAnswer(readings, merged);
  const unresolved = unresolvedOf(readings, superseded) ?? [];
  return {
    ...merged,
    description: readings.map((one) => one.where).join(', '),
    ...(takenAt === undefined ? {} : { takenAt }),
    ...(answer === undefined ? {} : { appMeshAnswer: answer }),
    ...(kubernetes.length === 0
      ? {}
      : { kubernetes: { members: unique(kubernetes, (one) => `${one.meshName} ${one.kind} ${one.name}`) } }),
    readFrom,
    ...(different.length === 0 ? {} : { differences: different }),
    ...(unresolved.length === 0 ? {} : { unresolved }),
  };
}
