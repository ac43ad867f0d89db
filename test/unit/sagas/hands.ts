import { createClients, type AwsClients } from '../../../src/aws/clients.ts';
import { currentCall } from '../../../src/aws/callContext.ts';
import { isReading } from '../../../src/aws/budget.ts';
import type { Shop } from '../../../src/aws/simulatedShop.ts';
import { createWorld } from '../../../src/aws/world.ts';
import type { World } from '../../../src/reconciler/ports.ts';
import { patientBudget, SILENT } from '../operator/operatorProcess.ts';

/** What befalls one call of an operator. */
export const FAULTS = {
  diesBefore: 'the process dies before the call is sent',
  diesAfter: 'the process dies after the effect and before the answer',
  answerLost: 'the effect is there and the answer is lost',
  answerLostAndAskedAgain: 'the answer is lost, and the SDK makes the call again',
  denied: 'the call is denied',
  throttled: 'the call is throttled',
} as const;
export type Fault = keyof typeof FAULTS;

/** Of what may befall a call, what may befall one that only reads, and is not the same as its not being made. */
export const READ_FAULTS: readonly Fault[] = ['denied', 'throttled'];
export const MUTATION_FAULTS = Object.keys(FAULTS) as Fault[];

/** One operator's process, as far as it acts: everything that the reconciler may ask of AWS, and a memory that dies with it. */
export interface Hands {
  shop: Shop;
  world: World;
  clients: AwsClients;
  /** What it called so far, attempts and reads among them. */
  calls: readonly string[];
  isDead(): boolean;
}

export class Died extends Error {
  override name = 'Died';
}

export const isMutation = (api: string): boolean => !isReading(api.slice(api.indexOf(':') + 1));

/** What befalls one call: the one of this number among those of its API, from 1. */
export interface Mishap {
  api: string;
  nth: number;
  fault: Fault;
}

export function handsOn(shop: Shop, mishap?: Mishap): Hands {
  const calls: string[] = [];
  let dead = false;
  const handler = shop.simulated.requestHandler;
  const clients = createClients({
    ...shop.simulated.clientConfig,
    log: SILENT,
    budget: patientBudget(),
    random: () => 0,
    attemptsMax: mishap?.fault === 'answerLostAndAskedAgain' ? 2 : 1,
    requestHandler: {
      ...handler,
      async handle(request: Parameters<typeof handler.handle>[0]) {
        if (dead) throw new Died('this process has died');
        const api = currentCall()?.api ?? 'unknown';
        calls.push(api);
        const isStruck = api === mishap?.api && calls.filter((one) => one === api).length === mishap.nth;
        switch (isStruck ? mishap.fault : undefined) {
          case undefined:
            return handler.handle(request);
          case 'diesBefore':
            dead = true;
            throw new Died('died before the call');
          case 'diesAfter':
            await handler.handle(request);
            dead = true;
            throw new Died('died before the answer');
          case 'answerLost':
          case 'answerLostAndAskedAgain':
            await handler.handle(request);
            throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
          case 'denied':
            throw refusal('AccessDeniedException', 403);
          case 'throttled':
            throw refusal('ThrottlingException', 400);
        }
      },
    },
  });
  const clock = { now: () => shop.clock.now(), realMs: (ms: number) => ms };
  const world = createWorld({ clients, clock, realPause: () => Promise.resolve() });
  return { shop, world, clients, calls, isDead: () => dead };
}

const refusal = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error('a drill'), { name, $fault: 'client', $metadata: { httpStatusCode } });
