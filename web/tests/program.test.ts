// How the page's commands call the program.
import { describe, expect, it } from 'vitest';
import { addGhosts } from '../src/pages/pipeline/ghosts';
import { isProgramKnown, program, programIs } from '../src/ui/program';

describe('the program', () => {
  it('goes by its name until the server has said more', () => {
    expect([program(), isProgramKnown()]).toEqual(['wildrydes', false]);
    programIs('/opt/wild/wildrydes');
    expect([program(), isProgramKnown()]).toEqual(['/opt/wild/wildrydes', true]);
  });

  it('is quoted where a shell would take it apart', () => {
    programIs("/home/o'hara/my rides/wildrydes");
    expect(program()).toBe("'/home/o'\\''hara/my rides/wildrydes'");
  });

  it('begins the commands of ghosts that are its own, and no others', () => {
    programIs('/opt/wildrydes');
    const commands = addGhosts({ nodes: [], edges: [] }).nodes.map((node) => node.command!);
    expect(commands).toContain('/opt/wildrydes producer');
    expect(commands).toContain('/opt/wildrydes workshop setup 3');
    expect(commands.filter((it) => it.startsWith('aws '))).toHaveLength(2);
  });
});
