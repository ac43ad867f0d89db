import type { Account } from '../../service.ts';
import { KINDS, type KindShape } from '../../appmesh/kinds.ts';
import { creating, type Need, type NeedTable, onAnything, type Surroundings, tagsIn } from './need.ts';

type Input = Readonly<Record<string, unknown>>;

/** The resource that an input names, or the one that it would be in. */
function arnOf({ region, id }: Account, shape: KindShape, input: Input): string {
  const mesh = `arn:aws:appmesh:${region}:${id}:mesh/${String(input['meshName'])}`;
  if (shape.kind === 'mesh') return mesh;
  const parent = shape.parent === undefined ? '' : `/${shape.parent}/${String(input[`${shape.parent}Name`])}`;
  return `${mesh}${parent}/${shape.kind}/${String(input[shape.nameMember])}`;
}

function containerOf(account: Account, shape: KindShape, input: Input): string {
  return arnOf(account, KINDS[shape.parent ?? 'mesh'], input);
}

interface RouteSpec {
  [protocol: string]: { action?: { weightedTargets?: { virtualNode?: string }[] } } | undefined;
}

/** A route is written with the right to each virtual node that it sends to, too. */
function targetsOf(action: string, input: Input, account: Account): Need[] {
  const mesh = arnOf(account, KINDS.mesh, input);
  const targets = Object.values((input['spec'] ?? {}) as RouteSpec).flatMap(
    (route) => route?.action?.weightedTargets ?? [],
  );
  return [...new Set(targets.map(({ virtualNode }) => virtualNode))].map((node) => ({
    action,
    resource: `${mesh}/virtualNode/${node ?? ''}`,
  }));
}

function ofKind(shape: KindShape): NeedTable {
  const { title, plural, kind } = shape;
  const on =
    (verb: string) =>
    (input: Input, { account }: Surroundings) => {
      const action = `appmesh:${verb}${title}`;
      const isRouteWrite = kind === 'route' && verb === 'Update';
      return [
        { action, resource: arnOf(account, shape, input) },
        ...(isRouteWrite ? targetsOf(action, input, account) : []),
      ];
    };
  return {
    [`Create${title}`]: (input: Input & { tags?: { key?: string; value?: string }[] }, { account }) => {
      const action = `appmesh:Create${title}`;
      return [
        ...creating(
          { action, resource: arnOf(account, shape, input), requestTags: tagsIn(input.tags) },
          { action: 'appmesh:TagResource', operation: `Create${title}` },
        ),
        ...(kind === 'route' ? targetsOf(action, input, account) : []),
      ];
    },
    [`Describe${title}`]: on('Describe'),
    [`Update${title}`]: on('Update'),
    [`Delete${title}`]: on('Delete'),
    [`List${plural}`]:
      kind === 'mesh'
        ? onAnything('appmesh:ListMeshes')
        : (input: Input, { account }) => [
            { action: `appmesh:List${plural}`, resource: containerOf(account, shape, input) },
          ],
  };
}

export const APP_MESH_NEEDS: NeedTable = {
  ...Object.fromEntries(Object.values(KINDS).flatMap((shape) => Object.entries(ofKind(shape)))),
  TagResource: ({ resourceArn, tags }) => [
    { action: 'appmesh:TagResource', resource: resourceArn, requestTags: tagsIn(tags) },
  ],
  UntagResource: ({ resourceArn, tagKeys }) => [{ action: 'appmesh:UntagResource', resource: resourceArn, tagKeys }],
  ListTagsForResource: ({ resourceArn }) => [{ action: 'appmesh:ListTagsForResource', resource: resourceArn }],
};
