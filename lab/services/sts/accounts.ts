import type { IamStore, RoleRecord } from '../iam/iamStore.ts';
import type { Sessions } from './sessions.ts';

/** The accounts whose roles can be assumed from one another, with all sessions in them. */
export class Accounts {
  readonly sessions: Sessions;
  readonly #stores = new Map<string, IamStore>();

  constructor(sessions: Sessions) {
    this.sessions = sessions;
  }

  add(store: IamStore): void {
    this.#stores.set(store.account.id, store);
  }

  storeOf(accountId: string): IamStore | undefined {
    return this.#stores.get(accountId);
  }

  /** A role by its ARN, in whichever account. */
  roleOf(arn = ''): { store: IamStore; role: RoleRecord } | undefined {
    const [, accountId = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
    const store = this.#stores.get(accountId);
    const role = store?.roles.get(name.toLowerCase());
    return store === undefined || role === undefined || store.arnOf(role) !== arn ? undefined : { store, role };
  }
}
