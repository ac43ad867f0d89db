import { PLAN_TAG } from '../../assess/maker.ts';
import { arnOf, PLACES } from './places.ts';

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A statement of an IAM policy, in the members that Meshlift's have. */
export interface Statement {
  /** What it is for. Letters and digits, as IAM wants it. */
  Sid: string;
  Effect: 'Allow';
  Action: readonly string[];
  Resource: string | readonly string[];
  Condition?: Condition;
}

/**
 * What each action takes as its resource and its conditions is from the Service Authorization Reference
 * ([docs/aws-behaviour.md, section 14](../../../docs/aws-behaviour.md)).
 */
export const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: string | readonly string[],
  Condition?: Condition,
): Statement => ({ Sid, Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) });

/** `Null`: on what carries Meshlift's tag, whichever plan made it; the operator itself looks whose it is (`ownership.ts`). */
export const MADE = { [`aws:ResourceTag/${PLAN_TAG}`]: 'false' };
/** `Null`: with Meshlift's tag in the request that makes it. */
export const TAGGED = { [`aws:RequestTag/${PLAN_TAG}`]: 'false' };
/** In the clusters whose services plans may name. */
export const IN_CLUSTERS = { ArnEquals: { 'ecs:cluster': [PLACES.clusterArns] } };

export const SCALABLE_TARGETS = arnOf('application-autoscaling', 'scalable-target/*');

/**
 * A mesh and all in it.
 *
 * @param account whose; `*` for those that others share, too
 */
export const inMesh = (account: string): string[] =>
  ['', '/*'].map((rest) => `arn:${PLACES.partition}:appmesh:${PLACES.region}:${account}:mesh/${PLACES.mesh}${rest}`);
