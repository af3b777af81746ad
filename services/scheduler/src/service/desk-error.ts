/** Why a request or a bid is refused. */
export class DeskError extends Error {
  override readonly name = 'DeskError';

  constructor(
    readonly code:
      | 'BidRefused'
      | 'InsufficientFunds'
      | 'NoMatch'
      | 'NotOnKubernetes'
      | 'StartTimeOutOfRange'
      | 'TooManyHolds'
      | 'UnknownCluster'
      | 'UnknownRequest',
    message: string,
  ) {
    super(message);
  }
}
