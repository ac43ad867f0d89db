/** How a plan's operator comes to the application. */
export interface Access {
  /** ARN of the role that is assumed, in whichever account; `null`: the operator's own. */
  roleArn: string | null;
  /** What the role's trust asks for; `null`: nothing. */
  externalId: string | null;
  /** Where the application is; `null`: in the operator's own Region. */
  region: string | null;
}

/** `arn:aws:iam::444455556666:role/meshlift-spoke` → `444455556666`. */
export const accountOfArn = (arn: string): string => arn.split(':')[4] ?? '';

/** `arn:aws:elasticloadbalancing:eu-west-1:…` → `eu-west-1`. */
export const regionOfArn = (arn: string): string => arn.split(':')[3] ?? '';
