import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SimulatedClock } from '../../../lab/clock.ts';
import type { SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { Budget } from '../../../src/aws/budget.ts';
import { currentCall } from '../../../src/aws/callContext.ts';
import { type AwsClients, createClients } from '../../../src/aws/clients.ts';
import type { Direct, DirectCall } from '../../../src/aws/directClient.ts';
import type { Ask } from '../../../src/aws/probes/ask.ts';
import type { PlanStatus } from '../../../src/machines/record.ts';
import type { Log, NotifyChannels } from '../../../src/reconciler/ports.ts';
import type { Reconciler } from '../../../src/reconciler/reconcile.ts';
import type { Settings } from '../../../src/reconciler/settings.ts';
import { DynamoTable } from '../../../src/state/dynamoTable.ts';
import { type MemoryItems, MemoryTable, type MemoryTableOptions } from '../../../src/state/memoryTable.ts';
import type { TablePlanStore } from '../../../src/state/planStore.ts';
import { compose } from './compose.ts';

export const TABLE = 'meshlift';

/** A mutating call of an operator, as it goes out. */
export interface Mutation {
  /** `ecs:CreateService`, `dynamodb:UpdateItem`. */
  api: string;
  input: Readonly<Record<string, unknown>>;
}

/** What stands between an operator and AWS. Either may throw: the call is then not sent, or its answer is lost. */
export interface Wire {
  before?: (mutation: Mutation) => Promise<void> | void;
  after?: (mutation: Mutation) => Promise<void> | void;
  /** A status that has landed in the table. */
  persisted?: (plan: string, status: PlanStatus) => void;
}

/** What befalls a process at one of its mutating calls, counted from 1 and DynamoDB's included. */
export interface Mishap {
  call: number;
  /**
   * It dies before the call is sent, or after AWS has done it and before the answer arrives; or it lives, and only the answer
   * is lost.
   */
  kind: 'diesBefore' | 'diesAfter' | 'answerLost';
}

export class ProcessDied extends Error {
  override name = 'ProcessDied';
}

export const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/** A budget that is not waited for: it is real time, and none passes here. */
export function patientBudget(): Budget {
  let nowMs = 0;
  // Each look at its clock is a second: a fleet of one never runs short.
  return new Budget({ monotonicMs: () => (nowMs += 1_000), sleep: () => Promise.resolve() });
}

/** What the SDK does for a network and for people, and this AWS does not look at: a tenth of a test's time. DynamoDB does. */
const NEEDLESS = [
  'httpSigningMiddleware',
  'loggerMiddleware',
  'getUserAgentMiddleware',
  'recursionDetectionMiddleware',
];

function withoutCeremony(...clients: { middlewareStack: { remove(name: string): boolean } }[]): void {
  for (const { middlewareStack } of clients) for (const name of NEEDLESS) middlewareStack.remove(name);
}

/** One operator: its clients, its memory, its place in the lease. What dies with it is lost. */
export interface OperatorProcess {
  name: string;
  reconciler: Reconciler;
  store: TablePlanStore;
  clients: AwsClients;
  /** Every mutating call that was begun, DynamoDB's included. */
  begun: string[];
  /** The call at which it died; `undefined` while it lives. */
  died: Mutation | undefined;
}

export interface OperatorOptions {
  name: string;
  simulated: SimulatedAws;
  clock: SimulatedClock;
  settings?: Partial<Settings>;
  wire?: Wire;
  mishap?: Mishap;
  /** It dies before the first such call is sent. */
  diesBefore?: (mutation: Mutation) => boolean;
  /** Holds a call up for as long as it likes, after the fence has let it pass. */
  holdUp?: (mutation: Mutation) => Promise<void> | void;
  log?: Log;
  /** What answers probes; without it they are sent over the network. */
  ask?: Ask;
  /** Default the real ones. */
  channels?: NotifyChannels;
  /** By this its calls of AWS reach the services. Default over the wire. */
  direct?: Direct;
  /** Of a table in memory. Default one in DynamoDB, over the wire. */
  items?: MemoryItems;
}

/** Composed as the `operator` verb does it, but for time and wire. */
export function startOperator(options: OperatorOptions): OperatorProcess {
  const { name, simulated, clock, mishap } = options;
  const log = options.log ?? SILENT;
  const life: Pick<OperatorProcess, 'begun' | 'died'> = { begun: [], died: undefined };
  const handler = simulated.requestHandler;
  /** Lets a call through, or what becomes of it. */
  const living = async <T>(mutation: Mutation | undefined, act: () => Promise<T>): Promise<T> => {
    if (life.died !== undefined) throw new ProcessDied(`${name} has died`);
    if (mutation === undefined) return act();
    life.begun.push(mutation.api);
    const dies = options.diesBefore?.(mutation) === true ? 'diesBefore' : undefined;
    const kind = mishap?.call === life.begun.length ? mishap.kind : dies;
    const die = (when: string): never => {
      life.died = mutation;
      throw new ProcessDied(`${name} died ${when} ${mutation.api}`);
    };
    if (kind === 'diesBefore') die('before');
    await options.holdUp?.(mutation);
    await options.wire?.before?.(mutation);
    const answer = await act();
    await options.wire?.after?.(mutation);
    if (kind === 'diesAfter') die('after');
    if (kind === 'answerLost') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    return answer;
  };
  const requestHandler: typeof handler = {
    ...handler,
    handle: (request) => living(mutationOf(request), () => handler.handle(request)),
  };
  const reach = options.direct ?? simulated.aws.direct;
  const direct: Direct = (call) => living(directMutation(call), () => reach(call));
  let tokens = 0;
  const newToken = () => `${name}-${(tokens += 1)}`;
  const clients = createClients({
    ...simulated.clientConfig,
    requestHandler,
    ...(options.direct === undefined ? {} : { direct }),
    log,
    budget: patientBudget(),
    // The SDK's own back-off is real time. What failed is tried again by the next reconcile.
    attemptsMax: 1,
    reads: { monotonicMs: () => clock.now(), nowMs: () => clock.now(), gatherMs: 0 },
  });
  if (options.direct === undefined) {
    const { ecs, elbv2, serviceDiscovery, autoScaling, cloudWatch } = clients;
    withoutCeremony(ecs, elbv2, serviceDiscovery, autoScaling, cloudWatch);
  }
  const table =
    options.items === undefined
      ? new DynamoTable(new DynamoDBClient({ ...simulated.clientConfig, requestHandler }), TABLE, newToken)
      : new MemoryTable({ items: options.items, newToken, name: TABLE, fault: atTable(name, life, options) });
  const { reconciler, store } = compose({
    name,
    clients,
    table,
    clock,
    newUid: () => `uid-${(tokens += 1)}-of-${name}`,
    log,
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    ...(options.wire?.persisted === undefined ? {} : { persisted: options.wire.persisted }),
    ...(options.ask === undefined ? {} : { ask: options.ask }),
    ...(options.channels === undefined ? {} : { channels: options.channels }),
  });
  return Object.assign(life, { name, reconciler, store, clients });
}

const READS = /:(Describe|List|Get|Query|Scan|Discover)/;

/** What befalls it at the table's calls where the table is in memory: what befalls it at those over the wire, but that nothing holds them up. */
function atTable(
  name: string,
  life: Pick<OperatorProcess, 'begun' | 'died'>,
  { mishap, diesBefore }: OperatorOptions,
): NonNullable<MemoryTableOptions['fault']> {
  let diesNext = false;
  return (operation) => {
    const mutation = { api: `dynamodb:${operation}`, input: {} };
    const die = (when: string): never => {
      life.died = mutation;
      throw new ProcessDied(`${name} died ${when} ${mutation.api}`);
    };
    if (life.died !== undefined) throw new ProcessDied(`${name} has died`);
    // The table asks again before it sends again what has had its effect.
    if (diesNext) die('after');
    if (READS.test(mutation.api)) return 'none';
    life.begun.push(mutation.api);
    const kind = mishap?.call === life.begun.length ? mishap.kind : undefined;
    if (kind === 'diesBefore' || diesBefore?.(mutation) === true) die('before');
    diesNext = kind === 'diesAfter';
    return kind === 'answerLost' || diesNext ? 'loseAnswer' : 'none';
  };
}

type Request = Parameters<SimulatedAws['requestHandler']['handle']>[0];

/** The call that a request makes; `undefined` for one that only reads. */
function mutationOf(request: Request): Mutation | undefined {
  const target = request.headers['x-amz-target'] ?? '';
  const api = target.startsWith('DynamoDB_') ? `dynamodb:${target.split('.')[1] ?? ''}` : (currentCall()?.api ?? '');
  if (READS.test(api)) return undefined;
  return { api, input: inputOf(request) };
}

function directMutation({ input }: DirectCall): Mutation | undefined {
  const api = currentCall()?.api ?? '';
  return READS.test(api) ? undefined : { api, input: input as Mutation['input'] };
}

function inputOf(request: Request): Mutation['input'] {
  const { body } = request;
  const text = typeof body === 'string' ? body : body instanceof Uint8Array ? textOf(body) : '';
  if (text === '') return { path: request.path };
  if (text.startsWith('{')) return JSON.parse(text) as Mutation['input'];
  return Object.fromEntries(new URLSearchParams(text));
}

/** By a plain view: the SDK's own body type warns when it is used as anything but bytes. */
const textOf = (body: Uint8Array): string =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
