import type { Rule, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeRulesCommand, DescribeTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ProbeRuleResource } from '../../assess/model.ts';
import { entryArn } from '../../plan/model.ts';
import type { Owner } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { hasCode } from '../errors.ts';
import { isOwned, tagOf } from '../ownership.ts';
import { everyPage } from '../pages.ts';

/** What leads a request to green, where its value is the rule's. No user's request carries it. */
export const PROBE_HEADER = 'x-meshlift-probe';

/** Which entry a rule for probes stands before: a listener may have several that are probed. */
export const ENTRY_TAG = 'meshlift.dev/entry';

/** `DescribeTags` takes twenty at once (row L16). */
const TAGS_MAX = 20;

const isOnProbes = ({ HttpHeaderConfig }: RuleCondition): boolean =>
  HttpHeaderConfig?.HttpHeaderName?.toLowerCase() === PROBE_HEADER;

/** Whether a rule takes requests with the header of probes alone: nothing that a user sends comes through it. */
export const isForProbes = ({ Conditions }: Rule): boolean => Conditions?.some(isOnProbes) === true;

/** The value that leads to green; `undefined` for a rule that has none. */
export const probeValueOf = ({ Conditions }: Rule): string | undefined =>
  Conditions?.find(isOnProbes)?.HttpHeaderConfig?.Values?.[0];

/** The rule as an inventory may tell it: whoever reads an export is not to reach green past the weights. */
export const withoutProbeValue = (rule: Rule): Rule =>
  isForProbes(rule)
    ? {
        ...rule,
        Conditions: rule.Conditions?.map((condition) =>
          isOnProbes(condition)
            ? { ...condition, HttpHeaderConfig: { HttpHeaderName: PROBE_HEADER, Values: ['<secret>'] } }
            : condition,
        ),
      }
    : rule;

/** 0 for what has none: every other comes after it. The default rule is after all. */
export const priorityOf = ({ Priority, IsDefault }: Rule): number =>
  IsDefault === true ? Number.POSITIVE_INFINITY : Number(Priority ?? 0);

export interface ListenersRules {
  /** Whether there is such a listener. */
  isThere: boolean;
  /** Every rule of the listener, in the order in which they are tried. */
  rules: Rule[];
  /** Those among them that are the plan's own for this entry: one, or none. */
  own: Rule[];
}

/** The rules of a listener that is gone are none. Errors are the SDK's. */
export async function readRules(
  { elbv2 }: AwsClients,
  { listenerArn, rule }: ProbeRuleResource,
  owner: Owner,
): Promise<ListenersRules> {
  let rules: Rule[];
  try {
    rules = await everyPage(async (Marker) => {
      const page = await elbv2.send(new DescribeRulesCommand({ ListenerArn: listenerArn, Marker }));
      return { items: page.Rules, next: page.NextMarker };
    });
  } catch (error) {
    if (hasCode(error, 'ListenerNotFound')) return { isThere: false, rules: [], own: [] };
    throw error;
  }
  rules.sort((one, other) => priorityOf(one) - priorityOf(other));
  const candidates = rules.filter(isForProbes);
  const own: Rule[] = [];
  for (let from = 0; from < candidates.length; from += TAGS_MAX) {
    const some = candidates.slice(from, from + TAGS_MAX);
    const { TagDescriptions = [] } = await elbv2.send(
      new DescribeTagsCommand({ ResourceArns: some.flatMap(({ RuleArn }) => RuleArn ?? []) }),
    );
    own.push(
      ...some.filter(({ RuleArn }) => {
        const tags = TagDescriptions.find(({ ResourceArn }) => ResourceArn === RuleArn)?.Tags;
        return isOwned(tags, owner) && tagOf(tags, ENTRY_TAG) === entryArn(rule.entry);
      }),
    );
  }
  return { isThere: true, rules, own };
}

/** Whether probes come to green by a listener for tests. */
export const isForTests = ({ listenerArn, rule: { entry } }: ProbeRuleResource): boolean =>
  listenerArn === entry.alb.testListener;

/** What is said of a listener that somebody has deleted. */
export const goneWords = (resource: ProbeRuleResource): string =>
  isForTests(resource)
    ? `its test listener ${resource.listenerArn} is gone, so no probe comes to green. Abort the plan, and name another as testListener or none`
    : `its listener ${resource.listenerArn} is gone, so no probe comes to green`;
