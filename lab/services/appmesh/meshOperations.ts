import type { MeshRef, TagRef } from '@aws-sdk/client-app-mesh';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import type { Account, Operation } from '../service.ts';
import { KINDS, type Kind, type KindShape } from './kinds.ts';
import type { MeshStore, Resource, Specs } from './meshStore.ts';
import { checkSpec, hindrance } from './rules.ts';

const TAGS_MAX = 50;

interface Parts {
  clock: Clock;
  random: Random;
  account: Account;
  store: MeshStore;
}

/** What the inputs of all kinds have in common; the names are in members of their own, such as `virtualNodeName`. */
interface Input {
  meshName?: string;
  meshOwner?: string;
  spec?: Specs[Kind];
  tags?: TagRef[];
  limit?: number;
  nextToken?: string;
  [nameMember: string]: unknown;
}

/**
 * Create, describe, update, delete and list for every kind. They are the same seven times over but for names, specs and what may be
 * deleted when, so the table is built from {@link KINDS}.
 */
export function meshOperations(parts: Parts): Record<string, Operation> {
  const table: Record<string, Operation> = {};
  for (const shape of Object.values(KINDS)) {
    const { kind, title, plural } = shape;
    const one = (resource: Resource, status = 'ACTIVE') => ({ [kind]: data(shape, resource, parts.account, status) });
    table[`Create${title}`] = (input: Input) => one(create(parts, shape, input));
    table[`Describe${title}`] = (input: Input) => one(existing(parts, shape, input));
    table[`Update${title}`] = (input: Input) => one(update(parts, shape, input));
    // Row A5: the deleted resource is answered once more, with the status DELETED.
    table[`Delete${title}`] = (input: Input) => one(remove(parts, shape, input), 'DELETED');
    table[`List${plural}`] = (input: Input) => list(parts, shape, input);
  }
  return { ...table, ...tagOperations(parts) };
}

/** Row A8: the same name with the same spec is the same resource, with another spec a conflict. */
function create(parts: Parts, shape: KindShape, input: Input): Resource {
  const { clock, random, account, store } = parts;
  const { kind, title } = shape;
  const { meshName, parentName } = place(parts, shape, input);
  const name = requireName(input[shape.nameMember], shape.nameMember);
  const spec = requireSpec(shape, input);
  const old = store.find(kind, meshName, name, parentName);
  if (old !== undefined) {
    if (isSame(old.spec, spec)) return old;
    throw new AwsError('ConflictException', `${title} with name ${name} already exists with another spec.`, {
      status: 409,
    });
  }
  checkSpec(kind, meshName, spec, store);
  const uid = [8, 4, 4, 4, 12].map((length) => random.hex(length)).join('-');
  const nowMs = clock.now();
  const resource: Resource = {
    kind,
    meshName,
    parentName,
    name,
    spec,
    arn: arnOf(account, shape, meshName, parentName, name),
    uid,
    version: 1,
    createdMs: nowMs,
    updatedMs: nowMs,
    sequence: store.nextSequence(),
    tags: withTags(new Map(), input.tags),
  };
  store.put(resource);
  return resource;
}

/** Row A9: the version grows; the last writer wins. */
function update(parts: Parts, shape: KindShape, input: Input): Resource {
  const resource = existing(parts, shape, input);
  const spec = requireSpec(shape, input);
  checkSpec(shape.kind, resource.meshName, spec, parts.store);
  resource.spec = spec;
  resource.version += 1;
  resource.updatedMs = parts.clock.now();
  return resource;
}

function remove(parts: Parts, shape: KindShape, input: Input): Resource {
  const resource = existing(parts, shape, input);
  const why = hindrance(resource, parts.store, parts.account.id);
  if (why !== undefined) throw new AwsError('ResourceInUseException', why, { status: 409 });
  parts.store.delete(resource);
  return resource;
}

/** Row A3: references without spec, `limit` at a time. */
function list(parts: Parts, shape: KindShape, input: Input): object {
  const { account, store } = parts;
  const { kind, listMember } = shape;
  const limit = input.limit ?? 100;
  if (limit < 1 || limit > 100) throw new AwsError('BadRequestException', 'limit must be between 1 and 100.');
  const { meshName, parentName } = kind === 'mesh' ? {} : place(parts, shape, input);
  const after = readToken(input.nextToken);
  const rest = store.list(kind, meshName, parentName).filter(({ sequence }) => sequence > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    [listMember]: page.map((resource) => ({
      ...names(shape, resource),
      ...reference(resource, account),
    })),
    ...(rest.length > limit && last !== undefined ? { nextToken: String(last.sequence) } : {}),
  };
}

/** The mesh, and the router or gateway, that an operation is about; both must exist. */
function place(parts: Parts, shape: KindShape, input: Input): { meshName: string; parentName: string | undefined } {
  requireOwner(parts.account, input);
  const meshName = requireName(input.meshName, 'meshName');
  if (shape.kind === 'mesh') return { meshName, parentName: undefined };
  const { store, account } = parts;
  if (store.find('mesh', meshName, meshName) === undefined) {
    throw new AwsError('NotFoundException', `Mesh with name ${meshName} is not present for account ${account.id}`, {
      status: 404,
    });
  }
  if (shape.parent === undefined) return { meshName, parentName: undefined };
  const parent = KINDS[shape.parent];
  const parentName = requireName(input[parent.nameMember], parent.nameMember);
  if (store.find(parent.kind, meshName, parentName) === undefined)
    throw notPresent(parent, parentName, meshName, account);
  return { meshName, parentName };
}

