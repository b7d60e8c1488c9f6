// The guests of an identity pool: who may read the stream without a password, and what they ask.
import { useEffect } from 'preact/hooks';
import { useSignal, type Signal } from '@preact/signals';
import { aws, wordsOf } from '../../../api/aws';
import { getActivity } from '../../../api/console_feeds';
import { Link } from '../../../app/link';
import { feed } from '../../../app/state';
import { formatAge, formatCount } from '../../../ui/format';
import { perSecondOf, type Point } from '../history';
import { nameOfArn, type PoolResource } from '../resources';
import { resources } from '../state';
import { Commands, DetailFrame, Facts } from './frame';
import { GuestRequests } from './guest_requests';
import { asNumber, PointsChart } from './kept_charts';

const askMillis = 2_000;
const rateMillis = 10_000;
const identitiesMax = 60;
const pointsMax = 1_800;

interface Kept {
  requests: GuestRequests;
  identities: Point[];
}

/** By pool; kept while one looks at another part. */
const pools = new Map<string, Kept>();

function keptOf(pool: PoolResource): Kept {
  const role = nameOfArn(pool.guestRole).split('/').pop() ?? '';
  const known = pools.get(pool.id);
  if (known?.requests.role === role) return known;
  const kept = { requests: new GuestRequests(role), identities: [] };
  pools.set(pool.id, kept);
  return kept;
}

async function ask(pool: PoolResource, kept: Kept): Promise<void> {
  const [activity, { Identities }] = await Promise.all([
    getActivity(kept.requests.version),
    aws<{ Identities: unknown[] }>('cognito-identity', 'ListIdentities', {
      IdentityPoolId: pool.id,
      MaxResults: identitiesMax,
    }),
  ]);
  const millis = performance.now();
  kept.requests.take(activity, millis);
  kept.identities.push({ millis, value: Identities.length });
  if (kept.identities.length > pointsMax) kept.identities.shift();
}

/** Asks for as long as the detail is open; counts up with each answer. */
function useGuests(pool: PoolResource | undefined): { beat: Signal<number>; error: string } {
  const beat = useSignal(0);
  const error = useSignal('');
  useEffect(() => {
    if (!pool) return;
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = async () => {
      try {
        await ask(pool, keptOf(pool));
        error.value = '';
      } catch (problem) {
        error.value = wordsOf(problem);
      }
      if (ended) return;
      beat.value++;
      timer = setTimeout(() => void again(), askMillis);
    };
    void again();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [pool?.id, pool?.guestRole]);
  return { beat, error: error.value };
}

const countOf = (points: Point[]) => {
  const newest = points.at(-1)?.value;
  if (newest === undefined) return '–';
  return newest === identitiesMax ? `${newest} or more` : formatCount(newest);
};

function Live({ kept, error }: { kept: Kept; error: string }) {
  const { entries } = kept.requests;
  return (
    <>
      {error !== '' && <p class="notice">{error}</p>}
      <Facts facts={[['Guests that have been here', countOf(kept.identities)]]} />
      {entries.length === 0 ? (
        <p class="muted">
          No guest has asked anything yet. The <Link target="fleet">map of the fleet</Link> asks as
          one, as soon as it is open.
        </p>
      ) : (
        <table class="plain">
          <thead>
            <tr>
              <th>Guests asked</th>
              <th>How often</th>
              <th>Answer</th>
              <th>Last</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((it) => (
              <tr key={it.id}>
                <td>
                  {it.service}.{it.operation}
                </td>
                <td>{formatCount(it.count)}</td>
                <td class={it.status >= 400 ? 'bad' : ''}>{it.code || it.status}</td>
                <td>{formatAge(feed.serverNow() - Date.parse(it.time))} ago</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Metrics({ kept }: { kept: Kept }) {
  return (
    <>
      <div class="charts">
        <PointsChart
          label="Requests of guests, each second"
          points={perSecondOf(kept.requests.points, rateMillis)}
          format={asNumber}
        />
        <PointsChart
          label="Guests that have been here"
          points={kept.identities}
          format={asNumber}
        />
      </div>
      <p class="muted">
        CloudWatch has no figures of guests here: the page keeps these itself while this part is
        open, from the feed of requests and ListIdentities.
      </p>
    </>
  );
}

export function GuestsDetail({ name }: { name: string }) {
  const pool = resources.value.pools.find((it) => it.name === name);
  const { beat, error } = useGuests(pool);
  if (!pool) return null;
  beat.value;
  const kept = keptOf(pool);
  return (
    <DetailFrame
      kind="viewers"
      name={name}
      arn=""
      state="Enabled"
      actions={
        <Link class="button" target="access">
          Who may do what
        </Link>
      }
      tabs={[
        { id: 'live', label: 'Live data', body: () => <Live kept={kept} error={error} /> },
        { id: 'metrics', label: 'Metrics', body: () => <Metrics kept={kept} /> },
        {
          id: 'config',
          label: 'Config',
          body: () => (
            <>
              <p>
                The map reads the stream with the credentials of this pool's guests, signed in the
                browser, as the workshop's dashboard does.
              </p>
              <Facts
                facts={[
                  ['Identity pool', pool.id],
                  ['Role of its guests', pool.guestRole || 'none: guests may do nothing'],
                ]}
              />
            </>
          ),
        },
        {
          id: 'cli',
          label: 'CLI',
          body: () => (
            <Commands
              list={[
                [
                  'What it is',
                  `aws cognito-identity describe-identity-pool --identity-pool-id ${pool.id}`,
                ],
                [
                  'Whose role its guests have',
                  `aws cognito-identity get-identity-pool-roles --identity-pool-id ${pool.id}`,
                ],
                [
                  'Who has been here',
                  `aws cognito-identity list-identities --identity-pool-id ${pool.id} --max-results 60`,
                ],
              ]}
            />
          ),
        },
      ]}
    />
  );
}
