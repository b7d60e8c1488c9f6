// The Access page: who may do what, in sentences; a question to IAM's own judge; what was refused.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { wordsOf } from '../../api/aws';
import { safeName } from '../../fleet/filter';
import { Command } from '../../ui/command';
import { Glyph } from '../../ui/glyph';
import { program } from '../../ui/program';
import { Denials } from './denials';
import {
  loadIdentities,
  loadPools,
  type Identity,
  type PolicyText,
  type Pool,
} from './load_access';
import { sentencesOf, trustWords } from './sentences';
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

function Policy({ policy }: { policy: PolicyText }) {
  const sentences = policy.statements.flatMap(sentencesOf);
  return (
    <details class="policy">
      <summary>
        <ul>
          {sentences.map((it, i) => (
            <li key={i} class={it.deny ? 'deny' : ''}>
              {it.text}
            </li>
          ))}
        </ul>
        <span class="muted">
          {policy.managed ? 'managed policy' : 'policy'} {policy.name}
        </span>
      </summary>
      <pre tabIndex={0}>{JSON.stringify(policy.statements, null, 2)}</pre>
    </details>
  );
}

function IdentityCard({ it }: { it: Identity }) {
  return (
    <article class="identity">
      <h3>
        <Glyph name={it.kind} />
        {safeName(it.name)}
      </h3>
      {it.kind === 'role' && <p class="muted">taken on by {trustWords(it.trust)}</p>}
      {it.keys.length > 0 && (
        <p class="muted">
          keys {it.keys.map((key) => `${key.id}${key.active ? '' : ' (inactive)'}`).join(', ')}
        </p>
      )}
      {it.policies.length === 0 && <p>may do nothing: it has no policy</p>}
      {it.policies.map((policy) => (
        <Policy key={policy.name} policy={policy} />
      ))}
    </article>
  );
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
  children,
}: {
  title: string;
  empty: string;
  children: preact.JSX.Element[];
}) {
  return (
    <section class="access-group" aria-label={title}>
      <h2>
        {title} <span class="muted">{children.length}</span>
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
            <IdentityCard key={it.arn} it={it} />
          ))}
        </Group>
        <div>
          <Group title="Users" empty="aws iam create-user --user-name Wilma">
            {users.map((it) => (
              <IdentityCard key={it.arn} it={it} />
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
    </main>
  );
}
