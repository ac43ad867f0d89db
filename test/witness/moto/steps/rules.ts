import {
  type Action,
  CreateRuleCommand,
  DescribeRulesCommand,
  ModifyRuleCommand,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type ArnOf, chapter, fixed, NO_GROUP, NO_LISTENER, NO_RULE, path, sticky, to, weighted } from './step.ts';

const forwarding = (arn: ArnOf) => ({ ListenerArn: arn('listener'), Actions: to(arn('blue')) });

export const rules = chapter((step) => {
  /** Every rule that is to be refused asks for a priority of its own. */
  let priority = 100;

  const rule = (
    what: string,
    given: (arn: ArnOf) => Partial<ConstructorParameters<typeof CreateRuleCommand>[0]>,
    name?: string,
  ) => {
    priority += 1;
    const Priority = priority;
    step(
      `CreateRule ${what}`,
      ({ elbv2 }, arn) =>
        elbv2.send(
          new CreateRuleCommand({
            ListenerArn: arn('twinListener'),
            Priority,
            Conditions: path('/*'),
            Actions: fixed('404'),
            ...given(arn),
          }),
        ),
      ({ Rules }): Record<string, string | undefined> => (name === undefined ? {} : { [name]: Rules?.[0]?.RuleArn }),
    );
  };
  rule('that forwards', (arn) => ({ ...forwarding(arn), Priority: 10 }), 'rule');
  rule('at a priority in use', (arn) => ({ ...forwarding(arn), Priority: 10 }));
  rule(
    'with other conditions',
    (arn) => ({
      ListenerArn: arn('listener'),
      Priority: 20,
      Conditions: [
        { Field: 'host-header', HostHeaderConfig: { Values: ['shop.example.com'] } },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-canary', Values: ['yes'] } },
      ],
      Actions: weighted([arn('blue'), 90], [arn('green'), 10]),
    }),
    'second',
  );
  rule('with conditions in the old form', (arn) => ({
    ...forwarding(arn),
    Priority: 30,
    Conditions: [{ Field: 'path-pattern', Values: ['/a'] }],
  }));
  rule('at priority 0', () => ({ Priority: 0 }));
  rule('at priority 50001', () => ({ Priority: 50_001 }));
  rule('of an unknown listener', () => ({ ListenerArn: NO_LISTENER }));
  rule('on a field that is none', () => ({ Conditions: [{ Field: 'colour', Values: ['red'] }] }));
  rule('on a path of 129 characters', () => ({ Conditions: path(`/${'a'.repeat(128)}`) }));
  rule('on six values', () => ({ Conditions: path('/1', '/2', '/3', '/4', '/5', '/6') }));
  rule('without a value', () => ({ Conditions: path() }));
  rule('with a condition in both forms', () => ({
    Conditions: [{ Field: 'path-pattern', Values: ['/a'], PathPatternConfig: { Values: ['/a'] } }],
  }));
  rule('with two values in the old form', () => ({ Conditions: [{ Field: 'path-pattern', Values: ['/a', '/b'] }] }));
  rule('without conditions', () => ({ Conditions: [] }));
  rule('without actions', () => ({ Actions: [] }));
  rule('to an unknown target group', () => ({ Actions: to(NO_GROUP) }));
  rule('with a fixed response of 300', () => ({ Actions: fixed('300') }));
  rule('with two routing actions', () => ({
    Actions: [
      { Type: 'fixed-response', Order: 1, FixedResponseConfig: { StatusCode: '404' } },
      { Type: 'fixed-response', Order: 2, FixedResponseConfig: { StatusCode: '503' } },
    ],
  }));
  rule('with a redirect', (arn) => ({
    ListenerArn: arn('listener'),
    Priority: 40,
    Actions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }],
  }));
  step(
    'DescribeRules of a listener',
    ({ elbv2 }, arn) => elbv2.send(new DescribeRulesCommand({ ListenerArn: arn('listener') })),
    ({ Rules }) => ({ defaultRule: Rules?.find((one) => one.IsDefault === true)?.RuleArn }),
  );
  step('DescribeRules by ARN', ({ elbv2 }, arn) => elbv2.send(new DescribeRulesCommand({ RuleArns: [arn('rule')] })));
  step('DescribeRules by an unknown ARN', ({ elbv2 }) => elbv2.send(new DescribeRulesCommand({ RuleArns: [NO_RULE] })));
  step('DescribeRules of an unknown listener', ({ elbv2 }) =>
    elbv2.send(new DescribeRulesCommand({ ListenerArn: NO_LISTENER })),
  );
  step('DescribeRules of nothing', ({ elbv2 }) => elbv2.send(new DescribeRulesCommand({})));
  step('DescribeRules of a listener and by ARN', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeRulesCommand({ ListenerArn: arn('listener'), RuleArns: [arn('rule')] })),
  );

  const modify = (what: string, actions: (arn: ArnOf) => Action[]) =>
    step(`ModifyRule ${what}`, ({ elbv2 }, arn) =>
      elbv2.send(new ModifyRuleCommand({ RuleArn: arn('rule'), Actions: actions(arn) })),
    );
  modify('to two groups', (arn) => weighted([arn('blue'), 95], [arn('green'), 5]));
  modify('to weights that are all 0', (arn) => weighted([arn('blue'), 0], [arn('green'), 0]));
  modify('to the greatest weight', (arn) => weighted([arn('blue'), 999], [arn('green'), 0]));
  modify('to a weight of 1000', (arn) => weighted([arn('blue'), 1000], [arn('green'), 0]));
  modify('to a weight of -1', (arn) => weighted([arn('blue'), -1], [arn('green'), 1]));
  modify('to one group at weight 0', (arn) => weighted([arn('blue'), 0]));
  modify('to one group without a weight', (arn) => weighted([arn('blue'), undefined]));
  modify('to two groups without weights', (arn) => weighted([arn('blue'), undefined], [arn('green'), undefined]));
  modify('to one group twice', (arn) => weighted([arn('blue'), 1], [arn('blue'), 1]));
  modify('to five groups', (arn) =>
    weighted(...['blue', 'green', 'third', 'fourth', 'fifth'].map((name): [string, number] => [arn(name), 1])),
  );
  modify('to six groups', (arn) =>
    weighted(...['blue', 'green', 'third', 'fourth', 'fifth', 'sixth'].map((name): [string, number] => [arn(name), 1])),
  );
  modify('to a group beside another list', (arn) => [
    { ...weighted([arn('green'), 1])[0], Type: 'forward', TargetGroupArn: arn('blue') },
  ]);
  modify('to a group beside the same list', (arn) => [
    { ...weighted([arn('blue'), 1])[0], Type: 'forward', TargetGroupArn: arn('blue') },
  ]);
  modify('to a list that is empty', () => weighted());
  modify('to a sticky group', (arn) => sticky(arn('blue'), true, 600));
  modify('to a sticky group without a duration', (arn) => sticky(arn('blue'), true, undefined));
  modify('to a group that is sticky for too long', (arn) => sticky(arn('blue'), true, 604_801));
  modify('to a group that is not sticky, with a duration', (arn) => sticky(arn('blue'), false, 600));
  modify('to a group that is not', () => to(NO_GROUP));
  modify('to a type that is none', () => [{ Type: 'drop' as 'forward' }]);
  step('DescribeRules after what was refused', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeRulesCommand({ RuleArns: [arn('rule')] })),
  );
  step('ModifyRule of nothing', ({ elbv2 }, arn) => elbv2.send(new ModifyRuleCommand({ RuleArn: arn('rule') })));
  step('ModifyRule of conditions alone', ({ elbv2 }, arn) =>
    elbv2.send(new ModifyRuleCommand({ RuleArn: arn('rule'), Conditions: path('/shop/*') })),
  );
  step('ModifyRule of an unknown rule', ({ elbv2 }) =>
    elbv2.send(new ModifyRuleCommand({ RuleArn: NO_RULE, Actions: fixed('404') })),
  );
  step('ModifyRule of the default rule', ({ elbv2 }, arn) =>
    elbv2.send(new ModifyRuleCommand({ RuleArn: arn('defaultRule'), Actions: fixed('404') })),
  );
  const priorities = (what: string, pairs: (arn: ArnOf) => [string, number][]) =>
    step(`SetRulePriorities ${what}`, ({ elbv2 }, arn) =>
      elbv2.send(
        new SetRulePrioritiesCommand({
          RulePriorities: pairs(arn).map(([RuleArn, Priority]) => ({ RuleArn, Priority })),
        }),
      ),
    );
  priorities('to free ones', (arn) => [[arn('rule'), 11]]);
  priorities('to one twice', (arn) => [
    [arn('rule'), 50],
    [arn('second'), 50],
  ]);
  priorities('to one in use', (arn) => [[arn('rule'), 40]]);
  priorities('of an unknown rule', () => [[NO_RULE, 60]]);
  priorities('of the default rule', (arn) => [[arn('defaultRule'), 60]]);

  priorities('that trade places', (arn) => [
    [arn('rule'), 20],
    [arn('second'), 11],
  ]);
});
