import type { TrafficEntry } from '../model.ts';
import { asksBlue, type Probe } from '../probes.ts';

/** What is wrong with probes only beside the rest of the plan. */
export function probeProblems(
  probes: readonly Probe[],
  traffic: readonly TrafficEntry[],
  isRescue: boolean,
): { path: (string | number)[]; message: string }[] {
  const entries = [...new Set(traffic.map(({ service }) => service))];
  const useless = traffic.flatMap(({ service, alb }, index) =>
    alb.testListener === undefined || probes.some((probe) => probe.service === service)
      ? []
      : [
          {
            path: ['traffic', index, 'alb', 'testListener'],
            message: `is for probes, and gates.probes has none of ${service}: write one, or leave testListener out`,
          },
        ],
  );
  const ofProbes = probes.flatMap((probe, index) => [
    ...(entries.includes(probe.service)
      ? []
      : [
          {
            path: ['gates', 'probes', index, 'service'],
            message: `must be the service of an entry, since a probe comes in through one: ${entries.join(', ')}`,
          },
        ]),
    ...(isRescue && asksBlue(probe)
      ? [
          {
            path: ['gates', 'probes', index, 'parity'],
            message: 'cannot be asked of a rescue, whose blue is failing already: say what green must answer instead',
          },
        ]
      : []),
  ]);
  return [...useless, ...ofProbes];
}
