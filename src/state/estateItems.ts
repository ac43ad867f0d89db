import type { Estate } from '../estate/model.ts';
import { isRecord } from '../plan/json.ts';
import { textOf } from './attributes.ts';
import { RecordMovedError, RecordUnreadableError } from './errors.ts';
import { ESTATE_PARTS, estateKey, estateListKey, estateServiceKey, planPk } from './keys.ts';
import { ABSENT } from './table.ts';
import type { Table } from './table.ts';

/**
 * The estate in items: a head, one item a service, and the long lists in chunks, since a large mesh does not fit into one
 * item. Parts carry the revision in their key; the head names the revision that counts and is written last, so that a crash
 * in between leaves the estate as it was.
 */

const LISTS = ['virtualServices', 'edges', 'listeners', 'rules', 'meshResources', 'errors'] as const;

/** Characters of JSON in one chunk; an item may have 400 KB. */
const CHUNK_LENGTH_MAX = 150_000;

export async function writeEstateItems(table: Table, plan: string, uid: string, estate: Estate): Promise<void> {
  const before = await table.get(estateKey(plan));
  const revision = table.newToken();
  let parts = 0;
  for (const service of estate.services) {
    await table.putAgain(estateServiceKey(plan, service.name, revision), { list: 'services', service });
    parts += 1;
  }
  for (const list of LISTS) {
    for (const [index, chunk] of chunksOf<unknown>(estate[list]).entries()) {
      await table.putAgain(estateListKey(plan, list, index, revision), { list, members: chunk });
      parts += 1;
    }
  }
  const { caller, takenAt, cluster, mesh } = estate;
  const services = estate.services.map((service) => service.name);
  const head = { uid, revision, parts, services, head: { caller, takenAt, cluster, mesh } };
  const hasLanded = await table.put(
    estateKey(plan),
    head,
    before === undefined ? { pk: ABSENT } : { revision: before['revision'] ?? ABSENT },
  );
  if (!hasLanded) {
    await removeParts(table, plan, (sk) => sk.endsWith(`#${revision}`));
    throw new RecordMovedError(
      `the estate of plan "${plan}" was recorded by another operator meanwhile; read it again`,
    );
  }
  await removeParts(table, plan, (sk) => !sk.endsWith(`#${revision}`));
}

/** `undefined` when this uid has recorded none. */
export async function readEstateItems(table: Table, plan: string, uid: string): Promise<Estate | undefined> {
  const head = await table.get(estateKey(plan));
  if (head === undefined || head['uid'] !== uid) return undefined;
  const revision = textOf(head['revision']);
  const parts = (await table.query(planPk(plan), ESTATE_PARTS)).filter((part) =>
    textOf(part['sk']).endsWith(`#${revision}`),
  );
  if (parts.length !== head['parts']) {
    throw new RecordUnreadableError(
      `the estate of plan "${plan}" has ${parts.length} parts of ${textOf(head['parts'])}: it is being rewritten, or items were removed`,
    );
  }
  const order = Array.isArray(head['services']) ? head['services'].map(textOf) : [];
  const services = new Map(parts.flatMap((part) => nameOfService(part['service'])));
  const lists = Object.fromEntries(
    LISTS.map((list) => [
      list,
      parts
        .filter((part) => part['list'] === list)
        .flatMap((part) => (Array.isArray(part['members']) ? part['members'] : [])),
    ]),
  );
  const headPart = head['head'];
  const estate: unknown = {
    ...(isRecord(headPart) ? headPart : {}),
    services: order.flatMap((name) => services.get(name) ?? []),
    ...lists,
  };
  if (!isEstate(estate)) throw new RecordUnreadableError(`the estate of plan "${plan}" is not one that Meshlift wrote`);
  return estate;
}

export async function removeEstateItems(table: Table, plan: string): Promise<void> {
  await table.delete(estateKey(plan), {});
  await removeParts(table, plan, () => true);
}

async function removeParts(table: Table, plan: string, which: (sk: string) => boolean): Promise<void> {
  const parts = await table.query(planPk(plan), ESTATE_PARTS, { keysOnly: true });
  for (const part of parts) {
    const sk = textOf(part['sk']);
    if (which(sk)) await table.delete({ pk: planPk(plan), sk }, {});
  }
}

function nameOfService(service: unknown): [string, unknown][] {
  if (typeof service !== 'object' || service === null || !('name' in service)) return [];
  return [[textOf(service.name), service]];
}

/** Splits a list so that no chunk's JSON is longer than the limit; a member that is longer stands alone. */
export function chunksOf<Member>(list: readonly Member[], lengthMax = CHUNK_LENGTH_MAX): Member[][] {
  const chunks: Member[][] = [];
  let current: Member[] = [];
  let length = 0;
  for (const member of list) {
    const memberLength = JSON.stringify(member).length;
    if (current.length > 0 && length + memberLength > lengthMax) {
      chunks.push(current);
      current = [];
      length = 0;
    }
    current.push(member);
    length += memberLength;
  }
  return current.length > 0 ? [...chunks, current] : chunks;
}

/** The parts were counted and their lists named; the head is looked at here. */
function isEstate(value: unknown): value is Estate {
  return (
    typeof value === 'object' &&
    value !== null &&
    'caller' in value &&
    'cluster' in value &&
    'mesh' in value &&
    'takenAt' in value
  );
}
