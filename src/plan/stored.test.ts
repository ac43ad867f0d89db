import { expect, test } from 'vitest';
import { parsePlan } from './parse.ts';
import { completed, type StoredSpec } from './stored.ts';

const TEXT = `
apiVersion: meshlift.dev/v1
kind: MigrationPlan
metadata: { name: shop }
spec:
  source: { cluster: shop, mesh: shop }
  traffic:
    - service: frontend
      alb: { listener: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2" }
  gates: { alarms: [shop-5xx] }
`;

test('a spec that the first version stored is what the same manifest gives today', () => {
  const read = parsePlan(TEXT);
  if ('errors' in read) throw new Error(JSON.stringify(read.errors));
  const { spec } = read.plan;
  const { notify: _notify, ...first } = spec;
  const {
    createAlarms: _createAlarms,
    windows: _windows,
    analysis: _analysis,
    shortBakes: _shortBakes,
    ...gates
  } = spec.gates;
  const { viability: _viability, strategy: _strategy, ...rollback } = spec.rollback;
  const { rehearse: _rehearse, ...ramp } = spec.ramp;
  const { registries: _registries, ...retire } = spec.retire;
  const { shared: _shared, ...target } = spec.target;
  const stored: StoredSpec = { ...first, target, gates, rollback, ramp, retire };
  expect(completed(stored)).toEqual(spec);
  expect(completed(spec)).toEqual(spec);
});
