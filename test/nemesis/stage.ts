import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { estateClients } from '../../lab/estates/clients.ts';
import type { Estate } from '../../lab/estates/estate.ts';
import { createKiosk, untilOpen } from '../../lab/estates/kiosk/kiosk.ts';
import { Faults } from '../../lab/faults.ts';
import { type Lab, LAB_ACCOUNT, startLab } from '../../lab/lab.ts';
import { DEFAULT_TABLE } from '../../src/cli/connection.ts';
import { createTable } from '../../src/state/createTable.ts';
import { DynamoTable } from '../../src/state/dynamoTable.ts';
import { PlanRequestWriter } from '../../src/state/planRequests.ts';
import { OperatorRole } from '../unit/operator/operatorRole.ts';
import type { History } from './history.ts';
import type { Cast } from './plans.ts';
import { realUsers, SimulatedUsers, type Users } from './users.ts';

/** Requests a second of each loaded estate. */
const RATE = 20;

/** One lab with an estate for each plan of the run, its users, and people who work on it. No operator. */
export class Stage {
  readonly lab: Lab;
  readonly cast: readonly Cast[];
  readonly estates: ReadonlyMap<string, Omit<Estate, 'url'>>;
  /** Everybody but the operators. */
  readonly person: ReturnType<typeof estateClients>;
  /** Whose rights every operator has. */
  readonly role: OperatorRole;
  readonly requests: PlanRequestWriter;
  /** Names of the estates whose green errs. */
  readonly sick: Set<string>;
  readonly #dynamoDb: DynamoDBClient;
  #users: Users[] = [];

  static async open(options: { cast: readonly Cast[]; clockFactor: number; seed: number }): Promise<Stage> {
    const { cast, clockFactor: factor, seed } = options;
    const now = Date.now();
    const sick = new Set<string>();
    const loaded = new Set(cast.filter(({ isLoaded }) => isLoaded).map(({ name }) => name));
    const role = new OperatorRole({
      account: LAB_ACCOUNT,
      reach: { clusterNames: cast.map(({ name }) => name), passRoleNames: ['kiosk-ecs-execution'] },
    });
    const lab = await startLab({
      account: LAB_ACCOUNT,
      onAsked: role.onAsked,
      scale: { labOriginMs: now, realOriginMs: now, factor },
      faults: new Faults(),
      seed,
      log: { debug: () => {}, warn: () => {} },
      isSimulated: ({ clusterName }) => !loaded.has(clusterName),
    });
    const person = estateClients({ endpoint: lab.endpoint, region: lab.account.region });
    try {
      const estates = new Map<string, Omit<Estate, 'url'>>();
      for (const { name } of cast)
        estates.set(name, await createKiosk({ clients: person, account: lab.account }, name));
      for (const estate of estates.values()) await untilOpen(person, estate);
      await role.create(lab);
      return await Stage.#withTable({ lab, cast, estates, person, sick, role });
    } catch (error) {
      person.destroy();
      await lab.close();
      throw error;
    }
  }

  static async #withTable(made: Pick<Stage, 'lab' | 'cast' | 'estates' | 'person' | 'sick' | 'role'>): Promise<Stage> {
    const dynamoDb = new DynamoDBClient({
      endpoint: made.lab.endpoint,
      region: made.lab.account.region,
      credentials: { accessKeyId: 'people', secretAccessKey: 'lab' },
    });
    await createTable(dynamoDb, DEFAULT_TABLE, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    return new Stage(made, dynamoDb);
  }

  private constructor(
    { lab, cast, estates, person, sick, role }: Pick<Stage, 'lab' | 'cast' | 'estates' | 'person' | 'sick' | 'role'>,
    dynamoDb: DynamoDBClient,
  ) {
    this.lab = lab;
    this.cast = cast;
    this.estates = estates;
    this.person = person;
    this.sick = sick;
    this.role = role;
    this.#dynamoDb = dynamoDb;
    this.requests = new PlanRequestWriter(new DynamoTable(dynamoDb, DEFAULT_TABLE, () => crypto.randomUUID()));
  }

  estate(name: string): Omit<Estate, 'url'> {
    const estate = this.estates.get(name);
    if (estate === undefined) throw new Error(`there is no estate ${name}`);
    return estate;
  }

  /** Lets users of every estate begin to ask. */
  startUsers(history: History): void {
    const urls = new Map(this.lab.alb.urls().map(({ listenerArn, url }) => [listenerArn, url]));
    this.#users = this.cast.map(({ name, isLoaded }, index) => {
      const estate = this.estate(name);
      if (isLoaded) return realUsers(history, name, urls.get(estate.listenerArn) ?? '', RATE);
      const isSick = () => this.sick.has(name);
      return new SimulatedUsers({ lab: this.lab, history, plan: name, estate, isSick, seed: index });
    });
  }

  async stopUsers(): Promise<void> {
    await Promise.all(this.#users.map((users) => users.stop()));
    this.#users = [];
  }

  async close(): Promise<void> {
    await this.stopUsers();
    this.#dynamoDb.destroy();
    this.person.destroy();
    await this.lab.close();
  }
}
