import type { Estate } from '../../lab/estates/estate.ts';
import type { Story } from './history.ts';

/** One estate of the run and what its plan is put through. The estate, the plan and every part of both have one name. */
export interface Cast {
  name: string;
  story: Story;
  /** Whether its tasks are processes and its users real; the others are simulated. */
  isLoaded: boolean;
}

const LOADED_MAX = 5;
/** Told again and again, so that the first five have one of each and most are left alone. */
const STORIES: readonly Story[] = [
  'migrate',
  'sickGreen',
  'abort',
  'pause',
  'migrate',
  'migrate',
  'migrate',
  'migrate',
];

/** The estates of a run: the first five are loaded. */
export function castOf(plans: number): Cast[] {
  return Array.from({ length: plans }, (_, index) => ({
    name: `kiosk-${String(index + 1).padStart(2, '0')}`,
    story: STORIES[index % STORIES.length] ?? 'migrate',
    isLoaded: index < LOADED_MAX,
  }));
}

/** Short where nothing has to happen within; otherwise long enough for an alarm of a minute's period, or for a person. */
const BAKE: Readonly<Record<Story, string>> = { migrate: '1m', pause: '3m', abort: '8m', sickGreen: '8m' };

export function manifestOf({ name, story }: Cast, estate: Omit<Estate, 'url'>): Record<string, unknown> {
  return {
    apiVersion: 'meshlift.dev/v1',
    kind: 'MigrationPlan',
    metadata: { name },
    spec: {
      source: { cluster: estate.clusterName, mesh: estate.meshName },
      target: { nameSuffix: '-sc', serviceConnect: { namespace: `${name}-sc` } },
      traffic: [{ service: name, alb: { listenerRule: estate.listenerRuleArn } }],
      ramp: {
        steps: [
          { weight: 50, bake: BAKE[story] },
          { weight: 100, bake: '1m' },
        ],
      },
      gates: { alarms: [...estate.alarmNames], shortBakes: 'force' },
      rollback: { keepGreen: '0s' },
      retire: { soak: '1m', mesh: 'delete', evidence: 'callGraph' },
    },
  };
}
