// A part that the workshop's pipeline has and this account does not: the command that makes it.
import { Command } from '../../../ui/command';
import { program } from '../../../ui/program';
import { kindWords } from '../figures';
import type { GraphNode } from '../graph';
import { DetailFrame } from './frame';

export function MissingDetail({ node }: { node: GraphNode }) {
  return (
    <DetailFrame
      kind={node.kind}
      name={node.name}
      arn=""
      state="missing"
      tabs={[
        {
          id: 'make',
          label: 'Make it',
          body: () => (
            <>
              <p>
                {kindWords[node.kind]} <b>{node.name}</b> belongs to the workshop's pipeline, and
                this account does not have it. This makes it:
              </p>
              <Command text={node.command!} />
              <p class="muted">Or everything that is missing, at once:</p>
              <Command text={`${program()} workshop setup`} />
            </>
          ),
        },
      ]}
    />
  );
}
