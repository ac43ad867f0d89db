import { expect, test } from 'vitest';
import { estateOf, exportOf } from '../../../../test/fixtures/estates.ts';
import { draftPlan } from '../../../assess/draftPlan.ts';
import { reportOn } from '../../../assess/report/reportOn.ts';
import type { Estate } from '../../../estate/model.ts';
import { renderHtml } from '../html/page.ts';
import { nextSteps } from './next.ts';
import { terminalReport } from './terminal.ts';

const SHOP = '01-simple-three-tier';

/** The shop, whose user-api is reached by a rule of the load balancer as well: two plans that share user-api. */
function withTwoEntries(): Estate {
  const exported = exportOf(SHOP);
  const { rules, targetGroups } = exported.elbv2;
  const [group] = targetGroups;
  const [rule] = rules;
  const user = exported.ecs.services.find((one) => one.serviceName === 'user-api');
  if (group === undefined || rule === undefined || user === undefined) throw new Error('the fixture lost its entry');
  const TargetGroupArn = (group.TargetGroupArn ?? '').replace('shop-frontend', 'shop-user');
  targetGroups.push({ ...group, TargetGroupArn, TargetGroupName: 'shop-user' });
  rules.push({
    ...rule,
    RuleArn: `${rule.RuleArn ?? ''}0`,
    IsDefault: false,
    Priority: '10',
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/users*'] } }],
    Actions: [{ Type: 'forward', TargetGroupArn }],
  });
  user.loadBalancers = [{ targetGroupArn: TargetGroupArn, containerName: 'app', containerPort: 8080 }];
  return estateOf(SHOP, exported);
}

test('the first plan that is advised would not be refused for a caller that it leaves behind', () => {
  const estate = withTwoEntries();
  const advice = nextSteps(reportOn(estate)).at(-1) ?? '';
  const entries = [...advice.matchAll(/--entry (\S+?)(?=[ ,]|$)/g)].flatMap(([, entry]) => entry ?? []);
  const draft = draftPlan(estate, { name: 'first', cluster: 'shop', mesh: 'shop', entries, alarms: undefined });
  expect(draft.obstacles).toEqual([]);
});

test('plans that cannot be run alone say with which', () => {
  const report = reportOn(withTwoEntries());
  expect(report.proposals.map((one) => [one.name, one.together])).toEqual([
    ['user-api', ['frontend']],
    ['frontend', ['user-api']],
  ]);
  const lines = terminalReport(report, false);
  const head = lines.findIndex((line) => line.startsWith('ORDER'));
  const column = lines[head]?.indexOf('ONLY TOGETHER WITH') ?? -1;
  const told = lines.slice(head + 1, head + 3).map((line) => line.slice(column).split(/\s/)[0]);
  expect(told).toEqual(['frontend', 'user-api']);
  expect(renderHtml(report)).toMatch(/Only together with.*<code>frontend<\/code>/s);
});
