// Reads roles, users and pools with their policies.
import { aws, elementsOf, iam, textOf } from '../../api/aws';
import { listOf, type Statement } from './sentences';

export interface PolicyText {
  name: string;
  /** Of a managed policy; null for one of the identity's own. */
  arn: string | null;
  statements: Statement[];
}
export interface Identity {
  kind: 'role' | 'user';
  name: string;
  arn: string;
  trust: Statement[];
  policies: PolicyText[];
  keys: { id: string; active: boolean }[];
}
export interface Pool {
  id: string;
  name: string;
  guests: boolean;
  guestRole: string;
}

function statementsOf(document: string): Statement[] {
  const parsed = JSON.parse(decodeURIComponent(document)) as { Statement: Statement | Statement[] };
  return listOf(parsed.Statement);
}

async function inlinePolicies(kind: 'Role' | 'User', name: string): Promise<PolicyText[]> {
  const owner = { [`${kind}Name`]: name };
  const names = elementsOf(await iam(`List${kind}Policies`, owner), 'PolicyNames');
  return Promise.all(
    names.map(async (element) => {
      const policy = element.textContent ?? '';
      const answer = await iam(`Get${kind}Policy`, { ...owner, PolicyName: policy });
      return {
        name: policy,
        arn: null,
        statements: statementsOf(textOf(answer, 'PolicyDocument')),
      };
    }),
  );
}

async function attachedPolicies(kind: 'Role' | 'User', name: string): Promise<PolicyText[]> {
  const list = await iam(`ListAttached${kind}Policies`, { [`${kind}Name`]: name });
  return Promise.all(
    elementsOf(list, 'AttachedPolicies').map(async (element) => {
      const arn = textOf(element, 'PolicyArn');
      const policy = await iam('GetPolicy', { PolicyArn: arn });
      const version = await iam('GetPolicyVersion', {
        PolicyArn: arn,
        VersionId: textOf(policy, 'DefaultVersionId'),
      });
      return {
        name: textOf(element, 'PolicyName'),
        arn,
        statements: statementsOf(textOf(version, 'Document')),
      };
    }),
  );
}

async function policiesOf(kind: 'Role' | 'User', name: string): Promise<PolicyText[]> {
  return [...(await inlinePolicies(kind, name)), ...(await attachedPolicies(kind, name))];
}

export async function loadIdentities(): Promise<Identity[]> {
  const [roles, users] = await Promise.all([iam('ListRoles'), iam('ListUsers')]);
  const found = [
    ...elementsOf(roles, 'Roles').map(async (element): Promise<Identity> => {
      const name = textOf(element, 'RoleName');
      return {
        kind: 'role',
        name,
        arn: textOf(element, 'Arn'),
        trust: statementsOf(textOf(element, 'AssumeRolePolicyDocument')),
        policies: await policiesOf('Role', name),
        keys: [],
      };
    }),
    ...elementsOf(users, 'Users').map(async (element): Promise<Identity> => {
      const name = textOf(element, 'UserName');
      const keys = await iam('ListAccessKeys', { UserName: name });
      return {
        kind: 'user',
        name,
        arn: textOf(element, 'Arn'),
        trust: [],
        policies: await policiesOf('User', name),
        keys: elementsOf(keys, 'AccessKeyMetadata').map((key) => ({
          id: textOf(key, 'AccessKeyId'),
          active: textOf(key, 'Status') === 'Active',
        })),
      };
    }),
  ];
  return Promise.all(found);
}

export async function loadPools(): Promise<Pool[]> {
  const { IdentityPools } = await aws<{
    IdentityPools: { IdentityPoolId: string; IdentityPoolName: string }[];
  }>('cognito-identity', 'ListIdentityPools', { MaxResults: 60 });
  return Promise.all(
    IdentityPools.map(async ({ IdentityPoolId: id, IdentityPoolName: name }) => {
      const input = { IdentityPoolId: id };
      const [pool, roles] = await Promise.all([
        aws<{ AllowUnauthenticatedIdentities: boolean }>(
          'cognito-identity',
          'DescribeIdentityPool',
          input,
        ),
        aws<{ Roles?: { unauthenticated?: string } }>(
          'cognito-identity',
          'GetIdentityPoolRoles',
          input,
        ),
      ]);
      return {
        id,
        name,
        guests: pool.AllowUnauthenticatedIdentities,
        guestRole: roles.Roles?.unauthenticated ?? '',
      };
    }),
  );
}

export interface Verdict {
  allowed: boolean;
  /** allowed, implicitDeny or explicitDeny. */
  decision: string;
  policies: string[];
}

/** IAM's own judgement. */
export async function simulate(arn: string, action: string, resource: string): Promise<Verdict> {
  const answer = await iam('SimulatePrincipalPolicy', {
    PolicySourceArn: arn,
    'ActionNames.member.1': action,
    'ResourceArns.member.1': resource,
  });
  const decision = textOf(answer, 'EvalDecision');
  return {
    allowed: decision === 'allowed',
    decision,
    policies: elementsOf(answer, 'MatchedStatements').map((it) => textOf(it, 'SourcePolicyId')),
  };
}

/** Adds one statement to a role or user, as an inline policy of its own. */
export async function allow(
  kind: 'role' | 'user',
  name: string,
  action: string,
  resource: string,
): Promise<void> {
  const word = kind === 'role' ? 'Role' : 'User';
  await iam(`Put${word}Policy`, {
    [`${word}Name`]: name,
    PolicyName: `Allow-${action.replace(':', '-')}-${Date.now().toString(36)}`,
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
    }),
  });
}
