// A role or user: what it may do in sentences, and what can be changed about it.
import { useSignal } from '@preact/signals';
import { wordsOf } from '../../api/aws';
import { safeName } from '../../fleet/filter';
import { Glyph } from '../../ui/glyph';
import { askFor, makeKey } from './dialogs';
import {
  deleteIdentity,
  deleteKey,
  deletePolicy,
  detachPolicy,
  documentOf,
  setKeyActive,
} from './edit_access';
import type { Identity, PolicyText } from './load_access';
import { sentencesOf, trustWords } from './sentences';

const firstStatement = [
  { Effect: 'Allow' as const, Action: ['kinesis:ListStreams'], Resource: ['*'] },
];

function Policy({ policy, of }: { policy: PolicyText; of: Identity }) {
  const sentences = policy.statements.flatMap(sentencesOf);
  const name = safeName(policy.name);
  const { arn } = policy;
  const whose = `${of.kind} ${safeName(of.name)}`;
  const remove = () =>
    askFor({
      kind: 'confirm',
      title: arn === null ? `Delete policy ${name}?` : `Detach policy ${name}?`,
      text: `From then on ${whose} may no longer do what this policy alone allows.`,
      verb: arn === null ? 'Delete policy' : 'Detach policy',
      act: () => (arn === null ? deletePolicy(of, policy.name) : detachPolicy(of, arn)),
    });
  const edit = () => {
    const text = documentOf(policy.statements);
    askFor({ kind: 'policy', of, name: policy.name, text, isNew: false });
  };
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
          {arn === null ? 'policy' : 'managed policy'} {name}
        </span>
      </summary>
      <pre tabIndex={0}>{JSON.stringify(policy.statements, null, 2)}</pre>
      <div class="access-actions">
        {arn === null && (
          <button class="text-button" aria-label={`Edit policy ${name} of ${whose}`} onClick={edit}>
            Edit
          </button>
        )}
        <button
          class="text-button"
          aria-label={`${arn === null ? 'Delete' : 'Detach'} policy ${name} of ${whose}`}
          onClick={remove}
        >
          {arn === null ? 'Delete' : 'Detach'}
        </button>
      </div>
    </details>
  );
}

function Keys({ of, changed }: { of: Identity; changed(): void }) {
  const error = useSignal('');
  const turn = async (id: string, isActive: boolean) => {
    try {
      await setKeyActive(of.name, id, isActive);
      error.value = '';
      changed();
    } catch (problem) {
      error.value = wordsOf(problem);
    }
  };
  return (
    <ul class="access-keys">
      {of.keys.map((key) => (
        <li key={key.id}>
          <code>{key.id}</code>
          {!key.active && <span class="muted">inactive</span>}
          <button
            class="text-button"
            aria-label={`${key.active ? 'Deactivate' : 'Activate'} key ${key.id}`}
            onClick={() => void turn(key.id, !key.active)}
          >
            {key.active ? 'Deactivate' : 'Activate'}
          </button>
          <button
            class="text-button"
            aria-label={`Delete key ${key.id}`}
            onClick={() =>
              askFor({
                kind: 'confirm',
                title: `Delete key ${key.id}?`,
                text: 'Whatever signs with it is refused from then on.',
                verb: 'Delete key',
                act: () => deleteKey(of.name, key.id),
              })
            }
          >
            Delete
          </button>
        </li>
      ))}
      {error.value !== '' && (
        <li class="notice" role="alert">
          {error.value}
        </li>
      )}
    </ul>
  );
}

function Actions({ of, changed }: { of: Identity; changed(): void }) {
  const error = useSignal('');
  const whose = `${of.kind} ${safeName(of.name)}`;
  const count = (n: number, words: string, many: string) => `${n} ${n === 1 ? words : many}`;
  const remove = () =>
    askFor({
      kind: 'confirm',
      title: `Delete ${whose}?`,
      text: `With it go ${count(of.policies.length, 'policy', 'policies')} of its own or attached to it${
        of.kind === 'user' ? ` and ${count(of.keys.length, 'key', 'keys')}` : ''
      }. It cannot be brought back.`,
      verb: `Delete ${of.kind}`,
      act: () => deleteIdentity(of),
    });
  const key = async () => {
    try {
      await makeKey(of.name);
      error.value = '';
      changed();
    } catch (problem) {
      error.value = wordsOf(problem);
    }
  };
  const text = documentOf(firstStatement);
  const add = () => askFor({ kind: 'policy', of, name: '', text, isNew: true });
  return (
    <>
      <div class="access-actions">
        <button class="text-button" aria-label={`Add policy to ${whose}`} onClick={add}>
          Add policy
        </button>
        <button
          class="text-button"
          aria-label={`Attach policy to ${whose}`}
          onClick={() => askFor({ kind: 'attach', of })}
        >
          Attach policy
        </button>
        {of.kind === 'user' && (
          <button
            class="text-button"
            aria-label={`Create key for ${whose}`}
            onClick={() => void key()}
          >
            Create key
          </button>
        )}
        <button class="text-button" aria-label={`Delete ${whose}`} onClick={remove}>
          Delete
        </button>
      </div>
      {error.value !== '' && (
        <p class="notice" role="alert">
          {error.value}
        </p>
      )}
    </>
  );
}

export function IdentityCard({ it, changed }: { it: Identity; changed(): void }) {
  return (
    <article class="identity">
      <h3>
        <Glyph name={it.kind} />
        {safeName(it.name)}
      </h3>
      {it.kind === 'role' && <p class="muted">taken on by {trustWords(it.trust)}</p>}
      {it.keys.length > 0 && <Keys of={it} changed={changed} />}
      {it.policies.length === 0 && <p>may do nothing: it has no policy</p>}
      {it.policies.map((policy) => (
        <Policy key={`${policy.arn} ${policy.name}`} policy={policy} of={it} />
      ))}
      <Actions of={it} changed={changed} />
    </article>
  );
}
