import { expect, test } from 'vitest';
import type { ServiceResource } from '../../assess/model.ts';
import { serviceChanges } from './serviceChanges.ts';

const green: ServiceResource = {
  kind: 'service',
  id: 'service/stock-sc',
  dependsOn: [],
  name: 'stock-sc',
  blueService: 'stock',
  input: { cluster: 'shop', serviceName: 'stock-sc', desiredCount: 2 },
  tags: [],
  taskDefinition: { ref: 'taskDefinition/stock-sc' },
  loadBalancers: [],
  serviceConnect: {
    namespace: { ref: 'namespace/shop-sc' },
    services: [{ portName: 'http', clientAliases: [{ dnsName: 'stock.shop.local', port: 8080 }] }],
    logConfiguration: undefined,
  },
};
const resolved = new Map([['taskDefinition/stock-sc', 'stock-sc:1']]);
const asMade = {
  taskDefinition: 'stock-sc:1',
  serviceConnectConfiguration: {
    enabled: true,
    // What AWS adds, and the namespace, of which it tells a name or an ARN.
    namespace: 'shop-sc',
    services: [
      { portName: 'http', discoveryName: 'http', clientAliases: [{ dnsName: 'stock.shop.local', port: 8080 }] },
    ],
  },
};

test.each([
  ['E20: nothing', { desiredCount: 2 }, {}, []],
  ['more tasks, which is its own scaling', { desiredCount: 3 }, {}, []],
  ['fewer tasks', { desiredCount: 0 }, {}, ['desired count 2 → 0']],
  [
    'another revision',
    { desiredCount: 2 },
    { taskDefinition: 'stock-sc:2' },
    ['task definition stock-sc:1 → stock-sc:2'],
  ],
  [
    'Service Connect switched off',
    { desiredCount: 2 },
    { serviceConnectConfiguration: { enabled: false } },
    ['Service Connect on → off'],
  ],
  [
    'an endpoint taken out',
    { desiredCount: 2 },
    { serviceConnectConfiguration: { enabled: true, services: [] } },
    ['Service Connect port http on → none'],
  ],
  [
    'an alias renamed',
    { desiredCount: 2 },
    {
      serviceConnectConfiguration: {
        enabled: true,
        services: [{ portName: 'http', clientAliases: [{ dnsName: 'stock', port: 80 }] }],
      },
    },
    ['Service Connect port http aliases ["stock.shop.local:8080"] → ["stock:80"]'],
  ],
])('%s', (_what, service, deployment, changes) => {
  expect(serviceChanges(green, service, { ...asMade, ...deployment }, resolved)).toEqual(changes);
});
