import { stringify } from 'yaml';

/** What the sample estate's plan needs to know. */
export interface ShopArns {
  clusterName: string;
  meshName: string;
  listenerRuleArn: string;
}

/** The demo's plan: bakes as long as its alarms need to see (a period, an evaluation, the metrics' way), in lab time. */
export function demoPlan(arns: ShopArns, options: { confirmGuessedCallGraph: boolean }): string {
  return stringify({
    apiVersion: 'meshlift.dev/v1',
    kind: 'MigrationPlan',
    metadata: { name: 'shop' },
    spec: {
      strategy: 'migrate',
      source: { cluster: arns.clusterName, mesh: arns.meshName },
      target: { nameSuffix: '-sc', serviceConnect: { namespace: 'shop-sc' } },
      traffic: [{ service: 'frontend', alb: { listenerRule: arns.listenerRuleArn } }],
      ramp: {
        steps: [
          { weight: 10, bake: '4m' },
          { weight: 50, bake: '4m' },
          { weight: 100, bake: '4m' },
        ],
      },
      gates: { alarms: ['shop-5xx', 'shop-latency'] },
      rollback: { keepGreen: '0s' },
      retire: { soak: '3m', mesh: 'delete', evidence: 'callGraph' },
      ...(options.confirmGuessedCallGraph
        ? { decisions: [{ code: 'CALL_GRAPH_GUESSED', place: `cluster/${arns.clusterName}`, choice: 'confirm' }] }
        : {}),
    },
  });
}
