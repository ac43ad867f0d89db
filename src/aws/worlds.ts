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
  clients: AwsClients;
  world: World;
}

/**
 * Each plan's way to AWS. Plans without an access of their own share the operator's clients and what is read with them; those in another Region
 * share that Region's. A plan with a role has clients, reads and credentials that no other plan sees. Plans of the same account and Region draw on
 * one budget, since AWS throttles the account; where the operator's own account is not known yet, one that a role leads into counts as another.
 */
export class AccountWorlds implements Worlds {
  readonly #options: AccountWorldsOptions;
  readonly #home: World;
  readonly #regions = new Map<string, Connected>();
  readonly #plans = new Map<string, Connected>();
  /** By account and Region. */
  readonly #budgets = new Map<string, Budget>();

  constructor(options: AccountWorldsOptions) {
    this.#options = options;
    this.#home = options.createWorld(options.home);
  }

  of(owner: Owner, access: Access | null): World {
    const { home } = this.#options;
    const region = access?.region ?? home.region;
    if (access !== null && access.roleArn !== null) return this.#withRole(owner, access, access.roleArn, region);
    this.#close(owner.plan);
    return region === home.region ? this.#home : this.#inRegion(region);
  }

  outOfReach(spec: PlanSpec): { place: string; message: string }[] {
    return outOfReach(spec, this.#options.reach, this.#options.home.region);
  }

  forget(plan: string): void {
    this.#close(plan);
  }

  /** What the plan waits for is worth no more waiting. */
  hurry(plan: string): void {
    const own = this.#plans.get(plan);
    for (const { reader } of own === undefined ? [this.#options.home, ...this.#clientsOfRegions()] : [own.clients]) {
      reader?.hurry(plan);
    }
  }

  destroy(): void {
    for (const plan of this.#plans.keys()) this.#close(plan);
    for (const clients of this.#clientsOfRegions()) clients.destroy();
    this.#options.home.destroy();
  }

  #withRole(owner: Owner, { externalId }: Access, roleArn: string, region: string): World {
    const key = [owner.uid, roleArn, externalId ?? '', region].join(' ');
    const before = this.#plans.get(owner.plan);
    if (before?.key === key) return before.world;
    this.#close(owner.plan);
    const { home, clock, connect, createWorld } = this.#options;
    const clients = connect({
      region,
      budget: this.#budgetOf(accountOfArn(roleArn), region),
      credentials: assumedRole(home.sts, clock, owner, { roleArn, externalId }),
    });
    const made = { key, clients, world: createWorld(clients) };
    this.#plans.set(owner.plan, made);
    return made.world;
  }

  #inRegion(region: string): World {
    const before = this.#regions.get(region);
    if (before !== undefined) return before.world;
    const { connect, createWorld } = this.#options;
    const clients = connect({ region, budget: this.#budgetOf(this.#options.homeAccount() ?? '', region) });
    const made = { key: region, clients, world: createWorld(clients) };
    this.#regions.set(region, made);
    return made.world;
  }

  #budgetOf(account: string, region: string): Budget {
    const { home, homeAccount, homeBudget } = this.#options;
    if (region === home.region && account === homeAccount()) return homeBudget;
    const key = `${account}/${region}`;
    const before = this.#budgets.get(key);
    if (before !== undefined) return before;
    const made = this.#options.createBudget();
    this.#budgets.set(key, made);
    return made;
  }

  #clientsOfRegions(): AwsClients[] {
    return [...this.#regions.values()].map(({ clients }) => clients);
  }

  #close(plan: string): void {
    this.#plans.get(plan)?.clients.destroy();
    this.#plans.delete(plan);
  }
}
