// What is asked before something changes, and what is told after: one dialog at a time.
import { signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { wordsOf } from '../../api/aws';
import { safeName } from '../../fleet/filter';
import { Command } from '../../ui/command';
import { CodeEditor } from '../../ui/code_editor';
import { piecesOfCode } from '../../ui/code_words';
import { Dialog } from '../../ui/dialog';
import {
  attachPolicy,
  createKey,
  createUser,
  managedPolicies,
  putPolicy,
  readDocument,
  type ManagedPolicy,
  type NewKey,
} from './edit_access';
import type { Identity } from './load_access';
import { sentencesOf } from './sentences';

export type Question =
  | { kind: 'user' }
  | { kind: 'key'; key: NewKey }
  | { kind: 'policy'; of: Identity; name: string; text: string; isNew: boolean }
  | { kind: 'attach'; of: Identity }
  | { kind: 'confirm'; title: string; text: string; verb: string; act(): Promise<void> };

const question = signal<Question | null>(null);
const open = signal(false);

export function askFor(next: Question): void {
  question.value = next;
  open.value = true;
}

function titleOf(it: Question): string {
  switch (it.kind) {
    case 'user':
      return 'New user';
    case 'key':
      return `New key of ${safeName(it.key.user)}`;
    case 'policy':
      return `${it.isNew ? 'New policy' : 'Policy'} of ${it.of.kind} ${safeName(it.of.name)}`;
    case 'attach':
      return `Attach a policy to ${it.of.kind} ${safeName(it.of.name)}`;
    case 'confirm':
      return it.title;
  }
}

/** A form whose button does something; what IAM says against it stands above the button. */
function Act({
  verb,
  act,
  isReady = true,
  isDanger,
  done,
  children,
}: {
  verb: string;
  /** Resolves with what is asked next; null closes the dialog. */
  act(): Promise<Question | null>;
  isReady?: boolean;
  isDanger?: boolean;
  done(): void;
  children: ComponentChildren;
}) {
  const error = useSignal('');
  const isBusy = useSignal(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    isBusy.value = true;
    try {
      const next = await act();
      error.value = '';
      done();
      if (next) askFor(next);
      else open.value = false;
    } catch (problem) {
      error.value = wordsOf(problem);
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form class="access-form" onSubmit={submit} onInput={() => (error.value = '')}>
      {children}
      {error.value !== '' && (
        <p class="notice" role="alert">
          {error.value}
        </p>
      )}
      <footer>
        <button type="button" class="button" onClick={() => (open.value = false)}>
          Cancel
        </button>
        <button
          class={`button ${isDanger ? 'danger' : 'primary'}`}
          disabled={!isReady || isBusy.value}
        >
          {verb}
        </button>
      </footer>
    </form>
  );
}

function UserForm({ done }: { done(): void }) {
  const name = useSignal('');
  return (
    <Act
      verb="Create user"
      isReady={name.value !== ''}
      done={done}
      act={async () => {
        await createUser(name.value);
        return null;
      }}
    >
      <label class="access-field">
        Name
        <input
          value={name.value}
          autocomplete="off"
          onInput={(event) => {
            name.value = event.currentTarget.value;
          }}
        />
      </label>
      <p class="muted">It may do nothing until it has a policy, and needs a key to sign with.</p>
    </Act>
  );
}

function Secret({ of }: { of: NewKey }) {
  return (
    <div class="access-form">
      <p>The secret is shown once, here. Who has it may do what {safeName(of.user)} may.</p>
      <b>Access key</b>
      <Command text={of.id} />
      <b>Secret</b>
      <Command text={of.secret} />
      <b>For a shell</b>
      <Command
        text={`export AWS_ACCESS_KEY_ID=${of.id} AWS_SECRET_ACCESS_KEY=${of.secret} AWS_SESSION_TOKEN=`}
      />
      <footer>
        <button class="button primary" onClick={() => (open.value = false)}>
          I have kept it
        </button>
      </footer>
    </div>
  );
}

function Says({ text }: { text: string }) {
  const read = readDocument(text);
  const lines = 'problem' in read ? [] : read.statements.flatMap(sentencesOf);
  return (
    <div class="policy-says" role="status" aria-label="What it says">
      {'problem' in read ? (
        <p class="muted">Not a policy yet: {read.problem}</p>
      ) : (
        <ul>
          {lines.map((it, i) => (
            <li key={i} class={it.deny ? 'deny' : ''}>
              {it.text}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function PolicyForm({ of, done }: { of: Question & { kind: 'policy' }; done(): void }) {
  const name = useSignal(of.name);
  const text = useSignal(of.text);
  const read = readDocument(text.value);
  const save = async () => {
    await putPolicy(of.of, name.value, text.value);
    return null;
  };
  return (
    <Act verb="Save policy" isReady={name.value !== ''} act={save} done={done}>
      <label class="access-field">
        Name
        <input
          value={name.value}
          disabled={!of.isNew}
          autocomplete="off"
          onInput={(event) => {
            name.value = event.currentTarget.value;
          }}
        />
      </label>
      <div class="policy-code">
        <CodeEditor
          id="policy-text"
          label="Policy as JSON"
          value={text.value}
          error={'problem' in read ? read.problem : ''}
          pieces={piecesOfCode(text.value, 'policy.json')}
          indents
          onInput={(value) => {
            text.value = value;
          }}
          onRun={() => {}}
        />
      </div>
      <Says text={text.value} />
    </Act>
  );
}

function AttachForm({ of, done }: { of: Identity; done(): void }) {
  const list = useSignal<ManagedPolicy[] | null>(null);
  const error = useSignal('');
  const arn = useSignal('');
  useEffect(() => {
    managedPolicies().then(
      (found) => {
        const has = new Set(of.policies.map((it) => it.arn));
        list.value = found.filter((it) => !has.has(it.arn));
        arn.value = list.value[0]?.arn ?? '';
      },
      (problem: unknown) => (error.value = wordsOf(problem)),
    );
  }, []);
  return (
    <Act
      verb="Attach"
      isReady={arn.value !== ''}
      done={done}
      act={async () => {
        await attachPolicy(of, arn.value);
        return null;
      }}
    >
      <label class="access-field">
        Managed policy
        <select
          value={arn.value}
          onChange={(event) => {
            arn.value = event.currentTarget.value;
          }}
        >
          {(list.value ?? []).map((it) => (
            <option key={it.arn} value={it.arn}>
              {it.name}
            </option>
          ))}
        </select>
      </label>
      {error.value !== '' && <p class="notice">{error.value}</p>}
    </Act>
  );
}

function Form({ it, done }: { it: Question; done(): void }) {
  switch (it.kind) {
    case 'user':
      return <UserForm done={done} />;
    case 'key':
      return <Secret of={it.key} />;
    case 'policy':
      return <PolicyForm of={it} done={done} />;
    case 'attach':
      return <AttachForm of={it.of} done={done} />;
    case 'confirm':
      return (
        <Act
          verb={it.verb}
          isDanger
          done={done}
          act={async () => {
            await it.act();
            return null;
          }}
        >
          <p>{it.text}</p>
        </Act>
      );
  }
}

/** `done` hears that something changed. */
export function AccessDialog({ done }: { done(): void }) {
  const it = question.value;
  if (!it) return null;
  return (
    <Dialog open={open} title={titleOf(it)} holds>
      <Form it={it} done={done} />
    </Dialog>
  );
}

/** Makes a key and tells its secret. */
export async function makeKey(user: string): Promise<void> {
  askFor({ kind: 'key', key: await createKey(user) });
}
