// The guest credentials of a Cognito identity pool, fetched when needed and renewed before they
// end.
import type { Caller } from './client';
import type { Credentials } from './sigv4';

interface CredentialsAnswer {
  IdentityId: string;
  Credentials: { AccessKeyId: string; SecretKey: string; SessionToken: string; Expiration: number };
}

const renewBeforeMillis = 5 * 60_000;

export class GuestCredentials {
  private current: Credentials | null = null;
  private expiresMillis = 0;
  private pending: Promise<Credentials> | null = null;
  /**
   * The guest's identity, or '' before the first call. Kept so that a renewal is the same guest.
   */
  identityId = '';

  constructor(
    private readonly call: Caller,
    private readonly identityPoolId: string,
    private readonly nowMillis: () => number,
  ) {}

  /** Valid credentials; parallel callers share one request. */
  get(): Promise<Credentials> {
    const left = this.expiresMillis - this.nowMillis();
    if (this.current && left > renewBeforeMillis) return Promise.resolve(this.current);
    this.pending ??= this.renew().finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  /** Forgets the credentials: the server refused them. */
  drop(): void {
    this.current = null;
  }

  private async renew(): Promise<Credentials> {
    if (this.identityId === '') {
      const { IdentityId } = await this.call<{ IdentityId: string }>('GetId', {
        IdentityPoolId: this.identityPoolId,
      });
      this.identityId = IdentityId;
    }
    let answer: CredentialsAnswer;
    try {
      answer = await this.call('GetCredentialsForIdentity', { IdentityId: this.identityId });
    } catch (error) {
      // The identity may be gone with the server's data: the next try asks for a new one.
      this.identityId = '';
      throw error;
    }
    const { AccessKeyId, SecretKey, SessionToken, Expiration } = answer.Credentials;
    this.current = { accessKeyId: AccessKeyId, secretKey: SecretKey, sessionToken: SessionToken };
    this.expiresMillis = Expiration * 1000;
    return this.current;
  }
}
