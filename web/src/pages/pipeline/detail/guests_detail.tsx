// The guests of an identity pool: who may read the stream without a password.
import { Link } from '../../../app/link';
import { resources } from '../state';
import { Commands, DetailFrame, Facts } from './frame';

export function GuestsDetail({ name }: { name: string }) {
  const pool = resources.value.pools.find((it) => it.name === name);
  if (!pool) return null;
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
              ]}
            />
          ),
        },
      ]}
    />
  );
}
