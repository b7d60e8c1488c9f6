// The keys, listed.
import { Dialog } from '../ui/dialog';
import { helpOpen } from './state';

const keys: [string[], string][] = [
  [['Ctrl', 'K'], 'find anything: a unicorn, a part, a page'],
  [['/'], 'search the unicorns'],
  [['↑', '↓'], 'walk through the list'],
  [['Enter'], 'show the selected one on the map'],
  [['F'], 'follow it'],
  [['0'], 'show the whole fleet'],
  [['S'], 'back to the start point'],
  [['+', '-'], 'zoom'],
  [['T'], 'trails on and off'],
  [['R'], 'replay: choose a moment'],
  [['P'], 'replay: pause and go on'],
  [['L'], 'back to live'],
  [['A'], 'alerts'],
  [['Esc'], 'close'],
  [['?'], 'this list'],
];

export function HelpDialog() {
  return (
    <Dialog open={helpOpen} title="Keys">
      <dl class="keys">
        {keys.map(([names, text]) => (
          <div key={text}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