function existing(parts: Parts, shape: KindShape, input: Input): Resource {
  const { meshName, parentName } = place(parts, shape, input);
  const name = requireName(input[shape.nameMember], shape.nameMember);
  const found = parts.store.find(shape.kind, meshName, name, parentName);
  if (found === undefined) throw notPresent(shape, name, meshName, parts.account);
  return found;
}

function notPresent(shape: KindShape, name: string, meshName: string, account: Account): AwsError {
  const under = shape.kind === 'mesh' ? '' : ` under mesh ${meshName}`;
  const message = `${shape.title} with name ${name} is not present${under} for account ${account.id}`;
  return new AwsError('NotFoundException', message, { status: 404 });
}

/** Row A4: the lab has one account, so a mesh of another owner is out of reach. */
function requireOwner(account: Account, { meshOwner }: Input): void {
  if (meshOwner === undefined || meshOwner === account.id) return;
  if (!/^\d{12}$/.test(meshOwner)) throw new AwsError('BadRequestException', 'meshOwner must have twelve digits.');
  const message = `The account ${account.id} has no access to meshes of ${meshOwner}.`;
  throw new AwsError('ForbiddenException', message, { status: 403 });
}

function requireName(name: unknown, member: string): string {
  if (typeof name === 'string' && name.length >= 1 && name.length <= 255) return name;
  throw new AwsError('BadRequestException', `${member} is required and must have 1 to 255 characters.`);
}

function requireSpec({ isSpecRequired }: KindShape, { spec }: Input): Specs[Kind] {
  if (spec === undefined && isSpecRequired) throw new AwsError('BadRequestException', 'spec is required.');
  return structuredClone<Specs[Kind]>(spec ?? {});
}

function tagOperations({ store }: Parts): Record<string, Operation> {
  const resourceOf = (arn: string | undefined): Resource => {
    const resource = store.byArn(arn ?? '');
    if (resource === undefined)
      throw new AwsError('NotFoundException', `There is no resource ${arn}.`, { status: 404 });
    return resource;
  };
  return {
    TagResource: (input: { resourceArn?: string; tags?: TagRef[] }) => {
      const resource = resourceOf(input.resourceArn);
      resource.tags = withTags(resource.tags, input.tags);
      return {};
    },
    UntagResource: (input: { resourceArn?: string; tagKeys?: string[] }) => {
      const { tags } = resourceOf(input.resourceArn);
      for (const key of input.tagKeys ?? []) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input: { resourceArn?: string; limit?: number; nextToken?: string }) => {
      const all = [...resourceOf(input.resourceArn).tags].map(([key, value]): TagRef => ({ key, value }));
      const limit = input.limit ?? 50;
      if (limit < 1 || limit > 50) throw new AwsError('BadRequestException', 'limit must be between 1 and 50.');
      const offset = Math.max(0, readToken(input.nextToken));
      const isMore = offset + limit < all.length;
      return { tags: all.slice(offset, offset + limit), ...(isMore ? { nextToken: String(offset + limit) } : {}) };
    },
  };
}

function withTags(old: ReadonlyMap<string, string>, tags: TagRef[] | undefined): Map<string, string> {
  const all = new Map([...old, ...(tags ?? []).map(({ key, value }): [string, string] => [key ?? '', value ?? ''])]);
  if (all.size > TAGS_MAX) throw new AwsError('TooManyTagsException', `A resource can have at most ${TAGS_MAX} tags.`);
  return all;
}

function readToken(token: string | undefined): number {
  if (token === undefined) return -1;
  if (!/^\d+$/.test(token)) throw new AwsError('BadRequestException', 'nextToken is not valid.');
  return Number(token);
}

function arnOf(
  account: Account,
  { kind, parent }: KindShape,
  meshName: string,
  parentName: string | undefined,
  name: string,
): string {
  const inner = parent === undefined ? '' : `/${parent}/${parentName}`;
  const own = kind === 'mesh' ? '' : `/${kind}/${name}`;
  return `arn:aws:appmesh:${account.region}:${account.id}:mesh/${meshName}${inner}${own}`;
}

function names(shape: KindShape, resource: Resource): Record<string, string> {
  const parent = shape.parent === undefined ? {} : { [KINDS[shape.parent].nameMember]: resource.parentName ?? '' };
  return { meshName: resource.meshName, ...parent, [shape.nameMember]: resource.name };
}

function data(shape: KindShape, resource: Resource, account: Account, status: string): object {
  return {
    ...names(shape, resource),
    spec: structuredClone(resource.spec),
    metadata: { ...reference(resource, account), uid: resource.uid },
    status: { status },
  };
}

/** What both a list's items and a resource's metadata say. */
function reference(resource: Resource, account: Account): Omit<MeshRef, 'meshName'> {
  return {
    arn: resource.arn,
    version: resource.version,
    createdAt: new Date(resource.createdMs),
    lastUpdatedAt: new Date(resource.updatedMs),
    meshOwner: account.id,
    resourceOwner: account.id,
  };
}

/** Deep equality of specs, whatever the order of their members. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
