// What a visitor without the console's session sees: how to get the address.
import { Command } from '../ui/command';
import { Elapsed } from '../ui/elapsed';
import { UnicornMark } from '../ui/glyph';
import { isProgramKnown, program } from '../ui/program';

export function SessionNeededPage() {
  return (
    <main class="session-needed">
      <UnicornMark size={96} />
      <h1>This console needs its address</h1>
      <p>
        The address with the key to this console is printed by <code>wildrydes up</code>. To open it
        again:
      </p>
      <Command text={`${program()} open`} />
      {!isProgramKnown() && (
        <>
          <p>Or, in the folder where it was built:</p>
          <Command text="./build/release/wildrydes open" />
        </>
      )}
      <p class="muted">
        The key keeps other users of this machine, and pages of other sites, out of the console.
        This page goes on by itself once the session is there: it asks each second.
      </p>
      <p role="status">
        <span class="spinner" /> Waiting for the session
        <Elapsed />
      </p>
    </main>
  );
}
