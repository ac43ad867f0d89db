/**
 * An error as AWS would answer it. `code` is the shape name that the SDK knows (`ClusterNotFoundException`,
 * `ResourceInUseException`); the wire layer turns it into each protocol's form (for the query protocol the short code).
 * Services throw these and nothing else: anything else is a fault of the lab and answers 500 `InternalFailure`.
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error shape, e.g. `{ NamespaceId: 'ns-…' }` on `NamespaceAlreadyExists`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { status?: number; members?: Record<string, unknown> } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}
