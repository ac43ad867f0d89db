import type { SharedNamespaceResource } from '../../assess/model.ts';
import { isMade } from '../ownership.ts';
import type { ResourceKind } from './kind.ts';
import { find } from './namespace.ts';

/** The namespace of a green that an earlier plan made: whichever plan of Meshlift's it is, it is not taken away under its services. */
export const sharedNamespace: ResourceKind<SharedNamespaceResource> = {
  kind: 'sharedNamespace',
  actions: ['servicediscovery:ListNamespaces', 'servicediscovery:ListTagsForResource'],

  read: async ({ clients }, { name }) => (await find(clients, name, isMade)).observed,

  ensure: async () => ({ outcome: 'waiting', why: 'it is another plan’s, and is not changed' }),

  remove: async () => ({ outcome: 'gone' }),
};
