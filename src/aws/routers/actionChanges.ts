import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { canonicalJson } from '../../plan/canonical.ts';
import { isRecord } from '../../plan/json.ts';
import { normalisedActions, type Sides, targetGroupName, weightsOf } from './albActions.ts';

/** So much of a value is told: a fixed response may have a kilobyte of text. */
const VALUE_CHARACTERS_MAX = 60;
const NONE = 'none';

/**
 * What others changed of a rule's actions, field by field: `weight of blue 50 → 10, of green 50 → 90`, `stickiness off → 3600 s`.
 * A target group that has everything to itself has the weight `all`, one that is not named `none`. Empty where both mean the same.
 */
export function actionChanges(before: readonly Action[], after: readonly Action[], sides: Sides): string[] {
  const weights = weightChanges(before, after, sides);
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const fields = [...new Set([...was.keys(), ...is.keys()])];
  const others = fields.flatMap((field) => changed(field, was.get(field), is.get(field)));
  return [...(weights.length === 0 ? [] : [`weight of ${weights.join(', of ')}`]), ...others];
}

const changed = (field: string, was = NONE, is = NONE): string[] => (was === is ? [] : [`${field} ${was} → ${is}`]);

function weightChanges(before: readonly Action[], after: readonly Action[], { blueArn, greenArn }: Sides): string[] {
  const [was, is] = [sharesOf(before), sharesOf(after)];
  const rank = (arn: string): number => [blueArn, greenArn].indexOf(arn) + 1 || 3;
  const arns = [...new Set([...was.keys(), ...is.keys()])].toSorted((a, b) => rank(a) - rank(b));
  const nameOf = (arn: string): string =>
    arn === blueArn ? 'blue' : arn === greenArn ? 'green' : targetGroupName(arn);
  return arns.flatMap((arn) => changed(nameOf(arn), was.get(arn), is.get(arn)));
}

function sharesOf(actions: readonly Action[]): Map<string, string> {
  const weights = actions.flatMap(weightsOf);
  return new Map(weights.map(({ arn, weight }) => [arn, weights.length === 1 ? 'all' : String(weight)]));
}

/** Everything but the weights, by the name of the field. */
function fieldsOf(actions: readonly Action[]): Map<string, string> {
  const fields = new Map<string, string>();
  const types: string[] = [];
  for (const { Type: type = 'unknown', weights: _weights, stickyForSeconds, ...rest } of normalisedActions(actions)) {
    types.push(type);
    if (stickyForSeconds !== undefined)
      fields.set('stickiness', stickyForSeconds === 0 ? 'off' : `${stickyForSeconds} s`);
    for (const config of Object.values(rest)) {
      for (const [member, value] of Object.entries(isRecord(config) ? config : {})) {
        if (value !== undefined) fields.set(`${type} ${member}`, shown(value));
      }
    }
  }
  // The order counts: a login after the forward is none.
  fields.set('actions', types.join(' then '));
  return fields;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.length > VALUE_CHARACTERS_MAX ? `${text.slice(0, VALUE_CHARACTERS_MAX - 1)}…` : text;
}
