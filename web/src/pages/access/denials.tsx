// What was refused lately, and by one click allowed from now on.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { wordsOf } from '../../api/aws';
import { getActivity, type ActivityEntry } from '../../api/console_feeds';
import { feed } from '../../app/state';
import { formatAge } from '../../ui/format';
import { principalWords } from '../activity/commands';
import { askFor } from './dialogs';
import { documentOf } from './edit_access';
import { allow, type Identity } from './load_access';
import { denialIn } from './sentences';

const pollMillis = 3_000;
const shownMax = 8;

interface Denial {
  id: number;
  millis: number;
  principal: string;
  action: string;
  resource: string;
  count: number;
}

const denials = signal<Denial[]>([]);
const error = signal('');
const allowed = signal(new Set<string>());

function messageOf(entry: ActivityEntry): string {
  // JSON or XML, cut or whole: the sentence stands in it either way.
  return entry.response.replaceAll('\\"', '"');
}

/** The newest refusals first; equal ones count as one. */
export function denialsOf(entries: ActivityEntry[]): Denial[] {
  const found = new Map<string, Denial>();
  for (const entry of entries) {
    if (entry.status < 400) continue;
    const said = denialIn(messageOf(entry));
    if (!said) continue;
    const key = `${entry.principal} ${said.action} ${said.resource}`;
    const before = found.get(key);
    found.set(key, {
      id: entry.id,
      millis: Date.parse(entry.time),
      principal: entry.principal,
      ...said,
      count: (before?.count ?? 0) + entry.count,
    });
  }
  return [...found.values()].sort((a, b) => b.millis - a.millis);
}

async function read(): Promise<void> {
  try {
    denials.value = denialsOf((await getActivity(0)).entries);
  } catch (problem) {
    error.value = wordsOf(problem);
  }
}

/** The role behind a session, or the user. */
function ownerOf(principal: string, identities: Identity[]): Identity | undefined {
  const name = principalWords(principal).replace(/ \(role\)$/, '');
  return identities.find((it) => it.name === name);
}

/** The first policy of its own with one statement more, to be looked at before it is saved. */
function edit(denial: Denial, of: Identity): void {
  const own = of.policies.find((it) => it.arn === null);
  const more = { Effect: 'Allow' as const, Action: denial.action, Resource: denial.resource };
  const text = documentOf([...(own?.statements ?? []), more]);
  const name = own?.name ?? `Allow-${denial.action.replace(':', '-')}`;
  askFor({ kind: 'policy', of, name, text, isNew: own === undefined });
}

export function Denials({ identities, onAllowed }: { identities: Identity[]; onAllowed(): void }) {
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), pollMillis);
    return () => clearInterval(timer);
  }, []);
  const list = denials.value.slice(0, shownMax);
  const add = async (denial: Denial, owner: Identity) => {
    try {
      await allow(owner.kind, owner.name, denial.action, denial.resource);
      allowed.value = new Set(allowed.value).add(
        `${owner.arn} ${denial.action} ${denial.resource}`,
      );
      error.value = '';
      onAllowed();
    } catch (problem) {
      error.value = wordsOf(problem);
    }
  };
  return (
    <section class="denials" aria-label="Refused lately">
      <h2>Refused lately</h2>
      {error.value !== '' && <p class="notice">{error.value}</p>}
      {list.length === 0 && (
        <p class="muted">
          Nothing: since the server started nobody asked for what no policy allows.
        </p>
      )}
      <ul>
        {list.map((denial) => {
          const owner = ownerOf(denial.principal, identities);
          const key = `${owner?.arn} ${denial.action} ${denial.resource}`;
          return (
            <li key={denial.id}>
              <span>
                <b>{principalWords(denial.principal)}</b> wanted <code>{denial.action}</code> on{' '}
                <code>{denial.resource}</code>
              </span>
              <span class="muted">
                {denial.count > 1 ? `${denial.count} times, ` : ''}
                {formatAge(feed.serverNow() - denial.millis)} ago
              </span>
              {owner &&
                (allowed.value.has(key) ? (
                  <span class="copied">allowed</span>
                ) : (
                  <span class="denial-answers">
                    <button class="button" onClick={() => void add(denial, owner)}>
                      Allow it
                    </button>
                    <button class="button" onClick={() => edit(denial, owner)}>
                      Add to a policy…
                    </button>
                  </span>
                ))}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
