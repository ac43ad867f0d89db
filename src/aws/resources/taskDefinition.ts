import type { RegisterTaskDefinitionCommandInput, TaskDefinition, TaskDefinitionStatus } from '@aws-sdk/client-ecs';
import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import type { TaskDefinitionResource } from '../../assess/model.ts';
import type { Observed, Owner } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { hasCode, says } from '../errors.ts';
import { foreignWhy, HASH_TAG, isOwned, lowerCaseTags, stableHash, tagOf, withOwnerTags } from '../ownership.ts';
import { everyPage, inBatches } from '../pages.ts';
import { refuseForeign, type ResourceKind } from './kind.ts';

/** `DeleteTaskDefinitions` takes ten (row E26). */
const DELETE_BATCH = 10;

/**
 * Green's task definition. Registering is never idempotent and has no token (row E30), so what was registered is known by the
 * hash of its input, kept in a tag and looked up first; the clients do not send it again where an answer is lost. `remove` takes every
 * revision away that is the plan's.
 */
export const taskDefinition: ResourceKind<TaskDefinitionResource> = {
  kind: 'taskDefinition',
  actions: [
    'ecs:DeleteTaskDefinitions',
    'ecs:DeregisterTaskDefinition',
    'ecs:DescribeTaskDefinition',
    'ecs:ListTaskDefinitions',
    'ecs:RegisterTaskDefinition',
    'ecs:TagResource',
    'iam:PassRole',
  ],

  read: ({ clients }, resource, owner) => read(clients, resource, owner),

  async ensure({ clients }, resource, owner) {
    const observed = await read(clients, resource, owner);
    if (observed.status === 'foreign') refuseForeign('ecs:RegisterTaskDefinition', resource.id, observed.why);
    if (observed.status === 'ready') return { outcome: 'unchanged', arn: observed.arn };
    const input = resource.input as RegisterTaskDefinitionCommandInput;
    const tags = withOwnerTags(owner, input.tags, { [HASH_TAG]: hashOf(resource) });
    const registered = await clients.ecs.send(
      new RegisterTaskDefinitionCommand({ ...input, tags: lowerCaseTags(tags) }),
    );
    const arn = registered.taskDefinition?.taskDefinitionArn;
    if (arn === undefined) return { outcome: 'waiting', why: 'ECS named no revision; it is read again' };
    return { outcome: observed.status === 'absent' ? 'created' : 'updated', arn };
  },

  async remove({ clients }, resource, owner) {
    const family = familyOf(resource);
    for (const revision of await revisionsOf(clients, family, 'ACTIVE')) {
      if (!isOwned(revision.tags, owner)) continue;
      await tolerateGone(() => clients.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: revision.arn })));
    }
    const inactive = (await revisionsOf(clients, family, 'INACTIVE')).filter((one) => isOwned(one.tags, owner));
    for (const batch of inBatches(inactive, DELETE_BATCH)) {
      const { failures = [] } = await clients.ecs.send(
        new DeleteTaskDefinitionsCommand({ taskDefinitions: batch.map(({ arn }) => arn) }),
      );
      const failure = failures.find((one) => one.reason !== 'MISSING');
      if (failure !== undefined)
        return { outcome: 'waiting', why: `${failure.arn ?? family}: ${failure.reason ?? 'not deleted'}` };
    }
    return { outcome: 'gone' };
  },
};

interface Revision {
  arn: string;
  definition: TaskDefinition;
  tags: { key?: string | undefined; value?: string | undefined }[];
}

const familyOf = (resource: TaskDefinitionResource): string => resource.input.family ?? '';

const hashOf = (resource: TaskDefinitionResource): string => stableHash(resource.input);

async function read(clients: AwsClients, resource: TaskDefinitionResource, owner: Owner): Promise<Observed> {
  const family = familyOf(resource);
  const active = await revisionsOf(clients, family, 'ACTIVE', (one) => isWanted(one, resource, owner));
  const wanted = active.find((one) => isWanted(one, resource, owner));
  if (wanted !== undefined) return { status: 'ready', arn: wanted.arn, why: 'registered' };

  const ours = active.find((one) => isOwned(one.tags, owner));
  if (ours !== undefined) {
    return { status: 'differs', arn: ours.arn, why: `${ours.arn} was registered from another definition` };
  }
  const [foreign] = active;
  if (foreign !== undefined) {
    return { status: 'foreign', arn: foreign.arn, why: foreignWhy(`task definition ${foreign.arn}`, foreign.tags) };
  }
  // Deregistered but not deleted: a removal that was cut in between.
  const inactive = await revisionsOf(clients, family, 'INACTIVE');
  const left = inactive.find((one) => isOwned(one.tags, owner));
  return left === undefined
    ? { status: 'absent' }
    : { status: 'differs', arn: left.arn, why: `${left.arn} is deregistered and not deleted` };
}

const isWanted = (revision: Revision, resource: TaskDefinitionResource, owner: Owner): boolean =>
  isOwned(revision.tags, owner) && tagOf(revision.tags, HASH_TAG) === hashOf(resource);

/** The family's revisions, newest first, described; stops after the first that is `enough`. */
async function revisionsOf(
  clients: AwsClients,
  family: string,
  status: TaskDefinitionStatus,
  enough: (revision: Revision) => boolean = () => false,
): Promise<Revision[]> {
  const arns = await everyPage(async (nextToken) => {
    const page = await clients.ecs.send(
      new ListTaskDefinitionsCommand({
        familyPrefix: family,
        status,
        sort: 'DESC',
        nextToken,
      }),
    );
    return { items: page.taskDefinitionArns, next: page.nextToken };
  });
  const revisions: Revision[] = [];
  for (const arn of arns) {
    const revision = await describe(clients, arn);
    if (revision === undefined || revision.definition.family !== family || revision.definition.status !== status)
      continue;
    revisions.push(revision);
    if (enough(revision)) break;
  }
  return revisions;
}

async function describe(clients: AwsClients, arn: string): Promise<Revision | undefined> {
  try {
    const { taskDefinition: definition, tags = [] } = await clients.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }),
    );
    return definition === undefined ? undefined : { arn, definition, tags };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** ECS calls an unknown revision a client's mistake (row E32). */
const isGone = (error: unknown): boolean =>
  hasCode(error, 'ClientException') && says(error, /unable to describe task definition|does not exist|inactive/i);

async function tolerateGone(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
