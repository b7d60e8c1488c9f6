// The Access page: who may do what, in sentences; a question to IAM's own judge; what was refused.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { wordsOf } from '../../api/aws';
import { safeName } from '../../fleet/filter';
import { Command } from '../../ui/command';
import { Glyph } from '../../ui/glyph';
import { program } from '../../ui/program';
import { Denials } from './denials';
import { AccessDialog, askFor } from './dialogs';
import { IdentityCard } from './identity_card';
import { loadIdentities, loadPools, type Identity, type Pool } from './load_access';
import { Simulator } from './simulator';

export const identities = signal<Identity[]>([]);
const pools = signal<Pool[]>([]);
const error = signal('');
const isLoaded = signal(false);

export async function reload(): Promise<void> {
  try {
    [identities.value, pools.value] = await Promise.all([loadIdentities(), loadPools()]);
    isLoaded.value = true;
    error.value = '';
  } catch (problem) {
    error.value = wordsOf(problem);
  }
}

function PoolCard({ pool }: { pool: Pool }) {
  const role = pool.guestRole.split('/').pop() ?? '';
  return (
    <article class="identity">
      <h3>
        <Glyph name="eye" />
        {safeName(pool.name)}
      </h3>
      <p>
        {pool.guests
          ? role === ''
            ? 'Guests are let in, and may do nothing: no role is set.'
            : `Guests are let in and take on the role ${role}.`
          : 'No guests.'}
      </p>
      <p class="muted">
        <code>{pool.id}</code>
      </p>
    </article>
  );
}

function Group({
  title,
  empty,
  action,
  children,
}: {
  title: string;
  empty: string;
  action?: preact.JSX.Element;
  children: preact.JSX.Element[];
}) {
  return (
    <section class="access-group" aria-label={title}>
      <h2>
        {title} <span class="muted">{children.length}</span>
        {action}
      </h2>
      {children.length > 0 ? children : isLoaded.value && <Command text={empty} />}
    </section>
  );
}

export function AccessPage() {
  useEffect(() => {
    void reload();
    const timer = setInterval(() => void reload(), 10_000);
    return () => clearInterval(timer);
  }, []);
  const roles = identities.value.filter((it) => it.kind === 'role');
  const users = identities.value.filter((it) => it.kind === 'user');
  return (
    <main class="access">
      <h1>Access</h1>
      <p class="muted">
        Every request is signed, and judged by these policies. Root, whose keys{' '}
        <code>wildrydes env</code> prints, may do everything.
      </p>
      {error.value !== '' && (
        <p class="notice" role="alert">
          {error.value}
        </p>
      )}
      {!isLoaded.value && error.value === '' && (
        <p class="muted" role="status">
          <span class="spinner" /> Reading roles, users and pools…
        </p>
      )}
      <Simulator identities={identities.value} />
      <Denials identities={identities.value} onAllowed={() => void reload()} />
      <div class="access-groups">
        <Group title="Roles" empty={`${program()} workshop setup`}>
          {roles.map((it) => (
            <IdentityCard key={it.arn} it={it} changed={() => void reload()} />
          ))}
        </Group>
        <div>
          <Group
            title="Users"
            empty="aws iam create-user --user-name Wilma"
            action={
              <button class="text-button" onClick={() => askFor({ kind: 'user' })}>
                Create user
              </button>
            }
          >
            {users.map((it) => (
              <IdentityCard key={it.arn} it={it} changed={() => void reload()} />
            ))}
          </Group>
          <Group
            title="Identity pools"
            empty="aws cognito-identity create-identity-pool --identity-pool-name wildrydes --allow-unauthenticated-identities"
          >
            {pools.value.map((pool) => (
              <PoolCard key={pool.id} pool={pool} />
            ))}
          </Group>
        </div>
      </div>
      <AccessDialog done={() => void reload()} />
    </main>
  );
}
