import { byAccount } from '../../../lab/byAccount.ts';
import { SIMULATED_ACCOUNT } from '../../../lab/simulated/simulatedAws.ts';
import { createInProcessHandler } from '../../../lab/wire/inProcessHandler.ts';
import { namespaceOf } from '../../../lab/wire/direct.ts';
import { createClients } from '../../../src/aws/clients.ts';
import { createWorld } from '../../../src/aws/world.ts';
import { AccountWorlds } from '../../../src/aws/worlds.ts';
import { OWN_ACCOUNT, type Reach } from '../../../src/plan/reach.ts';
import { MemoryItems, MemoryTable } from '../../../src/state/memoryTable.ts';
import { compose } from './compose.ts';
import { patientBudget, SILENT, TABLE } from './operatorProcess.ts';
import { OperatorWorld } from './operatorWorld.ts';

export const SPOKE = { id: '444455556666', region: SIMULATED_ACCOUNT.region };
export const EXTERNAL_ID = 'what-nobody-guesses';
const HUB_ROLE = `arn:aws:iam::${SIMULATED_ACCOUNT.id}:role/meshlift-operator`;
export const SPOKE_ROLE = `arn:aws:iam::${SPOKE.id}:role/meshlift-operator`;

const TRUST_IN_HUB = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: HUB_ROLE },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } },
    },
    { Effect: 'Allow', Principal: { AWS: HUB_ROLE }, Action: 'sts:TagSession' },
  ],
};

/** The sample estate in two accounts, one table, and operators in the first, over the wire. */
export class TwoAccounts {
  readonly hub: OperatorWorld;
  readonly spoke: OperatorWorld;
  #operators = 0;
  #worlds: AccountWorlds | undefined;

  static async create(): Promise<TwoAccounts> {
    const hub = await OperatorWorld.create({ referee: false });
    const spoke = await OperatorWorld.create({
      referee: false,
      beside: { first: hub, account: SPOKE, trust: TRUST_IN_HUB },
    });
    await hub.simulated.aws.direct({
      namespace: namespaceOf('iam'),
      operation: 'PutRolePolicy',
      input: {
        RoleName: 'meshlift-operator',
        PolicyName: 'assume-roles',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: [SPOKE_ROLE] }],
        }),
      },
    });
    return new TwoAccounts(hub, spoke);
  }

  private constructor(hub: OperatorWorld, spoke: OperatorWorld) {
    this.hub = hub;
    this.spoke = spoke;
  }

  /** A new process in the hub takes the place of the one there was. */
  async startOperator(reach: Partial<Reach> = {}): Promise<void> {
    const { hub, spoke } = this;
    const { clock } = hub;
    const config = {
      ...hub.simulated.clientConfig,
      requestHandler: createInProcessHandler(
        byAccount(hub.simulated.aws.accounts, [
          { accountId: SIMULATED_ACCOUNT.id, administrators: [], dispatch: hub.simulated.aws.dispatch },
          { accountId: SPOKE.id, administrators: [], dispatch: spoke.simulated.aws.dispatch },
        ]),
      ),
      log: SILENT,
      attemptsMax: 1,
      reads: { monotonicMs: () => clock.now(), nowMs: () => clock.now(), gatherMs: 0 },
    };
    const operatorClock = { now: () => clock.now(), realMs: (ms: number) => ms };
    // Those of its own are as good as a task's: asked for anew where the hour is over.
    let own: { credentials: Awaited<ReturnType<OperatorWorld['role']['credentials']>>; until: number } | undefined;
    const home = createClients({
      ...config,
      budget: patientBudget(),
      credentials: async () => {
        if (own === undefined || clock.now() >= own.until) {
          own = { credentials: await hub.role.credentials(), until: clock.now() + 55 * 60_000 };
        }
        return { ...own.credentials, expiration: new Date(0) };
      },
    });
    const name = `op-${(this.#operators += 1)}`;
    let tokens = 0;
    const newToken = () => `${name}-${(tokens += 1)}`;
    this.#worlds?.destroy();
    const worlds = new AccountWorlds({
      home,
      homeBudget: patientBudget(),
      homeAccount: () => SIMULATED_ACCOUNT.id,
      reach: { ...OWN_ACCOUNT, ...reach },
      clock: operatorClock,
      connect: (where) => createClients({ ...config, ...where }),
      createBudget: patientBudget,
      createWorld: (clients) => createWorld({ clients, clock: operatorClock, realPause: () => Promise.resolve() }),
    });
    this.#worlds = worlds;
    const { reconciler, store } = compose({
      name,
      clients: home,
      worlds,
      table: new MemoryTable({ items: hub.items ?? new MemoryItems(), newToken, name: TABLE }),
      clock,
      newUid: () => `uid-${newToken()}`,
      log: SILENT,
    });
    const operator = { name, reconciler, store, clients: home, begun: [], died: undefined };
    hub.operator = operator;
    spoke.operator = operator;
  }
  /** Throws where anybody was denied what it asked for. */
  async close(): Promise<void> {
    this.#worlds?.destroy();
    await this.spoke.close();
    await this.hub.close();
  }
}
