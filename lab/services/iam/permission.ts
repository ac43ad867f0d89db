/** One permission that the session of a role asked for, and what it was told. */
export interface Permission {
  roleArn: string;
  sessionArn: string;
  /** `ecs:CreateService`. */
  action: string;
  /** An ARN, or `*`. */
  resource: string;
  verdict: 'allowed' | 'denied';
}
