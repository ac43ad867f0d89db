import { z } from 'zod';
import { accountOfArn, regionOfArn, type Access } from '../access.ts';
import { entryArn, type TrafficEntry } from '../model.ts';
import { section } from './building.ts';

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/([\x21-\x7e]{1,510}\/)?[\w+=,.@-]{1,64}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;
/** What AWS takes: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html. */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/** Default all of it the operator's own. */
export const access = section({
  roleArn: z
    .string()
    .regex(ROLE_ARN, 'must be the ARN of an IAM role: arn:aws:iam::<account>:role/<name>')
    .optional()
    .describe(
      "ARN of the role that the operator assumes for this plan. Its configuration must allow it. Default the operator's own.",
    ),
  externalId: z
    .string()
    .regex(EXTERNAL_ID, 'must be 2 to 1,224 letters, digits and characters of +=,.@:/-_')
    .optional()
    .describe("What the role's trust policy asks for. Default none."),
  region: z
    .string()
    .regex(REGION, 'must be a Region: eu-central-1')
    .optional()
    .describe("Region of the application. The operator's configuration must allow it. Default the operator's own."),
})
  .transform(({ roleArn, externalId, region }, context): Access => {
    if (externalId !== undefined && roleArn === undefined) {
      context.addIssue({ code: 'custom', path: ['externalId'], message: 'belongs to a role: set roleArn beside it' });
      return z.NEVER;
    }
    if (roleArn === undefined && region === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'must have roleArn, region or both: leave it out for the operator’s own',
      });
      return z.NEVER;
    }
    return { roleArn: roleArn ?? null, externalId: externalId ?? null, region: region ?? null };
  })
  .optional()
  .describe("With which role, and in which Region, the operator comes to the application. Default the operator's own.");

/** Where the plan's entries are not where its access leads. */
export function accessProblems(
  written: Access | undefined,
  traffic: readonly TrafficEntry[],
): { path: (string | number)[]; message: string }[] {
  if (written === undefined) return [];
  const account = written.roleArn === null ? undefined : accountOfArn(written.roleArn);
  return traffic.flatMap((entry, index) => {
    const arn = entryArn(entry);
    const path = ['traffic', index, 'alb', 'listenerRule' in entry.alb ? 'listenerRule' : 'listener'];
    const problems = [];
    if (account !== undefined && accountOfArn(arn) !== account) {
      problems.push({
        path,
        message: `is in the account ${accountOfArn(arn)}, and spec.access.roleArn leads to ${account}`,
      });
    }
    if (written.region !== null && regionOfArn(arn) !== written.region) {
      problems.push({ path, message: `is in ${regionOfArn(arn)}, and spec.access.region is ${written.region}` });
    }
    return problems;
  });
}
