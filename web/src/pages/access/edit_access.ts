// Changes of users, keys and policies, through IAM's own operations.
import { elementsOf, iam, textOf } from '../../api/aws';
import type { Identity } from './load_access';
import type { Statement } from './sentences';

export interface NewKey {
  user: string;
  id: string;
  secret: string;
}

export interface ManagedPolicy {
  name: string;
  arn: string;
}

const word = (it: Identity) => (it.kind === 'role' ? 'Role' : 'User');
const owner = (it: Identity) => ({ [`${word(it)}Name`]: it.name });

export async function createUser(name: string): Promise<void> {
  await iam('CreateUser', { UserName: name });
}

/** The secret is told here and never again. */
export async function createKey(user: string): Promise<NewKey> {
  const answer = await iam('CreateAccessKey', { UserName: user });
  return { user, id: textOf(answer, 'AccessKeyId'), secret: textOf(answer, 'SecretAccessKey') };
}

export async function setKeyActive(user: string, id: string, isActive: boolean): Promise<void> {
  const Status = isActive ? 'Active' : 'Inactive';
  await iam('UpdateAccessKey', { UserName: user, AccessKeyId: id, Status });
}

export async function deleteKey(user: string, id: string): Promise<void> {
  await iam('DeleteAccessKey', { UserName: user, AccessKeyId: id });
}

export async function putPolicy(it: Identity, name: string, document: string): Promise<void> {
  const input = { ...owner(it), PolicyName: name, PolicyDocument: document };
  await iam(`Put${word(it)}Policy`, input);
}

export async function deletePolicy(it: Identity, name: string): Promise<void> {
  await iam(`Delete${word(it)}Policy`, { ...owner(it), PolicyName: name });
}

export async function attachPolicy(it: Identity, arn: string): Promise<void> {
  await iam(`Attach${word(it)}Policy`, { ...owner(it), PolicyArn: arn });
}

export async function detachPolicy(it: Identity, arn: string): Promise<void> {
  await iam(`Detach${word(it)}Policy`, { ...owner(it), PolicyArn: arn });
}

/** With all that hangs on it: IAM deletes nothing that still has policies or keys. */
export async function deleteIdentity(it: Identity): Promise<void> {
  for (const key of it.keys) await deleteKey(it.name, key.id);
  for (const policy of it.policies)
    await (policy.arn === null ? deletePolicy(it, policy.name) : detachPolicy(it, policy.arn));
  await iam(`Delete${word(it)}`, owner(it));
}

export async function managedPolicies(): Promise<ManagedPolicy[]> {
  const found: ManagedPolicy[] = [];
  let marker = '';
  do {
    const page = await iam('ListPolicies', marker === '' ? {} : { Marker: marker });
    for (const element of elementsOf(page, 'Policies'))
      found.push({ name: textOf(element, 'PolicyName'), arn: textOf(element, 'Arn') });
    marker = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'Marker') : '';
  } while (marker !== '');
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

export function documentOf(statements: Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2);
}

/** What a text says so far: its statements, or why it says nothing yet. */
export function readDocument(text: string): { statements: Statement[] } | { problem: string } {
  let body: { Statement?: unknown };
  try {
    body = JSON.parse(text) as { Statement?: unknown };
  } catch (error) {
    return { problem: (error as Error).message };
  }
  const list = Array.isArray(body?.Statement) ? body.Statement : [body?.Statement];
  const isStatement = (it: unknown): it is Statement =>
    it !== null && typeof it === 'object' && 'Effect' in it;
  if (!list.every(isStatement))
    return { problem: 'A policy has a "Statement": a list of objects, each with an "Effect".' };
  return { statements: list };
}
