import { accountOfArn, type Access } from '../plan/access.ts';
import type { PlanSpec } from '../plan/model.ts';
import { outOfReach, type Reach } from '../plan/reach.ts';
import type { Clock, Owner, World, Worlds } from '../reconciler/ports.ts';
import { assumedRole, type CredentialsProvider } from './assumedRole.ts';
import type { Budget } from './budget.ts';
import type { AwsClients } from './clients.ts';

export interface AccountWorldsOptions {
  /** With the operator's own credentials, in its own Region. */
  home: AwsClients;
  /** What {@link home} draws on. */
  homeBudget: Budget;
  /** The operator's own account, once it is known. */
  homeAccount: () => string | undefined;
  reach: Reach;
  clock: Clock;
  /** Clients of another account or Region; the operator's own credentials where none are given. */
  connect: (where: { region: string; budget: Budget; credentials?: CredentialsProvider }) => AwsClients;
  createBudget: () => Budget;
  createWorld: (clients: AwsClients) => World;
}

/** Clients, and the world over them. */
interface Connected {
  /** What it was made for. */
  key: string;
  account: string;
  region: string;
  budget: Budget;
  clients: AwsClients;
  world: World;
}

/**
 * Each plan's way to AWS. Plans without an access of their own share the operator's clients and what is read with them; those in another Region
 * share that Region's. A plan with a role has clients, reads and credentials that no other plan sees. Plans of the same account and Region draw on
 * one budget, since AWS throttles the account; where the operator's own account is not known yet, one that a role leads into counts as another.
 * What no plan uses any more is gone.
 */
export class AccountWorlds implements Worlds {
  readonly #options: AccountWorldsOptions;
  readonly #home: World;
  /** What each plan uses that is not the operator's own. */
  readonly #plans = new Map<string, Connected>();

  constructor(options: AccountWorldsOptions) {
    this.#options = options;
    this.#home = options.createWorld(options.home);
  }

  of(owner: Owner, access: Access | null): World {
    const { home, homeAccount } = this.#options;
    const region = access?.region ?? home.region;
    if (access !== null && access.roleArn !== null) {
      const { roleArn, externalId } = access;
      // The uid, since a plan of the same name that comes after it is another one.
      const key = [owner.plan, owner.uid, roleArn, externalId ?? '', region].join(' ');
      const credentials = () => assumedRole(home.sts, this.#options.clock, owner, { roleArn, externalId });
      return this.#use(owner.plan, { key, account: accountOfArn(roleArn), region, credentials });
    }
    if (region !== home.region) return this.#use(owner.plan, { key: region, account: homeAccount() ?? '', region });
    this.forget(owner.plan);
    return this.#home;
  }

  outOfReach(spec: PlanSpec): { place: string; message: string }[] {
    return outOfReach(spec, this.#options.reach, this.#options.home.region);
  }

  forget(plan: string): void {
    const before = this.#plans.get(plan);
    this.#plans.delete(plan);
    if (before !== undefined) this.#endUnused(before);
  }

  /** What the plan waits for is worth no more waiting. */
  hurry(plan: string): void {
    (this.#plans.get(plan)?.clients ?? this.#options.home).reader?.hurry(plan);
  }

  destroy(): void {
    for (const plan of this.#plans.keys()) this.forget(plan);
    this.#options.home.destroy();
  }

  #use(
    plan: string,
    wanted: Pick<Connected, 'key' | 'account' | 'region'> & { credentials?: () => CredentialsProvider },
  ): World {
    const before = this.#plans.get(plan);
    if (before?.key === wanted.key) return before.world;
    const { credentials, ...where } = wanted;
    const next = this.#find(({ key }) => key === wanted.key) ?? this.#connect(where, credentials?.());
    this.#plans.set(plan, next);
    // After the next is there, which may draw on the same budget.
    if (before !== undefined) this.#endUnused(before);
    return next.world;
  }

  #connect(
    { key, account, region }: Pick<Connected, 'key' | 'account' | 'region'>,
    credentials: CredentialsProvider | undefined,
  ): Connected {
    const { connect, createWorld } = this.#options;
    const budget = this.#budgetOf(account, region);
    const clients = connect({ region, budget, ...(credentials === undefined ? {} : { credentials }) });
    return { key, account, region, budget, clients, world: createWorld(clients) };
  }

  #budgetOf(account: string, region: string): Budget {
    const { home, homeAccount, homeBudget, createBudget } = this.#options;
    if (region === home.region && account === homeAccount()) return homeBudget;
    return this.#find((one) => one.account === account && one.region === region)?.budget ?? createBudget();
  }

  #find(isWanted: (one: Connected) => boolean): Connected | undefined {
    for (const one of this.#plans.values()) if (isWanted(one)) return one;
    return undefined;
  }

  #endUnused(before: Connected): void {
    if (this.#find((one) => one === before) === undefined) before.clients.destroy();
  }
}
