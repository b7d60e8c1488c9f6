// "Can X do Y?", answered by the server's own judge.
import { useSignal } from '@preact/signals';
import { wordsOf } from '../../api/aws';
import { simulate, type Identity, type Verdict } from './load_access';

const actions = [
  'kinesis:GetRecords',
  'kinesis:PutRecord',
  'kinesis:PutRecords',
  'kinesis:DescribeStream',
  'lambda:InvokeFunction',
  'dynamodb:PutItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:Scan',
  's3:GetObject',
  's3:PutObject',
  's3:ListBucket',
  'firehose:PutRecord',
  'logs:PutLogEvents',
];

function words(verdict: Verdict): string {
  const by = verdict.policies.length > 0 ? ` (${[...new Set(verdict.policies)].join(', ')})` : '';
  if (verdict.allowed) return `Yes, it may${by}.`;
  return verdict.decision === 'explicitDeny'
    ? `No: a policy forbids it${by}.`
    : 'No: no policy allows it.';
}

/** Resources that the identity's own policies name: what one most likely asks about. */
function knownResources(identities: Identity[]): string[] {
  const all = identities.flatMap((it) =>
    it.policies.flatMap((policy) =>
      policy.statements.flatMap((statement) => statement.Resource ?? []),
    ),
  );
  return [...new Set(all.flat())].filter((it) => it !== '*');
}

export function Simulator({ identities }: { identities: Identity[] }) {
  const who = useSignal('');
  const action = useSignal('kinesis:GetRecords');
  const resource = useSignal('');
  const verdict = useSignal<Verdict | null>(null);
  const error = useSignal('');
  const known = knownResources(identities);
  const asked = who.value || identities[0]?.arn || '';
  const ask = async (event: SubmitEvent) => {
    event.preventDefault();
    try {
      verdict.value = await simulate(asked, action.value.trim(), resource.value.trim() || '*');
      error.value = '';
    } catch (problem) {
      verdict.value = null;
      error.value = wordsOf(problem);
    }
  };
  const forget = () => {
    verdict.value = null;
  };
  return (
    <form class="simulator" onSubmit={ask} aria-label="Can somebody do something?">
      <b>Can</b>
      <select
        aria-label="Who"
        value={asked}
        onChange={(event) => {
          who.value = event.currentTarget.value;
          forget();
        }}
      >
        {identities.map((it) => (
          <option key={it.arn} value={it.arn}>
            {it.kind} {it.name}
          </option>
        ))}
      </select>
      <input
        aria-label="Action"
        list="known-actions"
        value={action.value}
        onInput={(event) => {
          action.value = event.currentTarget.value;
          forget();
        }}
      />
      <b>on</b>
      <input
        class="grow"
        aria-label="Resource"
        list="known-resources"
        placeholder="* (any), or an ARN"
        value={resource.value}
        onInput={(event) => {
          resource.value = event.currentTarget.value;
          forget();
        }}
      />
      <datalist id="known-actions">
        {actions.map((it) => (
          <option key={it} value={it} />
        ))}
      </datalist>
      <datalist id="known-resources">
        {known.map((it) => (
          <option key={it} value={it} />
        ))}
      </datalist>
      <button class="button primary" disabled={asked === '' || action.value === ''}>
        Ask
      </button>
      <output class={verdict.value ? (verdict.value.allowed ? 'yes' : 'no') : ''}>
        {error.value !== '' ? error.value : verdict.value ? words(verdict.value) : ''}
      </output>
    </form>
  );
}
