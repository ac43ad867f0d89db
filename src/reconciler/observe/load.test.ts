import { expect, test } from 'vitest';
import type { BlueService } from '../../estate/model.ts';
import type { Loads } from '../../machines/load.ts';
import { service } from '../../machines/gates/testService.ts';
import { machineIn, testSpec } from '../../machines/testFacts.ts';
import { followsOf } from '../floors.ts';
import type { Groundwork, Run } from '../run.ts';
import { loadsOf } from './load.ts';
import type { Observation } from './observation.ts';

const RECORDED = 2;

interface Shop {
  /** Green's share of what comes in by `web`, and by `admin`; `foreign` where others have changed the rule. */
  web: number | 'foreign';
  admin: number | 'foreign';
  blue?: Partial<BlueService>;
  load?: Loads | null;
}

/** Two ways in, `web` and `admin`, which both call `api`; of each service green has three tasks, and blue two. */
const shopOf = ({ blue = {} }: Pick<Shop, 'blue'>): Groundwork => {
  const names = ['web', 'admin', 'api'];
  const rules = ['web', 'admin'].map((name) => ({ kind: 'rule', id: `rule/${name}`, entry: { service: name } }));
  const greens = names.map((name) => ({ kind: 'service', name: `${name}-sc`, blueService: name }));
  const freezes = names.map((name) => ({ kind: 'scalingFreeze', id: `scalingFreeze/${name}`, blueService: name }));
  return {
    estate: {
      services: names.map((name) => ({ name, service: { desiredCount: RECORDED }, ...blue })),
      mesh: { answer: { state: 'read' } },
    },
    assessment: {
      services: names,
      edges: [
        { from: 'web', to: 'api' },
        { from: 'admin', to: 'api' },
      ],
    },
    stack: { resources: [...rules, ...greens, ...freezes] },
  } as unknown as Groundwork;
};

const routeOf = (share: number | 'foreign') =>
  share === 'foreign' ? { kind: 'foreign', why: '' } : { kind: 'split', greenWeight: share };

function observed({ web, admin, blue, load = null }: Shop): Loads {
  const observation = {
    blue: ['web', 'admin', 'api'].map((name) => ({ ...service(2, 2), service: name })),
    green: ['web', 'admin', 'api'].map((name) => ({ ...service(3, 3), service: `${name}-sc` })),
    routes: new Map([
      ['rule/web', routeOf(web)],
      ['rule/admin', routeOf(admin)],
    ]),
  } as unknown as Observation;
  const run = { spec: testSpec, status: { machine: machineIn('ramp.bake', { load }) } } as Run;
  return loadsOf(run, shopOf(blue === undefined ? {} : { blue }), observation);
}

const neededOf = (loads: Loads) =>
  Object.fromEntries(Object.entries(loads).map(([name, { needed }]) => [name, needed]));

test('a service that several entries lead to has the greatest of their shares', () => {
  expect(neededOf(observed({ web: 50, admin: 0 }))).toEqual({ web: 4, api: 4 });
  expect(neededOf(observed({ web: 25, admin: 100 }))).toEqual({ web: 3, admin: 3, api: 3 });
});

test('what a rule that was not read, or was changed by others, leads to stays as it was known', () => {
  expect(neededOf(observed({ web: 50, admin: 'foreign' }))).toEqual({ web: 4 });
  const load = { api: { blue: 2, needed: 7 } };
  expect(neededOf(observed({ web: 50, admin: 'foreign', load }))).toEqual({ web: 4, api: 7 });
});

test('tasks that a schedule starts on both sides, and those of a daemon, tell nothing', () => {
  const scheduledActions = [{ ScalableTargetAction: { MinCapacity: 3 } }];
  const scaling = { target: {}, policies: [], scheduledActions } as unknown as NonNullable<BlueService['scaling']>;
  expect(observed({ web: 100, admin: 100, blue: { scaling } })).toEqual({});
  const daemon = { desiredCount: RECORDED, schedulingStrategy: 'DAEMON' } as BlueService['service'];
  expect(observed({ web: 100, admin: 100, blue: { service: daemon } })).toEqual({});
});

const SCALING = { target: { MinCapacity: 1, MaxCapacity: 8 }, policies: [], scheduledActions: [] };
const blueWith = (scaling: object | undefined) => ({ name: 'web', scaling }) as BlueService;
const COMMAND = /aws ecs update-service --cluster shop --service web --desired-count 5$/;

test('a scaling that Meshlift has frozen is asked, and no other', () => {
  const shop = shopOf({});
  const follows = (scaling: object | undefined, groundwork = shop, spec = testSpec) =>
    followsOf(spec, groundwork, blueWith(scaling), 5);
  expect(follows(SCALING)).toEqual({ kind: 'asked', maximum: 8 });
  const scheduledActions = [{ ScheduledActionName: 'night' }];
  const suspended = { ...SCALING.target, SuspendedState: { DynamicScalingOutSuspended: true } };
  const unfrozen = { ...shop, stack: { ...shop.stack, resources: [] } };
  const left = [
    follows(undefined),
    follows({ ...SCALING, scheduledActions }),
    follows({ ...SCALING, target: suspended }),
    follows(SCALING, unfrozen),
  ];
  for (const one of left) expect(one).toEqual({ kind: 'left', why: expect.stringMatching(COMMAND) });
  const gone = { ...shop, estate: { ...shop.estate, mesh: { name: 'shop', answer: { state: 'gone' } } } };
  expect(follows(SCALING, gone as unknown as Groundwork)).toMatchObject({
    why: expect.stringMatching(/App Mesh is gone/),
  });
  expect(follows(SCALING, shop, { ...testSpec, strategy: 'rescue' })).toMatchObject({
    why: expect.stringMatching(/rescue/),
  });
});
