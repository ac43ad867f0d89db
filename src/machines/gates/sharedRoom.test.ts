import { expect, test } from 'vitest';
import type { SharedServiceResource } from '../../assess/model.ts';
import { sharedRoomVerdict } from './sharedRoom.ts';
import { service } from './testService.ts';

const SHARED: SharedServiceResource = {
  kind: 'sharedService',
  id: 'service/stock-api-sc',
  dependsOn: [],
  blueService: 'stock-api',
  name: 'stock-api-sc',
  arn: 'arn:aws:ecs:eu-west-1:111122223333:service/shop/stock-api-sc',
  clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/shop',
  maker: { plan: 'first', uid: 'uid-1' },
  serviceConnect: { namespace: { ref: 'namespace/shop-sc' }, services: [] },
  deployment: {},
  tasks: { green: 3, blue: 2 },
};

test('a shared green has room where it runs its own tasks and as many again as blue', () => {
  expect(sharedRoomVerdict(SHARED, service(5, 5)).verdict).toBe('pass');
  expect(sharedRoomVerdict(SHARED, service(4, 5)).verdict).toBe('wait');
  expect(sharedRoomVerdict(SHARED, undefined).verdict).toBe('unknown');
});

test('the command that makes room raises what would take the tasks away again', () => {
  expect(sharedRoomVerdict(SHARED, service(3, 3)).why).toMatch(
    /: aws ecs update-service --cluster shop --service stock-api-sc --desired-count 5$/,
  );
  const scaled = { ...SHARED, scaling: { min: 2, max: 4 } };
  expect(sharedRoomVerdict(scaled, service(3, 3)).why).toMatch(
    /register-scalable-target .* --resource-id service\/shop\/stock-api-sc --min-capacity 5 --max-capacity 5$/,
  );
});
