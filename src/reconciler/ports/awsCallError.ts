/** An AWS call that failed for good, or whose outcome is not known. Classified, for the person who must act. */
export class AwsCallError extends Error {
  readonly call: string;
  readonly code: string;
  /** `throttled`: try again later. `denied`, `invalid`: a person must act. `unknown`: it may have been done. */
  readonly kind: 'throttled' | 'denied' | 'invalid' | 'notFound' | 'conflict' | 'unknown';

  constructor(call: string, code: string, kind: AwsCallError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AwsCallError';
    this.call = call;
    this.code = code;
    this.kind = kind;
  }
}
