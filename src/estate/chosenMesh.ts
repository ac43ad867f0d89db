import { identityOf } from './envoy.ts';
import type { EstateExport } from './export.ts';
import { placeOf } from './identity.ts';
import { byText } from './order.ts';

/** A mesh as a person names it: `shop`, or `shop@222233334444` for the one of that name that another account owns. */
export interface MeshReference {
  name: string;
  owner: string | undefined;
}

interface InMesh {
  meshName: string | undefined;
  metadata?: { meshOwner?: string | undefined } | undefined;
}

export function meshReference(text: string): MeshReference {
  const [, name = text, owner] = /^(.*)@(\d{12})$/.exec(text) ?? [];
  return { name, owner };
}

const listsOf = ({ tags: _tags, ...lists }: EstateExport['appMesh']): (readonly InMesh[])[] => Object.values(lists);

/** What does not tell its mesh's owner is of the account's own mesh, where there are several of its name. */
const ownerOf = (one: InMesh, account: string): string => one.metadata?.meshOwner ?? account;

/**
 * The accounts whose meshes of this name an export tells of, ordered; where App Mesh tells of none, those that tasks say they run in.
 * Empty where nothing tells.
 */
export function meshOwners(exported: EstateExport, name: string): string[] {
  const { account } = exported.caller;
  const ownersIn = (lists: readonly (readonly InMesh[])[]): string[] =>
    lists.flatMap((list) => list.filter((one) => one.meshName === name).map((one) => ownerOf(one, account)));
  const ofMeshes = ownersIn([exported.appMesh.meshes]);
  // What is in a mesh tells its owner only where nothing tells of the mesh itself.
  const told = ofMeshes.length > 0 ? ofMeshes : ownersIn(listsOf(exported.appMesh));
  const said = exported.ecs.taskDefinitions.flatMap(({ taskDefinition }) => {
    const identity = identityOf(taskDefinition)?.identity;
    if (identity?.meshName !== name) return [];
    return [identity.meshOwner ?? (placeOf(taskDefinition.taskDefinitionArn).account || account)];
  });
  return [...new Set(told.length > 0 ? told : said)].sort(byText);
}

/**
 * Which of several meshes of one name is meant: the one whose owner is named, else the account's own, else the first by its owner.
 * `owner` is `undefined` where there is no other of its name to tell it from.
 */
export function chosenMesh(exported: EstateExport, text: string): MeshReference {
  const { name, owner } = meshReference(text);
  const owners = meshOwners(exported, name);
  if (owner !== undefined) return { name, owner };
  if (owners.length < 2) return { name, owner: undefined };
  const { account } = exported.caller;
  return { name, owner: owners.includes(account) ? account : owners[0] };
}

/** The export without what other meshes of the same name hold. */
export function withoutNamesakes(exported: EstateExport, { name, owner }: MeshReference): EstateExport {
  if (owner === undefined) return exported;
  const { account } = exported.caller;
  const only = <Item extends InMesh>(list: Item[]): Item[] =>
    list.filter((one) => one.meshName !== name || ownerOf(one, account) === owner);
  const { appMesh } = exported;
  return {
    ...exported,
    appMesh: {
      meshes: only(appMesh.meshes),
      virtualNodes: only(appMesh.virtualNodes),
      virtualServices: only(appMesh.virtualServices),
      virtualRouters: only(appMesh.virtualRouters),
      routes: only(appMesh.routes),
      virtualGateways: only(appMesh.virtualGateways),
      gatewayRoutes: only(appMesh.gatewayRoutes),
      tags: appMesh.tags,
    },
  };
}
